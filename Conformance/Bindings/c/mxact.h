/*
 * libmxact: the bit-exact simulator of the OCP Microscaling formats, its golden vectors and its conformance suite, from C.
 *
 * Every function returns an mxact_status; MXACT_OK is 0. What went wrong is one line: mxact_error(), of this thread, until its next
 * call. No function keeps a pointer that it is given. Memory is the caller's; only texts and handles are the library's, and each has
 * its function to free it. Every function may be called from any thread; a handle is for one thread at a time.
 *
 * Formats, policies, matrix units and layouts are names ("mxfp4", "profile=ocp rounding=toward-zero", "blackwell-mxf4"), so that new
 * ones need no new function: mxact_names() lists them. A choice that is not named is that of the profile, and the profile is ocp.
 *
 * Structures begin with their own size (sizeof), and every member that is not set is zero. A later version of the library takes the
 * structures of an earlier one; an earlier one refuses what it does not know (MXACT_WRONG_ABI).
 *
 * A number or code takes one byte up to 8 bits, two up to 16, four above, in the machine's order (little-endian on all that run this).
 * Matrices are row-major; a block runs along a row, or down a column. Nothing is written when a call is refused.
 */
#ifndef MXACT_H
#define MXACT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this interface, of mxact_abi(): a program built for one works with every later library of the same number. */
#define MXACT_ABI 1

typedef enum mxact_status {
    MXACT_OK = 0,
    MXACT_BAD_ARGUMENT = 2,  /* a name, a size or a file that cannot be used; nothing was written */
    MXACT_UNSUPPORTED = 3,   /* understood, and not done: a backend that this machine lacks, a choice that has no fast path */
    MXACT_FILE = 4,          /* a file cannot be read or written */
    MXACT_WRONG_ABI = 5,     /* a structure of a size that this library does not know */
    MXACT_NO_MEMORY = 6,
    MXACT_END = 7,           /* an iterator has no more */
    MXACT_BUG = 70           /* a bug of the library */
} mxact_status;

int32_t mxact_abi(void);
const char *mxact_version(void); /* "0.1.0+commit" */
const char *mxact_error(void);   /* what the last call of this thread that failed had to say; never null */
const char *mxact_build(void);   /* what vectors this build uses here: "vector128", "vector256", "vector512" or "scalar" */

/* A text of the library's: UTF-8, its length without the zero at its end. */
typedef struct mxact_text {
    size_t length;
    char data[];
} mxact_text;

void mxact_text_free(mxact_text *text); /* null is allowed */

/* The names of a kind, a line each: "formats", "elements", "profiles", "latitudes", "units", "layouts", "backends". */
mxact_status mxact_names(const char *kind, mxact_text **names);

/* ---- elements ------------------------------------------------------------------------------------------------------------------- */

typedef struct mxact_elements {
    uint32_t size;            /* sizeof(mxact_elements) */
    int32_t threads;          /* 0: one a processor where that helps; kept for later, elements are converted on one */
    const char *format;       /* an element format ("e4m3"), or "e8m0" */
    const char *choices;      /* "rounding=toward-zero overflow=non-finite"; null: ocp's */
    const char *from;         /* format of the numbers: "f32" (null), "f16", "bf16" */
    const char *backend;      /* null: the fastest here; "reference" is exact arithmetic on everything */
    const uint32_t *random;   /* a stochastic mode's bits, one word a number; null otherwise */
} mxact_elements;

/* Numbers to codes. values: count numbers of `from`; codes: count codes. */
mxact_status mxact_encode(const mxact_elements *how, const void *values, int64_t count, void *codes);

/* Codes to binary32 numbers, exactly. */
mxact_status mxact_decode(const mxact_elements *how, const void *codes, int64_t count, float *values);

/* ---- blocks --------------------------------------------------------------------------------------------------------------------- */

typedef struct mxact_blocks {
    uint32_t size;            /* sizeof(mxact_blocks) */
    int32_t axis;             /* 0: blocks along rows; 1: down columns */
    const char *format;       /* a block format: "mxfp4", "mxfp8-e4m3", "nvfp4" */
    const char *choices;      /* as of mxact_elements; "profile=NAME" too */
    const char *from;         /* "f32" (null), "f16", "bf16" */
    const char *backend;
    int64_t rows, columns;
    float tensor_scale;       /* NVFP4's second level; 0 counts as 1 */
    int32_t threads;          /* 0: one a processor */
    int32_t packed;           /* 0: a byte a code; 1: codes of 4 and 6 bits packed, low bits first, each row whole bytes */
    int32_t seeded;           /* 1: draw a stochastic mode's bits from `seed` (Philox) instead of `random` */
    uint64_t seed;
    const uint32_t *random;   /* rows x columns words, or null */
} mxact_blocks;

/* How many bytes the scales and the codes of such a matrix take; any of the two pointers may be null. */
mxact_status mxact_block_bytes(const mxact_blocks *how, int64_t *scale_bytes, int64_t *code_bytes);

mxact_status mxact_quantize(const mxact_blocks *how, const void *values, uint8_t *scales, uint8_t *codes);
mxact_status mxact_dequantize(const mxact_blocks *how, const uint8_t *scales, const uint8_t *codes, float *values);

/* Both, without the codes between: what a network trains on. The values may be the result. */
mxact_status mxact_round_trip(const mxact_blocks *how, const void *values, float *result);

/* The tensor scale of NVFP4's recipes: max |V| / (448 x 6), rounded to binary32; 1 of a tensor of zeros. */
mxact_status mxact_fit_tensor_scale(const char *format, const float *values, int64_t count, float *tensor_scale);

/* ---- products ------------------------------------------------------------------------------------------------------------------- */

/* D = A B^T + C bit for bit as a matrix unit computes it: A is m x k, B n x k, C and D m x n, all row-major. */
typedef struct mxact_product {
    uint32_t size;            /* sizeof(mxact_product) */
    int32_t threads;
    const char *unit;         /* a name of "units"; null: the exact sum with one rounding */
    const char *a_format;     /* an element format ("e4m3", "f16"), or a block format ("mxfp4") with scales along k */
    const char *b_format;
    const char *output;       /* format of C and D: "f32" (null) or "f16" */
    const char *backend;
    int64_t m, n, k;
    const void *a_codes, *b_codes;         /* one code an element, not packed */
    const uint8_t *a_scales, *b_scales;    /* ceil(k / block) a row; null without block format */
    float a_tensor_scale, b_tensor_scale;  /* 0 counts as 1; the exact sum takes them in, a unit's result is multiplied after it */
} mxact_product;

/* results: C goes in, D comes out, both as bits of the output's format: four bytes each of f32, two of f16. */
mxact_status mxact_multiply(const mxact_product *how, void *results);

/* ---- words ---------------------------------------------------------------------------------------------------------------------- */

/* What a code is, or how a number is cast, step by step with its clauses: mxact_explain("e4m3", "4.25", NULL, NULL, &text). */
mxact_status mxact_explain(const char *format, const char *number, const char *from, const char *choices, mxact_text **text);

/* One line of the protocol answered: "encode e4m3 3f800000". backend null: the exact reference. */
mxact_status mxact_answer(const char *request, const char *backend, mxact_text **answer);

/* ---- golden vectors ------------------------------------------------------------------------------------------------------------- */

typedef struct mxact_vectors mxact_vectors;

typedef struct mxact_row {
    uint32_t size;            /* sizeof(mxact_row) */
    uint32_t reserved;
    const char *id, *request, *answer, *flags, *clause; /* the iterator's, until it is asked again */
} mxact_row;

/* folder: the golden set's; null: MXACT_VECTORS, or beside the program. level: "smoke" or "standard" (null).
   only: terms as of `mxact run --only`, blanks between them; null: all. */
mxact_status mxact_vectors_open(const char *folder, const char *level, const char *only, mxact_vectors **vectors);
mxact_status mxact_vectors_next(mxact_vectors *vectors, mxact_row *row); /* MXACT_END after the last */
void mxact_vectors_close(mxact_vectors *vectors);

/* ---- kernels under test --------------------------------------------------------------------------------------------------------- */

/* Questions that differ in their operands alone. A kernel writes what is not const and returns 0, 1 for "unsupported", or anything else
   for a failure, of which it may write a line into message. */
typedef struct mxact_group {
    uint32_t size;            /* sizeof(mxact_group) of the library's */
    uint32_t count;           /* questions */
    const char *operation;    /* encode, decode, scale, quantize, dequantize, dot */
    const char *format;       /* of dot two, with a blank between them */
    const char *choices;      /* as asked: "rounding=ties-to-even scale-rule=floor"; may be empty */
    const char *from;         /* format of the values */
    uint32_t length;          /* elements of one question */
    uint32_t scale_length;    /* scales of one question, of each operand */
    float tensor_scale;
    uint32_t message_size;
    char *message;
    const void *values;       /* encode, scale, quantize: count x length */
    const uint32_t *random;   /* a stochastic mode's bits: count x length; null otherwise */
    const void *codes;        /* decode, dequantize; A of dot: count x length */
    const uint8_t *scales;    /* dequantize; A's of dot: count x scale_length */
    const void *other_codes;  /* B of dot */
    const uint8_t *other_scales;
    const void *addends;      /* C of dot: count, in the output's format */
    uint8_t *scales_out;      /* scale, quantize: count */
    void *codes_out;          /* encode, quantize: count x length */
    void *values_out;         /* decode, dequantize: binary32, count x length; D of dot: count */
} mxact_group;

typedef int32_t (*mxact_kernel)(void *user, const mxact_group *group);

/* A kernel that answers lines of the protocol: writes the answer and its zero into at most `size` bytes, and returns as above. */
typedef int32_t (*mxact_line_kernel)(void *user, const char *request, char *answer, size_t size);

typedef struct mxact_test {
    uint32_t size;            /* sizeof(mxact_test) */
    int32_t json;             /* 1: the report as JSON; 0: as `mxact run` prints it */
    const char *name;         /* of the kernel, in the report; null: "kernel" */
    const char *declared;     /* what it declares: "profile=ggml rounding=toward-zero"; null: ocp */
    const char *level;        /* "smoke", "standard" (null) or "deep" */
    const char *only;         /* terms, blanks between them: "quantize+mxfp4"; null: all */
    const char *vectors;      /* folder of the golden set; null as of mxact_vectors_open */
    mxact_kernel kernel;      /* this or the next, not both */
    mxact_line_kernel line_kernel;
    void *user;
    int32_t own_random_bits;  /* 1: the kernel draws its own */
    int32_t reserved;
} mxact_test;

/* Holds a kernel to the golden vectors. exit_code: 0 conformant, 1 not, 3 it failed; the report says where, how and why. */
mxact_status mxact_check(const mxact_test *test, int32_t *exit_code, mxact_text **report);

/* Which choices a kernel makes, found by asking it; only `name`, `declared`, the kernel and `user` matter. */
mxact_status mxact_identify(const mxact_test *test, int32_t *exit_code, mxact_text **report);

/* ---- checkpoints ---------------------------------------------------------------------------------------------------------------- */

/* What `mxact inspect` finds, as JSON. layout: null where it is recognised. */
mxact_status mxact_inspect(const char *path, const char *layout, int32_t *exit_code, mxact_text **report);

/* How somebody quantised a checkpoint, found from it and from the original values: what `mxact which` finds, as JSON. exit_code: 0 where
   choices give every block, 1 where not. layout: of the quantised one, null where it is recognised. */
mxact_status mxact_which(const char *original, const char *quantized, const char *layout, int32_t *exit_code, mxact_text **report);

/* What is to become of a checkpoint's tensors, as of `mxact convert`: with a format they are quantised; with to_layout alone their codes
   and scales are laid out anew, bit for bit; with neither they are given back as values. Every other tensor is copied. */
typedef struct mxact_conversion {
    uint32_t size;            /* sizeof(mxact_conversion) */
    int32_t axis;             /* of blocks that are made: along rows (0) or down columns (1) */
    const char *input;        /* a file, or a folder */
    const char *output;       /* a file whose name says its kind, replaced whole; or a folder where input is one, of which files that the
                                 same conversion left are kept */
    const char *format;       /* block format, or null */
    const char *choices;      /* "scale-rule=round-up", blanks between them; null: ocp */
    const char *to_layout;    /* null: of a format its own; else values */
    const char *to;           /* of values: "f32" (null) or "bf16" */
    const char *tensor_scale; /* nvfp4: "fit" (null), "power-of-two", "one", "percentile:P", a number */
    const char *layout;       /* of the input; null where it is recognised */
    int32_t threads;          /* 0: all */
    int32_t keep_nan;         /* 1: pass on scales that are NaN, which are refused otherwise */
    int32_t seeded;           /* 1: seed is given; a stochastic rounding needs it */
    int32_t reserved;
    uint64_t seed;
} mxact_conversion;

mxact_status mxact_convert(const mxact_conversion *conversion);

typedef struct mxact_checkpoint mxact_checkpoint;

typedef struct mxact_tensor {
    uint32_t size;            /* sizeof(mxact_tensor) */
    int32_t quantized;        /* 1: codes and scales; 0: values */
    const char *name;         /* the checkpoint's, until it is closed */
    const char *layout;       /* of a quantised one, its layout's name */
    const char *format;       /* of a quantised one, its block format's name; else its type's ("F32", "BF16") */
    int32_t axis;             /* blocks along rows (0) or down columns (1) */
    uint32_t dimensions;
    const int64_t *shape;
    int64_t elements;
} mxact_tensor;

mxact_status mxact_checkpoint_open(const char *path, const char *layout, mxact_checkpoint **checkpoint, int64_t *tensors);
mxact_status mxact_checkpoint_tensor(mxact_checkpoint *checkpoint, int64_t index, mxact_tensor *tensor);

/* The values of a tensor as binary32: code x block scale x tensor scale, rounded once. */
mxact_status mxact_checkpoint_values(mxact_checkpoint *checkpoint, int64_t index, float *values, int64_t count);
void mxact_checkpoint_close(mxact_checkpoint *checkpoint);

#ifdef __cplusplus
}
#endif

#endif
