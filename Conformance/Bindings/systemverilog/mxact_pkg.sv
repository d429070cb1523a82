// Mxact from SystemVerilog: the bit-exact simulator of the OCP Microscaling formats, over DPI-C (mxact_dpi.c, libmxact).
//
// Every function that can be refused returns a status, MXACT_OK where it is done; error_text() then says in one line what was wrong.
// What a refused call leaves in its outputs means nothing (DPI copies them whatever happened); texts are empty.
//
// Numbers and codes are bits in arrays of 32-bit words, one a word whatever its width: a binary32 is its bits, an E2M1 code is 0 to 15.
// Never a shortreal: bits that pass through one lose NaN payloads. Arrays count from their lowest index; element 0 of a block is first.
// Formats, choices, units and backends are names as of the command `mxact`; an empty text is the default.
package mxact_pkg;
    typedef enum int {
        MXACT_OK = 0,
        MXACT_BAD_ARGUMENT = 2, // a name or a size that cannot be used
        MXACT_UNSUPPORTED = 3,
        MXACT_FILE = 4,
        MXACT_WRONG_ABI = 5,
        MXACT_NO_MEMORY = 6,
        MXACT_END = 7,          // an iterator has no more
        MXACT_BUG = 70
    } status_t;

    import "DPI-C" mxact_dpi_error = function string error_text();
    import "DPI-C" mxact_dpi_version = function string version();

    // ---- elements: format "e4m3" or "e8m0", choices "rounding=toward-zero overflow=non-finite", from "f32", "f16" or "bf16"

    import "DPI-C" mxact_dpi_encode = function int encode(input string format, input string choices, input string from,
        input bit [31:0] values[], output bit [31:0] codes[]);

    // The same under stochastic rounding: random bits, a word a number.
    import "DPI-C" mxact_dpi_encode_random = function int encode_random(input string format, input string choices, input string from,
        input bit [31:0] values[], input bit [31:0] random_bits[], output bit [31:0] codes[]);

    // Codes to binary32, exactly.
    import "DPI-C" mxact_dpi_decode = function int decode(input string format, input bit [31:0] codes[], output bit [31:0] values[]);

    // ---- blocks: one row of numbers; format "mxfp8-e4m3", "nvfp4"; a scale for each block, of which the last may be partial.
    // tensor_scale is binary32 bits, NVFP4's second level; 0 where there is none.

    import "DPI-C" mxact_dpi_quantize = function int quantize(input string format, input string choices, input string from,
        input bit [31:0] tensor_scale, input bit [31:0] values[], output bit [31:0] scales[], output bit [31:0] codes[]);

    import "DPI-C" mxact_dpi_dequantize = function int dequantize(input string format, input bit [31:0] tensor_scale,
        input bit [31:0] scales[], input bit [31:0] codes[], output bit [31:0] values[]);

    // ---- products: D = A B^T + C as a matrix unit computes it; unit "blackwell-mxf8f6f4", "fma-chain", "" for the exact sum rounded
    // once. a_format and b_format are block formats, or element formats, whose scales are not read: give any array. out_format is "f32"
    // or "f16", of C and D.

    import "DPI-C" mxact_dpi_dot = function int dot(input string unit, input string a_format, input string b_format,
        input string out_format, input bit [31:0] a_codes[], input bit [31:0] b_codes[], input bit [31:0] a_scales[],
        input bit [31:0] b_scales[], input bit [31:0] c, output bit [31:0] d);

    // A is m x k, B n x k, results m x n, row by row: C goes in, D comes out.
    import "DPI-C" mxact_dpi_multiply = function int multiply(input string unit, input string a_format, input string b_format,
        input string out_format, input int m, input int n, input int k, input bit [31:0] a_codes[], input bit [31:0] b_codes[],
        input bit [31:0] a_scales[], input bit [31:0] b_scales[], inout bit [31:0] results[]);

    // ---- words

    // One line of the protocol answered by the exact reference: "encode e4m3 3f800000" is "38". Every operation and format.
    import "DPI-C" mxact_dpi_answer = function int answer(input string request, output string reply);

    // How a number is cast, step by step: explain("e4m3", "4.25", "", lines).
    import "DPI-C" mxact_dpi_explain = function int explain(input string format, input string number, input string choices,
        output string lines);

    // ---- golden vectors: folder of the set, level "smoke" or "standard", terms as of `mxact run --only` with blanks between them.
    // vectors_next gives MXACT_END after the last row. A handle is for one thread; close it once.

    import "DPI-C" mxact_dpi_vectors_open = function int vectors_open(input string folder, input string level, input string only,
        output chandle vectors);
    import "DPI-C" mxact_dpi_vectors_next = function int vectors_next(input chandle vectors, output string id, output string request,
        output string expected, output string flags);
    import "DPI-C" mxact_dpi_vectors_close = function void vectors_close(input chandle vectors);

    // The words of a request after its choices, counted from 0: how many digits (0 where there is none), and its elements, of which the
    // array says how many there are.
    import "DPI-C" mxact_dpi_operand_digits = function int operand_digits(input string request, input int index);
    import "DPI-C" mxact_dpi_operand = function int operand(input string request, input int index, output bit [31:0] elements[]);
endpackage
