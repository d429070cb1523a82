/* The operands of a request line: the words after the last key=value. */
#include "mxact_dpi.h"

#include <string.h>

/* The operand's first digit and how many there are; 0 where there is none. The operation and its formats have no '=', as operands
   have none: what tells them apart is that operands begin after the formats, of which `dot` has two. */
static int operand_word(const char *request, int index, const char **word)
{
    int formats = strncmp(request, "dot ", 4) == 0 ? 2 : 1, seen = 0;
    for (const char *at = request; *at;) {
        int length = (int)strcspn(at, " ");
        bool is_operand = length > 0 && seen++ > formats && !memchr(at, '=', (size_t)length);
        if (is_operand && index-- == 0) {
            *word = at;
            return length;
        }
        at += length;
        at += strspn(at, " ");
    }
    return 0;
}

static int digit_of(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

int mxact_dpi_operand_digits(const char *request, int index)
{
    const char *word = NULL;
    return index < 0 ? 0 : operand_word(request, index, &word);
}

int mxact_dpi_operand(const char *request, int index, const svOpenArrayHandle elements)
{
    const char *word = NULL;
    int count = svSize(elements, 1), length = index < 0 ? 0 : operand_word(request, index, &word);
    if (!length || count <= 0 || length % count || length / count > 8)
        return dpi_failed(MXACT_BAD_ARGUMENT, "operand: the request has no such word, or it is not that many elements");
    for (int i = 0; i < length; i++)
        if (digit_of(word[i]) < 0) return dpi_failed(MXACT_BAD_ARGUMENT, "operand: the word is not hexadecimal");
    for (int i = 0; i < count; i++) {
        svBitVecVal element = 0;
        for (int digit = 0; digit < length / count; digit++)
            element = element << 4 | (svBitVecVal)digit_of(word[i * (length / count) + digit]);
        svPutBitArrElem1VecVal(elements, &element, svLow(elements, 1) + i);
    }
    return dpi_failed(MXACT_OK, NULL);
}
