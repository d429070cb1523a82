// The bfloat16 dot products of an Intel processor as a kernel under test: 'intel tdpbf16ps' (AMX) or 'intel vdpbf16ps' (AVX512_BF16).
// Reads 'dot bf16 bf16 [choice ...] A B C' lines and writes D (Vectors/PROTOCOL.md); a longer K is a chain of instructions.
#define _GNU_SOURCE
#include <immintrin.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { Most = 4096, OfTile = 32, OfPair = 2, RequestPermission = 0x1023, TileData = 18 };

static uint32_t word(const char *digits, int count)
{
    char text[9] = {0};
    memcpy(text, digits, (size_t)count);
    return (uint32_t)strtoul(text, NULL, 16);
}

// One row times one column: 32 products enter c.
static uint32_t tdpbf16ps(const uint16_t *a, const uint16_t *b, uint32_t c)
{
    struct { uint8_t palette, start, reserved[14]; uint16_t bytes[16]; uint8_t rows[16]; } tiles = {
        .palette = 1, .bytes = {4, 64, 4}, .rows = {1, 1, 16}};
    _tile_loadconfig(&tiles);
    _tile_loadd(0, &c, 4);
    _tile_loadd(1, a, 64);
    _tile_loadd(2, b, 4);
    _tile_dpbf16ps(0, 1, 2);
    _tile_stored(0, &c, 4);
    _tile_release();
    return c;
}

// Two products enter c.
static uint32_t vdpbf16ps(const uint16_t *a, const uint16_t *b, uint32_t c)
{
    uint32_t pairA, pairB;
    memcpy(&pairA, a, sizeof pairA);
    memcpy(&pairB, b, sizeof pairB);
    __m128 sum = _mm_castsi128_ps(_mm_set1_epi32((int)c));
    sum = _mm_dpbf16_ps(sum, (__m128bh)_mm_set1_epi32((int)pairA), (__m128bh)_mm_set1_epi32((int)pairB));
    return (uint32_t)_mm_cvtsi128_si32(_mm_castps_si128(sum));
}

int main(int argc, char **argv)
{
    int isTile = argc > 1 && strcmp(argv[1], "tdpbf16ps") == 0;
    if (argc != 2 || (!isTile && strcmp(argv[1], "vdpbf16ps") != 0)) {
        fputs("intel: tdpbf16ps or vdpbf16ps\n", stderr);
        return 2;
    }

    if (isTile && syscall(SYS_arch_prctl, RequestPermission, TileData) != 0) {
        perror("intel: the kernel grants no tiles");
        return 77;
    }

    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, stdin) > 0) {
        char *operands[3] = {NULL, NULL, NULL};
        for (char *text = strtok(line, " \r\n"); text != NULL; text = strtok(NULL, " \r\n")) {
            if (strchr(text, '=') == NULL) {
                operands[0] = operands[1];
                operands[1] = operands[2];
                operands[2] = text;
            }
        }

        size_t k = operands[0] == NULL ? 0 : strlen(operands[0]) / 4;
        if (k == 0 || k > Most || strlen(operands[1]) != 4 * k || strlen(operands[2]) != 8) {
            puts("unsupported");
            fflush(stdout);
            continue;
        }

        uint16_t a[Most + OfTile] = {0}, b[Most + OfTile] = {0};
        for (size_t i = 0; i < k; i++) {
            a[i] = (uint16_t)word(operands[0] + (4 * i), 4);
            b[i] = (uint16_t)word(operands[1] + (4 * i), 4);
        }

        uint32_t c = word(operands[2], 8);
        for (size_t i = 0; i < k; i += isTile ? OfTile : OfPair) {
            c = isTile ? tdpbf16ps(a + i, b + i, c) : vdpbf16ps(a + i, b + i, c);
        }

        printf("%08x\n", c);
        fflush(stdout);
    }

    free(line);
    return 0;
}
