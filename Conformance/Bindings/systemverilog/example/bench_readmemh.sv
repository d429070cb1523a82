// The unit against `mxact export --readmemh`, in any simulator: no DPI. +memories=FOLDER is the group's folder, +rows=N its rows, and
// +answers=FILE takes what the unit answers, a line a row in the order of index.csv, for `mxact verify`.
module bench_readmemh;
    localparam integer MOST = 4096;

    reg clock = 1'b0;
    reg [559:0] stimulus [0:MOST-1]; // a[32]x8 b[32]x8 scales_a[1]x8 scales_b[1]x8 c[1]x32, the first lowest
    reg [31:0]  expected [0:MOST-1];
    reg [31:0]  mask [0:MOST-1];
    reg [3:0]   nan [0:MOST-1];
    reg [559:0] row;
    wire [31:0] d;
    reg [1023:0] folder, answers_path; // a string each; Icarus 11 has no $value$plusargs into one that grows
    integer rows, line, answers, failed;

    mxfp8_dot unit (.clock(clock), .a_elements(row[255:0]), .b_elements(row[511:256]), .a_scale(row[519:512]), .b_scale(row[527:520]),
        .c(row[559:528]), .d(d));

    // mask.hex leaves to a NaN what all NaN have in common, which infinity has too: nan.hex tells them apart.
    function automatic passes(input [31:0] got, input [31:0] want, input [31:0] bits, input is_nan);
        passes = ((got ^ want) & bits) == 32'd0 && (!is_nan || got[22:0] != 23'd0);
    endfunction

    initial begin
        failed = 0;
        if (!$value$plusargs("memories=%s", folder) || !$value$plusargs("rows=%d", rows) || !$value$plusargs("answers=%s", answers_path)
            || rows < 1 || rows > MOST) begin
            $display("bench_readmemh: +memories=FOLDER +rows=N +answers=FILE are needed, N 1 to %0d", MOST);
            $finish;
        end
        $readmemh({folder, "/stimulus.hex"}, stimulus, 0, rows - 1);
        $readmemh({folder, "/expected.hex"}, expected, 0, rows - 1);
        $readmemh({folder, "/mask.hex"}, mask, 0, rows - 1);
        $readmemh({folder, "/nan.hex"}, nan, 0, rows - 1);
        answers = $fopen(answers_path, "w");
        for (line = 0; line < rows; line = line + 1) begin
            row = stimulus[line];
            #1 clock = 1'b1;
            #1 clock = 1'b0;
            // A row that was never read is x: == would let it pass.
            if (passes(d, expected[line], mask[line], nan[line][0]) !== 1'b1) failed = failed + 1;
            $fdisplay(answers, "%08x", d);
        end
        $fclose(answers);
        $display("readmemh: %0d rows, %0d differ", rows, failed);
        $finish;
    end
endmodule
