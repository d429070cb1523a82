// The products of one MXFP8 block pair, summed without loss: E4M3 x E4M3, 32 elements, scales left out.
//
// Every E4M3 number is an integer times 2^-9 of at most 448 x 2^9 < 2^18, so a product is an integer times 2^-18 below 2^36, and 32 of
// them stay below 2^41: no rounding and no order, which is what MX v1.0 6.1 leaves to the implementer.
module mxfp8_sum (
    input  wire [255:0]        a_elements,  // element 0 in the lowest byte
    input  wire [255:0]        b_elements,
    output reg  signed [42:0]  sum,         // times 2^-18
    output reg                 has_nan,
    output reg                 all_negative_zero // every product is -0: the one case in which an exact zero sum is not +0
);
    function automatic [17:0] magnitude(input [6:0] code);
        // A subnormal has no hidden bit and the exponent of the lowest normal numbers.
        if (code[6:3] == 4'd0) magnitude = {15'd0, code[2:0]};
        else magnitude = {14'd0, 1'b1, code[2:0]} << (code[6:3] - 4'd1);
    endfunction

    integer i;
    reg [7:0]  a, b;
    reg [35:0] product;
    always @* begin
        sum = 43'sd0;
        has_nan = 1'b0;
        all_negative_zero = 1'b1;
        a = 8'd0;
        b = 8'd0;
        product = 36'd0;
        for (i = 0; i < 32; i = i + 1) begin
            a = a_elements[8 * i +: 8];
            b = b_elements[8 * i +: 8];
            product = {18'd0, magnitude(a[6:0])} * {18'd0, magnitude(b[6:0])};
            if (a[7] ^ b[7]) sum = sum - $signed({7'd0, product});
            else sum = sum + $signed({7'd0, product});
            if (a[6:0] == 7'h7f || b[6:0] == 7'h7f) has_nan = 1'b1;
            if (!(a[7] ^ b[7]) || product != 36'd0) all_negative_zero = 1'b0;
        end
    end
endmodule
