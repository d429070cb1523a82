/* Fixed signatures over mxact.h, for a manifest of `mxact run kernel.json`: each format by name through the interface that others use. */
#include "mxact.h"
#include <stdlib.h>

static void must(mxact_status status) { if (status != MXACT_OK) abort(); }

#define ELEMENT(symbol, name)                                                                 \
    void encode_##symbol(const float *values, uint8_t *codes, int64_t count)                  \
    {                                                                                         \
        mxact_elements how = { .size = sizeof how, .format = name };                          \
        must(mxact_encode(&how, values, count, codes));                                       \
    }                                                                                         \
    void decode_##symbol(const uint8_t *codes, float *values, int64_t count)                  \
    {                                                                                         \
        mxact_elements how = { .size = sizeof how, .format = name };                          \
        must(mxact_decode(&how, codes, count, values));                                       \
    }

#define BLOCK(symbol, name)                                                                   \
    void quantize_##symbol(const float *values, uint8_t *scales, uint8_t *codes, int64_t n)   \
    {                                                                                         \
        mxact_blocks how = { .size = sizeof how, .format = name, .rows = 1, .columns = n };   \
        must(mxact_quantize(&how, values, scales, codes));                                    \
    }                                                                                         \
    void dequantize_##symbol(const uint8_t *scales, const uint8_t *codes, float *v, int64_t n)\
    {                                                                                         \
        mxact_blocks how = { .size = sizeof how, .format = name, .rows = 1, .columns = n };   \
        must(mxact_dequantize(&how, scales, codes, v));                                       \
    }

ELEMENT(e4m3, "e4m3")
ELEMENT(e5m2, "e5m2")
ELEMENT(e3m2, "e3m2")
ELEMENT(e2m3, "e2m3")
ELEMENT(e2m1, "e2m1")
ELEMENT(int8, "int8")
ELEMENT(e4m3fnuz, "e4m3fnuz")
ELEMENT(e5m2fnuz, "e5m2fnuz")
ELEMENT(ue4m3, "ue4m3")
ELEMENT(ue5m3, "ue5m3")
ELEMENT(e8m0, "e8m0")
BLOCK(mxfp8_e4m3, "mxfp8-e4m3")
BLOCK(mxfp8_e5m2, "mxfp8-e5m2")
BLOCK(mxfp6_e3m2, "mxfp6-e3m2")
BLOCK(mxfp6_e2m3, "mxfp6-e2m3")
BLOCK(mxfp4, "mxfp4")
BLOCK(mxint8, "mxint8")
BLOCK(nvfp4, "nvfp4")
