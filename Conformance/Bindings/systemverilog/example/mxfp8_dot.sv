// D = X(A) X(B) sum A_i B_i + C of one MXFP8 block of 32 E4M3 elements: exact inside, rounded once to binary32 (`exact` of the simulator).
// One cycle: what is at the inputs at a rising edge is answered after it.
module mxfp8_dot (
    input  wire         clock,
    input  wire [255:0] a_elements,   // element 0 in the lowest byte
    input  wire [255:0] b_elements,
    input  wire [7:0]   a_scale,      // E8M0: 2^(code - 127), ff is NaN
    input  wire [7:0]   b_scale,
    input  wire [31:0]  c,            // binary32
    output reg  [31:0]  d
);
    localparam [31:0] QUIET_NAN = 32'h7fc00000;

    wire signed [42:0] sum;
    wire element_nan, all_negative_zero;
    wire [31:0] rounded;
    wire signed [10:0] exponent = $signed({3'b0, a_scale}) + $signed({3'b0, b_scale}) - 11'sd272; // -2 x 127 - 18

    mxfp8_sum products (.a_elements(a_elements), .b_elements(b_elements), .sum(sum), .has_nan(element_nan),
        .all_negative_zero(all_negative_zero));
    binary32_add addition (.sum(sum), .exponent(exponent), .sum_is_negative_zero(all_negative_zero), .c(c), .result(rounded));

    // E4M3 has no infinity and E8M0 no zero: an infinite c stands, unless there is a NaN.
    wire is_nan = element_nan || a_scale == 8'hff || b_scale == 8'hff || (c[30:23] == 8'hff && c[22:0] != 23'd0);
    always @(posedge clock) d <= is_nan ? QUIET_NAN : (c[30:23] == 8'hff) ? c : rounded;
endmodule
