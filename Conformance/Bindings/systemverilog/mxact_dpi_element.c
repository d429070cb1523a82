/* Elements: numbers to codes and back. */
#include "mxact_dpi.h"

#include <stdio.h>
#include <string.h>

/* An answer has two digits up to 8 bits, four up to 16. 0: it is no element format. */
int dpi_element_bytes(const char *format)
{
    char request[128];
    mxact_text *answer = NULL;
    if (snprintf(request, sizeof request, "encode %s 3f800000", format) >= (int)sizeof request || mxact_answer(request, NULL, &answer))
        return 0;
    int bytes = strcmp(answer->data, "unsupported") == 0 ? 0 : answer->length <= 2 ? 1 : answer->length <= 4 ? 2 : 4;
    mxact_text_free(answer);
    return bytes;
}

int dpi_from_bytes(const char *from) { return dpi_text(from) ? dpi_element_bytes(from) : 4; }

static int encode(const char *format, const char *choices, const char *from, const svOpenArrayHandle values,
    const svOpenArrayHandle random, const svOpenArrayHandle codes)
{
    int wide = dpi_from_bytes(from), narrow = dpi_element_bytes(format);
    if (!wide) return dpi_failed(MXACT_BAD_ARGUMENT, "encode: from is f32, f16 or bf16");
    if (!narrow) return dpi_failed(MXACT_BAD_ARGUMENT, "encode: the format is no element format");
    if (!dpi_fits(values, wide)) return dpi_failed(MXACT_BAD_ARGUMENT, "encode: a value is wider than its format");
    if (svSize(codes, 1) != svSize(values, 1) || (random && svSize(random, 1) != svSize(values, 1)))
        return dpi_failed(MXACT_BAD_ARGUMENT, "encode: values, codes and random bits have one length");
    dpi_array in = { 0 }, bits = { 0 }, out = { 0 };
    int status = MXACT_NO_MEMORY;
    if (dpi_make(&in, values, wide, true) && dpi_make(&out, codes, narrow, false) && (!random || dpi_make(&bits, random, 4, true))) {
        mxact_elements how = { .size = sizeof how, .format = format, .choices = dpi_text(choices), .from = dpi_text(from),
            .random = bits.data };
        status = mxact_encode(&how, in.data, in.count, out.data);
        if (!status) dpi_write_back(&out, codes);
    }
    dpi_free(&in);
    dpi_free(&bits);
    dpi_free(&out);
    return dpi_failed(status, NULL);
}

int mxact_dpi_encode(const char *format, const char *choices, const char *from, const svOpenArrayHandle values,
    const svOpenArrayHandle codes)
{
    return encode(format, choices, from, values, NULL, codes);
}

int mxact_dpi_encode_random(const char *format, const char *choices, const char *from, const svOpenArrayHandle values,
    const svOpenArrayHandle random, const svOpenArrayHandle codes)
{
    return encode(format, choices, from, values, random, codes);
}

int mxact_dpi_decode(const char *format, const svOpenArrayHandle codes, const svOpenArrayHandle values)
{
    int narrow = dpi_element_bytes(format);
    if (!narrow) return dpi_failed(MXACT_BAD_ARGUMENT, "decode: the format is no element format");
    if (svSize(codes, 1) != svSize(values, 1)) return dpi_failed(MXACT_BAD_ARGUMENT, "decode: codes and values have one length");
    if (!dpi_fits(codes, narrow)) return dpi_failed(MXACT_BAD_ARGUMENT, "decode: a code is wider than its format");
    dpi_array in = { 0 }, out = { 0 };
    int status = MXACT_NO_MEMORY;
    if (dpi_make(&in, codes, narrow, true) && dpi_make(&out, values, 4, false)) {
        mxact_elements how = { .size = sizeof how, .format = format };
        status = mxact_decode(&how, in.data, in.count, out.data);
        if (!status) dpi_write_back(&out, values);
    }
    dpi_free(&in);
    dpi_free(&out);
    return dpi_failed(status, NULL);
}
