/* Blocks: one row of numbers to scales and codes, and back. */
#include "mxact_dpi.h"

#include <stdio.h>
#include <string.h>

static float number_of(uint32_t bits)
{
    float number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

/* One row of numbers; the arrays must have the lengths that the library writes and reads. */
static int sized(mxact_blocks *how, const svOpenArrayHandle values, const svOpenArrayHandle scales, const svOpenArrayHandle codes)
{
    int64_t scale_bytes = 0, code_bytes = 0;
    char line[128];
    how->size = sizeof *how;
    how->rows = 1;
    how->columns = svSize(values, 1);
    int status = mxact_block_bytes(how, &scale_bytes, &code_bytes);
    if (status) return dpi_failed(status, NULL);
    if (svSize(scales, 1) == scale_bytes && svSize(codes, 1) == code_bytes) return MXACT_OK;
    snprintf(line, sizeof line, "%d numbers take %lld scales and %lld codes, not %d and %d", svSize(values, 1), (long long)scale_bytes,
        (long long)code_bytes, svSize(scales, 1), svSize(codes, 1));
    return dpi_failed(MXACT_BAD_ARGUMENT, line);
}

int mxact_dpi_quantize(const char *format, const char *choices, const char *from, const svBitVecVal *tensor_scale,
    const svOpenArrayHandle values, const svOpenArrayHandle scales, const svOpenArrayHandle codes)
{
    mxact_blocks how = { .format = format, .choices = dpi_text(choices), .from = dpi_text(from), .tensor_scale = number_of(*tensor_scale) };
    int wide = dpi_from_bytes(from), status = sized(&how, values, scales, codes);
    if (status) return status;
    if (!wide) return dpi_failed(MXACT_BAD_ARGUMENT, "quantize: from is f32, f16 or bf16");
    if (!dpi_fits(values, wide)) return dpi_failed(MXACT_BAD_ARGUMENT, "quantize: a value is wider than its format");
    dpi_array in = { 0 }, out = { 0 }, scale = { 0 };
    status = MXACT_NO_MEMORY;
    if (dpi_make(&in, values, wide, true) && dpi_make(&out, codes, 1, false) && dpi_make(&scale, scales, 1, false)) {
        status = mxact_quantize(&how, in.data, scale.data, out.data);
        if (!status) {
            dpi_write_back(&scale, scales);
            dpi_write_back(&out, codes);
        }
    }
    dpi_free(&in);
    dpi_free(&out);
    dpi_free(&scale);
    return dpi_failed(status, NULL);
}

int mxact_dpi_dequantize(const char *format, const svBitVecVal *tensor_scale, const svOpenArrayHandle scales,
    const svOpenArrayHandle codes, const svOpenArrayHandle values)
{
    mxact_blocks how = { .format = format, .tensor_scale = number_of(*tensor_scale) };
    int status = sized(&how, values, scales, codes);
    if (status) return status;
    if (!dpi_fits(codes, 1) || !dpi_fits(scales, 1)) return dpi_failed(MXACT_BAD_ARGUMENT, "dequantize: a code is wider than a byte");
    dpi_array in = { 0 }, out = { 0 }, scale = { 0 };
    status = MXACT_NO_MEMORY;
    if (dpi_make(&in, codes, 1, true) && dpi_make(&scale, scales, 1, true) && dpi_make(&out, values, 4, false)) {
        status = mxact_dequantize(&how, scale.data, in.data, out.data);
        if (!status) dpi_write_back(&out, values);
    }
    dpi_free(&in);
    dpi_free(&out);
    dpi_free(&scale);
    return dpi_failed(status, NULL);
}
