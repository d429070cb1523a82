// The unit against the simulator itself, over DPI: every golden row that it can be asked, then random operands, each answer compared with
// what the library computes. +vectors=FOLDER is the golden set, +only=TERMS the rows (as of `mxact run --only`), +answers=FILE takes an
// answer a row in their order, "unsupported" for those of more than one block, for `mxact verify`.
module bench_dpi;
    import mxact_pkg::*;

    localparam int RANDOM_ROWS = 5000;
    localparam string FORMAT = "mxfp8-e4m3";

    logic clock = 1'b0;
    logic [255:0] a_elements, b_elements;
    logic [7:0]   a_scale, b_scale;
    logic [31:0]  c, d;
    bit [31:0] a_codes [32], b_codes [32], a_scales [1], b_scales [1], addend [1];
    bit [31:0] expected;
    int failed, rows, asked;

    mxfp8_dot unit (.clock, .a_elements, .b_elements, .a_scale, .b_scale, .c, .d);

    task automatic must(input int status);
        if (status != MXACT_OK) $fatal(1, "mxact: %s", error_text());
    endtask

    function automatic logic [255:0] packed_codes(input bit [31:0] codes [32]);
        for (int i = 0; i < 32; i++) packed_codes[8 * i +: 8] = codes[i][7:0];
    endfunction

    // Puts what the arrays hold to the unit, and asks the library the same.
    task automatic ask();
        // Whole: Verilator 5.006 does not wake what reads a wide vector of which a part is written here.
        a_elements = packed_codes(a_codes);
        b_elements = packed_codes(b_codes);
        a_scale = a_scales[0][7:0];
        b_scale = b_scales[0][7:0];
        c = addend[0];
        #1 clock = 1'b1;
        #1 clock = 1'b0;
        must(dot("", FORMAT, FORMAT, "f32", a_codes, b_codes, a_scales, b_scales, addend[0], expected));
        asked++;
        // Which NaN it is nobody says.
        if (d !== expected && !(is_nan(d) && is_nan(expected))) begin
            failed++;
            if (failed == 1)
                $display("dpi: first difference: scales %02x %02x, c %08x: got %08x, expected %08x", a_scale, b_scale, c, d, expected);
        end
    endtask

    function automatic bit is_nan(input bit [31:0] bits);
        return bits[30:23] == 8'hff && bits[22:0] != 23'd0;
    endfunction

    task automatic golden(input string folder, input string only, input string path);
        chandle vectors;
        string id, request, answer_of_row, flags;
        int answers, status;
        must(vectors_open(folder, "standard", only, vectors));
        answers = $fopen(path, "w");
        if (answers == 0) $fatal(1, "%s cannot be written", path);
        status = vectors_next(vectors, id, request, answer_of_row, flags);
        while (status == MXACT_OK) begin
            rows++;
            if (operand_digits(request, 0) == 64 && operand_digits(request, 2) == 2 && operand_digits(request, 4) == 8) begin
                must(operand(request, 0, a_codes));
                must(operand(request, 1, b_codes));
                must(operand(request, 2, a_scales));
                must(operand(request, 3, b_scales));
                must(operand(request, 4, addend));
                ask();
                $fdisplay(answers, "%08x", d);
            end else $fdisplay(answers, "unsupported");
            status = vectors_next(vectors, id, request, answer_of_row, flags);
        end
        if (status != MXACT_END) must(status);
        vectors_close(vectors);
        $fclose(answers);
    endtask

    // Codes and scales of real data: quantised by the library, so that magnitudes are as they are in use. C is near the products.
    task automatic random_rows();
        bit [31:0] values [32];
        for (int row = 0; row < RANDOM_ROWS; row++) begin
            for (int i = 0; i < 32; i++) values[i] = {1'($urandom), 8'(120 + $urandom % 10), 23'($urandom)};
            must(quantize(FORMAT, "", "", 0, values, a_scales, a_codes));
            for (int i = 0; i < 32; i++) values[i] = {1'($urandom), 8'(120 + $urandom % 10), 23'($urandom)};
            must(quantize(FORMAT, "scale-rule=round-up", "", 0, values, b_scales, b_codes));
            addend[0] = {1'($urandom), 8'(100 + $urandom % 50), 23'($urandom)};
            ask();
        end
    endtask

    initial begin
        string folder, only, path;
        if (!$value$plusargs("vectors=%s", folder) || !$value$plusargs("only=%s", only) || !$value$plusargs("answers=%s", path))
            $fatal(1, "bench_dpi: +vectors=FOLDER +only=TERMS +answers=FILE are needed");
        golden(folder, only, path);
        $display("dpi: %0d golden rows, %0d of one block, %0d differ", rows, asked, failed);
        asked = 0;
        failed = 0;
        random_rows();
        $display("dpi: %0d random rows, %0d differ", asked, failed);
        $finish;
    end
endmodule
