// sum x 2^exponent + c with one rounding, ties to even: the last stage of a fused dot product.
//
// Both terms stand in one window of 98 bits. Where they are too far apart for it, the smaller is a sticky bit: it cannot be more than a
// quarter of the larger's last place, so no bit of the result depends on where exactly it lies.
module binary32_add (
    input  wire signed [42:0] sum,
    input  wire signed [10:0] exponent,     // of the sum's last bit
    input  wire               sum_is_negative_zero,
    input  wire [31:0]        c,            // finite
    output reg  [31:0]        result
);
    localparam signed [11:0] RIGHT = 12'sd28; // room below the sum's last bit: a significand, guard, and two bits that a borrow may move
    localparam signed [11:0] TOP = 12'sd73;   // c's last bit when the sum lies wholly below it
    localparam integer WIDTH = 73 + 24 + 1;

    reg signed [WIDTH:0]   total, addend;
    reg [WIDTH-1:0]        magnitude;
    reg [23:0]             significand;
    reg signed [11:0]      c_exponent, place, last, leading, quantum, drop;
    reg [24:0]             kept;
    reg                    negative, guard, sticky, c_sticky;
    reg [7:0]              biased;
    integer i;

    always @* begin
        significand = {c[30:23] != 8'd0, c[22:0]};
        c_exponent = (c[30:23] == 8'd0) ? -12'sd149 : $signed({4'd0, c[30:23]}) - 12'sd150;

        // Where c's last bit lies in the window, and the exponent of the window's last bit.
        place = c_exponent - 12'(exponent) + RIGHT;
        last = 12'(exponent) - RIGHT;
        total = $signed({{(WIDTH-42){sum[42]}}, sum}) <<< RIGHT;
        addend = $signed({{(WIDTH-23){1'b0}}, significand});
        c_sticky = 1'b0;
        if (significand == 24'd0) begin
            addend = 0;
        end else if (place > TOP || sum == 43'sd0) begin // where the sum is nothing, c must lose nothing
            last = c_exponent - TOP;
            addend = addend <<< TOP;
        end else if (place >= 0) begin
            addend = addend <<< place;
        end else begin
            c_sticky = (place < -24) || ((addend & ((99'd1 <<< -place) - 99'd1)) != 0);
            addend = (place < -24) ? 0 : addend >>> -place;
            addend[0] = addend[0] | c_sticky;
        end
        if (c[31]) total = total - addend;
        else total = total + addend;

        negative = total < 0;
        if (negative) total = -total;
        magnitude = total[WIDTH-1:0];
        leading = 12'sd0;
        for (i = 0; i < WIDTH; i = i + 1) if (magnitude[i]) leading = 12'(i);

        // Bits below the result's last place, of which the first decides and the others break its ties.
        quantum = last + leading - 12'sd23;
        if (quantum < -12'sd149) quantum = -12'sd149;
        drop = quantum - last;
        guard = 1'b0;
        sticky = 1'b0;
        if (drop <= 0) begin
            kept = 25'(magnitude << -drop);
        end else if (drop > 12'(WIDTH)) begin
            kept = 25'd0;
            sticky = 1'b1;
        end else begin
            kept = 25'(magnitude >> drop);
            guard = magnitude[drop - 1];
            sticky = (magnitude & ((98'd1 << (drop - 1)) - 98'd1)) != 0;
        end
`ifdef MXACT_FAULT_STICKY
        // The seeded fault: what is above a midpoint looks like a tie.
        sticky = 1'b0;
`endif
        if (guard && (sticky || kept[0])) kept = kept + 25'd1;
        if (kept[24]) begin
            kept = kept >> 1;
            quantum = quantum + 12'sd1;
        end

        biased = kept[23] ? 8'(quantum + 12'sd150) : 8'd0;
        if (magnitude == 0) result = {c[31] && significand == 24'd0 && sum_is_negative_zero, 31'd0};
        else if (quantum + 12'sd150 >= 12'sd255) result = {negative, 8'hff, 23'd0};
        else result = {negative, biased, kept[22:0]};
    end
endmodule
