// Holds mxact_pkg to what it says: an answer of every function, and every refusal with its line. +vectors=FOLDER is the golden set.
module package_test;
    import mxact_pkg::*;

    int checks = 0;

    task automatic expects(input string what, input bit holds);
        checks++;
        if (!holds) $fatal(1, "package: %s (last error: %s)", what, error_text());
    endtask

    task automatic refuses(input string what, input int status);
        string line;
        line = error_text();
        expects({what, " is refused"}, status == MXACT_BAD_ARGUMENT);
        expects({what, " has a line"}, line.len() > 0);
    endtask

    task automatic elements();
        bit [31:0] values [4], codes [4], back [4], random_bits [4], short_codes [3];
        values = '{32'h3f800000, 32'h40080000, 32'hc3e00000, 32'h7fc00000};
        expects("encode e4m3", encode("e4m3", "", "", values, codes) == MXACT_OK);
        expects("its codes", codes[0] == 'h38 && codes[1] == 'h40 && codes[2] == 'hfe && codes[3][6:0] == 'h7f);
        expects("encode under a choice", encode("e4m3", "rounding=ties-to-away", "f32", values, codes) == MXACT_OK && codes[1] == 'h41);
        expects("decode e4m3", decode("e4m3", codes, back) == MXACT_OK && back[0] == values[0] && back[1] == 'h40100000);
        expects("encode f16", encode("f16", "", "", values, codes) == MXACT_OK && codes[0] == 'h3c00 && codes[1] == 'h4040);
        values = '{32'h3c00, 32'h4000, 32'h0, 32'h8000};
        expects("from f16", encode("e5m2", "", "f16", values, codes) == MXACT_OK && codes[1] == 'h40 && codes[3] == 'h80);
        values = '{32'h3f900000, 32'h3f900000, 32'h0, 32'h0};
        random_bits = '{32'h80, 32'hc0, 32'h0, 32'h0};
        expects("stochastic", encode_random("e2m1", "rounding=stochastic:8", "", values, random_bits, codes) == MXACT_OK);
        expects("its codes", codes[0] == 2 && codes[1] == 3);
        refuses("an unknown format", encode("e4m4x", "", "", values, codes));
        refuses("an unknown choice", encode("e4m3", "rounding=up", "", values, codes));
        refuses("another length", encode("e4m3", "", "", values, short_codes));
        refuses("a value wider than from", encode("e4m3", "", "bf16", values, codes));
        refuses("stochastic without bits", encode("e4m3", "rounding=stochastic:8", "", values, codes));
        codes[0] = 'h138;
        refuses("a code wider than its format", decode("e4m3", codes, back));
    endtask

    task automatic blocks();
        bit [31:0] values [40], codes [40], scales [2], one_scale [1], back [40];
        for (int i = 0; i < 40; i++) values[i] = 32'h0;
        values[0] = 32'h3f800000;
        values[1] = 32'h3f000000;
        values[32] = 32'hc0c00000;
        expects("quantize a row with a partial block", quantize("mxfp4", "scale-rule=floor", "", 0, values, scales, codes) == MXACT_OK);
        expects("its codes", scales[0] == 'h7d && scales[1] == 'h7f && codes[0] == 6 && codes[1] == 4 && codes[32] == 'hf);
        expects("dequantize", dequantize("mxfp4", 0, scales, codes, back) == MXACT_OK);
        expects("its values", back == values);
        refuses("too few scales", quantize("mxfp4", "", "", 0, values, one_scale, codes));
        refuses("an element format", quantize("e4m3", "", "", 0, values, scales, codes));
        codes[5] = 'h1ff;
        refuses("a code wider than a byte", dequantize("mxfp4", 0, scales, codes, back));
    endtask

    task automatic products();
        bit [31:0] a [4], b [4], none [1], d, results [4], wide [32], scale [1];
        a = '{32'h38, 32'h38, 32'h40, 32'h0};
        b = '{32'h38, 32'h40, 32'h38, 32'h7e};
        expects("dot", dot("fma-chain", "e4m3", "e4m3", "f32", a, b, none, none, 32'h3f800000, d) == MXACT_OK && d == 32'h40c00000);
        expects("dot f16", dot("exact", "e4m3", "e4m3", "f16", a, b, none, none, 32'h3c00, d) == MXACT_OK && d == 32'h4600);
        results = '{32'h0, 32'h0, 32'h0, 32'h3f800000};
        expects("multiply 2 x 2 x 2", multiply("", "e4m3", "e4m3", "f32", 2, 2, 2, a, b, none, none, results) == MXACT_OK);
        expects("its results", results[0] == 32'h40400000 && results[1] == 32'h43e08000 && results[3] == 32'h40400000);
        for (int i = 0; i < 32; i++) wide[i] = 32'h38;
        scale[0] = 32'h80;
        expects("under scales", dot("", "mxfp8-e4m3", "mxfp8-e4m3", "f32", wide, wide, scale, scale, 0, d) == MXACT_OK
            && d == 32'h43000000);
        refuses("an unknown unit", dot("cdna9", "e4m3", "e4m3", "f32", a, b, none, none, 0, d));
        refuses("an unknown operand", dot("", "e4m4x", "e4m3", "f32", a, b, none, none, 0, d));
        refuses("operands of two lengths", dot("", "e4m3", "mxfp8-e4m3", "f32", a, wide, none, scale, 0, d));
        refuses("another shape", multiply("", "e4m3", "e4m3", "f32", 2, 2, 3, a, b, none, none, results));
        refuses("a size below one", multiply("", "e4m3", "e4m3", "f32", -2, -2, 2, a, b, none, none, results));
    endtask

    task automatic words(input string folder);
        chandle vectors;
        string id, request, expected, flags, reply;
        int rows;
        bit [31:0] operands [1];
        expects("answer", answer("encode e4m3 3f800000", reply) == MXACT_OK && reply == "38");
        refuses("nonsense", answer("nonsense", reply));
        expects("its text is empty", reply == "");
        expects("explain", explain("e4m3", "4.25", "", reply) == MXACT_OK && reply.len() > 100);
        expects("operand", operand("encode e4m3 rounding=ties-to-even 3f800001 ", 0, operands) == MXACT_OK && operands[0] == 32'h3f800001);
        expects("digits", operand_digits("dot e4m3 e4m3 model=exact 3838 3838 00000000", 2) == 8);
        refuses("no operand", operand("encode e4m3 3f800000", 1, operands));
        expects("open", vectors_open(folder, "smoke", "encode+e2m1+rounding=ties-to-even", vectors) == MXACT_OK);
        rows = 0;
        while (vectors_next(vectors, id, request, expected, flags) == MXACT_OK) begin
            expects("a row", id.len() > 0 && expected.len() > 0 && answer(request, reply) == MXACT_OK && reply.len() == 2);
            rows++;
        end
        expects("its end", vectors_next(vectors, id, request, expected, flags) == MXACT_END && rows > 0 && id == "");
        vectors_close(vectors);
        expects("no folder", vectors_open("/nowhere", "smoke", "", vectors) != MXACT_OK);
    endtask

    initial begin
        string folder;
        if (!$value$plusargs("vectors=%s", folder)) $fatal(1, "package_test: +vectors=FOLDER is needed");
        elements();
        blocks();
        products();
        words(folder);
        $display("package: %0d checks hold (mxact %s)", checks, version());
        $finish;
    end
endmodule
