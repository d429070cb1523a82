/* Dot and matrix products of any unit. */
#include "mxact_dpi.h"

#include <stdio.h>
#include <string.h>

static bool is_block(const char *format)
{
    mxact_blocks how = { .size = sizeof how, .format = format, .rows = 1, .columns = 1 };
    int64_t scales = 0;
    return mxact_block_bytes(&how, &scales, NULL) == MXACT_OK;
}

/* An operand's codes and scales as bytes; those that are wrong in length would be read past their end. */
static int operand(const char *name, const char *format, int64_t rows, int64_t k, const svOpenArrayHandle codes,
    const svOpenArrayHandle scales, dpi_array *code, dpi_array *scale)
{
    char line[160];
    bool block = is_block(format);
    int bytes = block ? 1 : dpi_element_bytes(format);
    if (!bytes) {
        snprintf(line, sizeof line, "%s: '%.64s' is no format", name, format);
        return dpi_failed(MXACT_BAD_ARGUMENT, line);
    }

    int64_t wanted = 0;
    if (block) {
        mxact_blocks how = { .size = sizeof how, .format = format, .rows = rows, .columns = k };
        int status = mxact_block_bytes(&how, &wanted, NULL);
        if (status) return dpi_failed(status, NULL);
    }

    if (svSize(codes, 1) != rows * k || (block && svSize(scales, 1) != wanted)) {
        snprintf(line, sizeof line, "%s: %lld codes and %lld scales are needed", name, (long long)(rows * k), (long long)wanted);
        return dpi_failed(MXACT_BAD_ARGUMENT, line);
    }

    if (!dpi_fits(codes, bytes) || (block && !dpi_fits(scales, 1))) {
        snprintf(line, sizeof line, "%s: a code is wider than its format", name);
        return dpi_failed(MXACT_BAD_ARGUMENT, line);
    }

    return dpi_make(code, codes, bytes, true) && (!block || dpi_make(scale, scales, 1, true)) ? MXACT_OK
        : dpi_failed(MXACT_NO_MEMORY, "no memory");
}

/* results: m x n words of `bytes` bytes. */
static int multiply(mxact_product *how, const svOpenArrayHandle a_codes, const svOpenArrayHandle b_codes,
    const svOpenArrayHandle a_scales, const svOpenArrayHandle b_scales, void *results)
{
    dpi_array a = { 0 }, b = { 0 }, scales_a = { 0 }, scales_b = { 0 };
    int status = how->m <= 0 || how->n <= 0 || how->k <= 0 ? dpi_failed(MXACT_BAD_ARGUMENT, "m, n and k are positive")
        : operand("A", how->a_format, how->m, how->k, a_codes, a_scales, &a, &scales_a);
    if (!status) status = operand("B", how->b_format, how->n, how->k, b_codes, b_scales, &b, &scales_b);
    if (!status) {
        how->size = sizeof *how;
        how->a_codes = a.data;
        how->b_codes = b.data;
        how->a_scales = scales_a.data;
        how->b_scales = scales_b.data;
        status = dpi_failed(mxact_multiply(how, results), NULL);
    }

    dpi_free(&a);
    dpi_free(&b);
    dpi_free(&scales_a);
    dpi_free(&scales_b);
    return status;
}

static int result_bytes(const char *out_format) { return dpi_text(out_format) && strcmp(out_format, "f16") == 0 ? 2 : 4; }

int mxact_dpi_dot(const char *unit, const char *a_format, const char *b_format, const char *out_format,
    const svOpenArrayHandle a_codes, const svOpenArrayHandle b_codes, const svOpenArrayHandle a_scales,
    const svOpenArrayHandle b_scales, const svBitVecVal *c, svBitVecVal *d)
{
    mxact_product how = { .unit = dpi_text(unit), .a_format = a_format, .b_format = b_format, .output = dpi_text(out_format),
        .m = 1, .n = 1, .k = svSize(a_codes, 1) };
    uint32_t result = *c;
    *d = 0;
    if (result_bytes(out_format) == 2 && result >> 16) return dpi_failed(MXACT_BAD_ARGUMENT, "c is wider than its format");
    int status = multiply(&how, a_codes, b_codes, a_scales, b_scales, &result);
    if (!status) *d = result; /* little-endian: two bytes written are the low ones */
    return status;
}

int mxact_dpi_multiply(const char *unit, const char *a_format, const char *b_format, const char *out_format, int m, int n, int k,
    const svOpenArrayHandle a_codes, const svOpenArrayHandle b_codes, const svOpenArrayHandle a_scales,
    const svOpenArrayHandle b_scales, const svOpenArrayHandle results)
{
    mxact_product how = { .unit = dpi_text(unit), .a_format = a_format, .b_format = b_format, .output = dpi_text(out_format),
        .m = m, .n = n, .k = k };
    int bytes = result_bytes(out_format);
    if (svSize(results, 1) != (int64_t)m * n) return dpi_failed(MXACT_BAD_ARGUMENT, "results are m x n");
    if (!dpi_fits(results, bytes)) return dpi_failed(MXACT_BAD_ARGUMENT, "c is wider than its format");
    dpi_array out = { 0 };
    int status = dpi_make(&out, results, bytes, true) ? multiply(&how, a_codes, b_codes, a_scales, b_scales, out.data)
        : dpi_failed(MXACT_NO_MEMORY, "no memory");
    if (!status) dpi_write_back(&out, results);
    dpi_free(&out);
    return status;
}
