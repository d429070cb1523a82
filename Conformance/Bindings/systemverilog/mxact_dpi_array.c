/* Open arrays of 32-bit words, through svdpi alone: no simulator's own layout is supposed. */
#include "mxact_dpi.h"

#include <stdlib.h>
#include <string.h>

static uint32_t word_at(const svOpenArrayHandle handle, int i)
{
    svBitVecVal word = 0;
    svGetBitArrElem1VecVal(&word, handle, svLow(handle, 1) + i);
    return word;
}

bool dpi_fits(const svOpenArrayHandle handle, int bytes)
{
    for (int i = 0; bytes < 4 && i < svSize(handle, 1); i++)
        if (word_at(handle, i) >> (8 * bytes)) return false;
    return true;
}

bool dpi_make(dpi_array *array, const svOpenArrayHandle handle, int bytes, bool read)
{
    array->count = svSize(handle, 1);
    array->bytes = bytes;
    array->data = calloc((size_t)array->count + 1, (size_t)bytes);
    if (!array->data) return false;
    for (int i = 0; read && i < array->count; i++) {
        uint32_t word = word_at(handle, i);
        uint8_t byte = (uint8_t)word;
        uint16_t half = (uint16_t)word;
        memcpy((char *)array->data + (size_t)i * (size_t)bytes, bytes == 1 ? (void *)&byte : bytes == 2 ? (void *)&half : &word,
            (size_t)bytes);
    }
    return true;
}

void dpi_write_back(const dpi_array *array, const svOpenArrayHandle handle)
{
    for (int i = 0; i < array->count; i++) {
        svBitVecVal word = array->bytes == 1 ? ((uint8_t *)array->data)[i]
            : array->bytes == 2 ? ((uint16_t *)array->data)[i] : ((uint32_t *)array->data)[i];
        svPutBitArrElem1VecVal(handle, &word, svLow(handle, 1) + i);
    }
}

void dpi_free(dpi_array *array)
{
    free(array->data);
    array->data = NULL;
}
