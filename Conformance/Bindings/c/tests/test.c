/* What the header promises: answers, refusals, threads. usage: test GOLDEN SAMPLE.safetensors */
#include "mxact.h"
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int checks, failures;

static void check(int holds, const char *what, int line)
{
    checks++;
    if (!holds) {
        failures++;
        printf("line %d: %s (%s)\n", line, what, mxact_error());
    }
}

#define CHECK(condition) check(condition, #condition, __LINE__)
#define SAYS(call, status, words) check((call) == (status) && strstr(mxact_error(), words), #call " says " words, __LINE__)

static uint32_t bits(float number) { uint32_t word; memcpy(&word, &number, 4); return word; }
static float number(uint32_t word) { float value; memcpy(&value, &word, 4); return value; }

static uint64_t state = 88172645463325252u;
static uint32_t draw(void) { state ^= state << 13; state ^= state >> 7; state ^= state << 17; return (uint32_t)(state >> 16); }

static const char *const formats[] = { "mxfp8-e4m3", "mxfp8-e5m2", "mxfp6-e3m2", "mxfp6-e2m3", "mxfp4", "mxint8", "nvfp4" };

/* A block through the arrays against the reference's answer to the line. */
static void blocks_equal_lines(void)
{
    for (int round = 0; round < 700; round++) {
        const char *format = formats[round % 7];
        int length = round % 7 == 6 ? 16 : 32;
        float values[32], back[32];
        uint8_t scale, codes[32];
        char request[400], expected[400];
        mxact_text *answer = NULL;
        int at = snprintf(request, sizeof request, "quantize %s ", format);
        for (int i = 0; i < length; i++) {
            values[i] = round % 3 ? ldexpf((float)(int32_t)draw(), -31 - (int)(draw() % 9)) : number(draw());
            at += snprintf(request + at, sizeof request - at, "%08x", bits(values[i]));
        }
        mxact_blocks how = { .size = sizeof how, .format = format, .rows = 1, .columns = length };
        CHECK(mxact_quantize(&how, values, &scale, codes) == MXACT_OK);
        CHECK(mxact_answer(request, NULL, &answer) == MXACT_OK);
        at = snprintf(expected, sizeof expected, "%02x ", scale);
        for (int i = 0; i < length; i++) at += snprintf(expected + at, sizeof expected - at, "%02x", codes[i]);
        CHECK(answer && !strcmp(answer->data, expected));
        mxact_text_free(answer);
        CHECK(mxact_dequantize(&how, &scale, codes, back) == MXACT_OK);
        float fused[32];
        CHECK(mxact_round_trip(&how, values, fused) == MXACT_OK && !memcmp(back, fused, sizeof(float) * (size_t)length));
    }
}

static void products_equal_lines(void)
{
    for (int round = 0; round < 50; round++) {
        uint8_t a[32], b[32];
        float result = ldexpf((float)(int32_t)draw(), -33);
        uint32_t c = bits(result);
        char request[300];
        mxact_text *answer = NULL;
        int at = snprintf(request, sizeof request, "dot e4m3 e4m3 model=hopper-wgmma-fp8 ");
        for (int i = 0; i < 32; i++) at += snprintf(request + at, sizeof request - at, "%02x", a[i] = (uint8_t)(draw() % 0x7F));
        at += snprintf(request + at, sizeof request - at, " ");
        for (int i = 0; i < 32; i++) at += snprintf(request + at, sizeof request - at, "%02x", b[i] = (uint8_t)(draw() % 0x7F));
        snprintf(request + at, sizeof request - at, " %08x", c);
        mxact_product how = { .size = sizeof how, .unit = "hopper-wgmma-fp8", .a_format = "e4m3", .b_format = "e4m3",
            .m = 1, .n = 1, .k = 32, .a_codes = a, .b_codes = b };
        CHECK(mxact_multiply(&how, &result) == MXACT_OK && mxact_answer(request, NULL, &answer) == MXACT_OK);
        CHECK(answer && strtoul(answer->data, NULL, 16) == bits(result));
        mxact_text_free(answer);
    }
}

static void refusals(void)
{
    float values[64] = { 0 };
    uint8_t scales[2], codes[64];
    int64_t n, m;
    mxact_text *text = NULL;
    mxact_blocks how = { .size = sizeof how, .format = "mxfp4", .rows = 2, .columns = 32 };
    SAYS(mxact_quantize(NULL, values, scales, codes), MXACT_BAD_ARGUMENT, "blocks is null");
    SAYS(mxact_quantize(&how, NULL, scales, codes), MXACT_BAD_ARGUMENT, "values is null");
    SAYS(mxact_quantize(&how, values, NULL, codes), MXACT_BAD_ARGUMENT, "scales is null");
    SAYS(mxact_quantize(&how, values, scales, (uint8_t *)values), MXACT_BAD_ARGUMENT, "overlap");
    how.format = "mxfp5";
    SAYS(mxact_quantize(&how, values, scales, codes), MXACT_BAD_ARGUMENT, "mxfp5");
    how.format = "mxfp4", how.rows = -1;
    SAYS(mxact_block_bytes(&how, &n, &m), MXACT_BAD_ARGUMENT, "rows");
    how.rows = INT64_MAX;
    SAYS(mxact_block_bytes(&how, &n, &m), MXACT_BAD_ARGUMENT, "rows");
    how.rows = 1 << 20, how.columns = 1 << 20;
    SAYS(mxact_block_bytes(&how, &n, &m), MXACT_BAD_ARGUMENT, "rows x columns");
    how.rows = 2, how.columns = 32, how.choices = "rounding=sideways";
    SAYS(mxact_quantize(&how, values, scales, codes), MXACT_BAD_ARGUMENT, "sideways");
    how.choices = "rounding=stochastic:8";
    SAYS(mxact_quantize(&how, values, scales, codes), MXACT_BAD_ARGUMENT, "random bits");
    how.choices = NULL, how.backend = "warp";
    SAYS(mxact_quantize(&how, values, scales, codes), MXACT_BAD_ARGUMENT, "warp");
    how.backend = NULL, how.axis = 2;
    SAYS(mxact_quantize(&how, values, scales, codes), MXACT_BAD_ARGUMENT, "axis");
    how.axis = 0, how.size = 4;
    SAYS(mxact_quantize(&how, values, scales, codes), MXACT_WRONG_ABI, "size");
    struct { mxact_blocks known; uint64_t later; } next = { { .size = sizeof next, .format = "mxfp4", .rows = 2, .columns = 32 }, 0 };
    CHECK(mxact_quantize(&next.known, values, scales, codes) == MXACT_OK);
    next.later = 1;
    SAYS(mxact_quantize(&next.known, values, scales, codes), MXACT_WRONG_ABI, "does not know");
    SAYS(mxact_explain("e4m3", "four", NULL, NULL, &text), MXACT_BAD_ARGUMENT, "four");
    SAYS(mxact_answer("encode e4m3", NULL, &text), MXACT_BAD_ARGUMENT, "missing");
    SAYS(mxact_answer(NULL, NULL, &text), MXACT_BAD_ARGUMENT, "request is null");
    SAYS(mxact_names("colours", &text), MXACT_BAD_ARGUMENT, "colours");
    SAYS(mxact_inspect("/nowhere", NULL, &(int32_t){ 0 }, &text), MXACT_BAD_ARGUMENT, "/nowhere");
    CHECK(text == NULL);
    mxact_text_free(NULL);
    mxact_vectors_close(NULL);
    mxact_checkpoint_close(NULL);
    memset(codes, 0, sizeof codes);
    codes[7] = 0x10, how.size = sizeof how;
    SAYS(mxact_dequantize(&how, scales, codes, values), MXACT_BAD_ARGUMENT, "4 bits");
    uint8_t code = 0x20;
    mxact_elements e2m1 = { .size = sizeof e2m1, .format = "e2m1" };
    SAYS(mxact_decode(&e2m1, &code, 1, values), MXACT_BAD_ARGUMENT, "4 bits");
    CHECK(mxact_encode(&e2m1, NULL, 0, NULL) == MXACT_OK);
}

static int32_t own(void *user, const mxact_group *group)
{
    int drops_sign = user != NULL;
    if (!strcmp(group->operation, "encode")) {
        mxact_elements how = { .size = sizeof how, .format = group->format, .choices = group->choices, .from = group->from,
            .random = group->random };
        mxact_status status = mxact_encode(&how, group->values, group->count, group->codes_out);
        if (drops_sign && status == MXACT_OK && !strcmp(group->format, "e4m3"))
            for (uint32_t i = 0; i < group->count; i++) ((uint8_t *)group->codes_out)[i] &= 0x7F;
        return status == MXACT_OK ? 0 : 1;
    }
    if (!strcmp(group->operation, "quantize") && strcmp(group->from, "tf32")) {
        mxact_blocks how = { .size = sizeof how, .format = group->format, .choices = group->choices, .from = group->from,
            .rows = group->count, .columns = group->length, .tensor_scale = group->tensor_scale, .random = group->random };
        return mxact_quantize(&how, group->values, group->scales_out, group->codes_out) == MXACT_OK ? 0 : 1;
    }
    return 1;
}

static void kernels(const char *golden)
{
    mxact_text *report = NULL;
    int32_t code = -1;
    mxact_test test = { .size = sizeof test, .name = "libmxact itself", .only = "encode quantize", .vectors = golden, .kernel = own };
    CHECK(mxact_check(&test, &code, &report) == MXACT_OK && code == 0 && strstr(report->data, "\nconformant: "));
    printf("%s", code == 0 ? strstr(report->data, "\nconformant") + 1 : report->data);
    mxact_text_free(report);
    test.user = &test, test.only = "encode+e4m3";
    CHECK(mxact_check(&test, &code, &report) == MXACT_OK && code == 1 && strstr(report->data, "sign"));
    mxact_text_free(report);
    test.json = 1;
    CHECK(mxact_check(&test, &code, &report) == MXACT_OK && report->data[0] == '{');
    mxact_text_free(report);
    test.json = 0, test.only = "encode+e9m9";
    SAYS(mxact_check(&test, &code, &report), MXACT_BAD_ARGUMENT, "e9m9");
    test.kernel = NULL;
    SAYS(mxact_check(&test, &code, &report), MXACT_BAD_ARGUMENT, "kernel");
    test.kernel = own, test.user = NULL, test.only = NULL;
    CHECK(mxact_identify(&test, &code, &report) == MXACT_OK && code == 0 && strstr(report->data, "ocp"));
    mxact_text_free(report);
}

static void vectors(const char *golden)
{
    mxact_vectors *all = NULL;
    mxact_row row = { .size = sizeof row };
    int rows = 0;
    mxact_status status;
    CHECK(mxact_vectors_open(golden, "smoke", "encode+e4m3", &all) == MXACT_OK);
    row.size = 16;
    SAYS(mxact_vectors_next(all, &row), MXACT_WRONG_ABI, "size");
    row.size = sizeof row;
    while ((status = mxact_vectors_next(all, &row)) == MXACT_OK) {
        rows++;
        if (strstr(row.request, "encode e4m3") != row.request || !*row.id || !*row.answer) failures++;
    }
    CHECK(status == MXACT_END && rows > 100);
    mxact_vectors_close(all);
    SAYS(mxact_vectors_open("/nowhere", NULL, NULL, &all), MXACT_FILE, "/nowhere");
}

static void checkpoints(const char *path)
{
    mxact_checkpoint *checkpoint = NULL;
    mxact_text *report = NULL;
    int64_t count = 0;
    int32_t code;
    CHECK(mxact_checkpoint_open(path, NULL, &checkpoint, &count) == MXACT_OK && count > 0);
    for (int64_t i = 0; i < count; i++) {
        mxact_tensor tensor = { .size = sizeof tensor };
        CHECK(mxact_checkpoint_tensor(checkpoint, i, &tensor) == MXACT_OK && tensor.name && tensor.elements >= 0);
        float *values = malloc((size_t)tensor.elements * sizeof(float) + 1);
        CHECK(mxact_checkpoint_values(checkpoint, i, values, tensor.elements) == MXACT_OK);
        SAYS(mxact_checkpoint_values(checkpoint, i, values, tensor.elements + 1), MXACT_BAD_ARGUMENT, "elements");
        free(values);
    }
    SAYS(mxact_checkpoint_tensor(checkpoint, 0, &(mxact_tensor){ .size = 16 }), MXACT_WRONG_ABI, "size");
    SAYS(mxact_checkpoint_tensor(checkpoint, count, &(mxact_tensor){ .size = sizeof(mxact_tensor) }), MXACT_BAD_ARGUMENT, "index");
    mxact_checkpoint_close(checkpoint);
    CHECK(mxact_inspect(path, NULL, &code, &report) == MXACT_OK && report->data[0] == '{');
    mxact_text_free(report);

    /* Quantised by choices that are then found again, and back. */
    const char *codes = "codes.safetensors", *values = "values.safetensors";
    mxact_conversion how = { .size = sizeof how, .input = path, .output = codes, .format = "mxfp4",
        .choices = "scale-rule=round-up rounding=toward-zero" };
    CHECK(mxact_convert(&how) == MXACT_OK);
    CHECK(mxact_which(path, codes, NULL, &code, &report) == MXACT_OK && code == 0);
    CHECK(strstr(report->data, "\"scale-rule\": \"round-up\"") && strstr(report->data, "\"rounding\": \"toward-zero\""));
    mxact_text_free(report);
    mxact_conversion back = { .size = sizeof back, .input = codes, .output = values, .to = "bf16" };
    CHECK(mxact_convert(&back) == MXACT_OK);
    SAYS(mxact_which(codes, codes, NULL, &code, &report), MXACT_BAD_ARGUMENT, "original");
    SAYS(mxact_which(NULL, codes, NULL, &code, &report), MXACT_BAD_ARGUMENT, "original is null");
    SAYS(mxact_which(path, values, NULL, &code, &report), MXACT_BAD_ARGUMENT, "no quantised tensor");
    how.choices = "rounding=stochastic:8";
    SAYS(mxact_convert(&how), MXACT_BAD_ARGUMENT, "seed");
    how.choices = NULL, how.to = "bf16";
    SAYS(mxact_convert(&how), MXACT_BAD_ARGUMENT, "give one");
    how.to = NULL, how.format = "mxfp5";
    SAYS(mxact_convert(&how), MXACT_BAD_ARGUMENT, "mxfp5");
    how.format = "mxfp4", how.input = values, how.output = values;
    SAYS(mxact_convert(&how), MXACT_BAD_ARGUMENT, "input");
    how.output = NULL;
    SAYS(mxact_convert(&how), MXACT_BAD_ARGUMENT, "output is null");
    how.size = 4;
    SAYS(mxact_convert(&how), MXACT_WRONG_ABI, "size");
    remove(values), remove(codes);
}

static void *work(void *argument)
{
    float values[320];
    uint8_t scales[10], codes[320], first[320];
    mxact_blocks how = { .size = sizeof how, .format = argument, .rows = 1, .columns = 320 };
    for (int i = 0; i < 320; i++) values[i] = (float)(i - 100) / 7;
    for (int round = 0; round < 2000; round++) {
        if (mxact_quantize(&how, values, scales, round ? codes : first) || (round && memcmp(codes, first, how.columns))) return "differs";
        mxact_blocks wrong = how;
        wrong.format = "mxfp5";
        if (mxact_quantize(&wrong, values, scales, codes) != MXACT_BAD_ARGUMENT || !strstr(mxact_error(), "mxfp5")) return "error";
    }
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[4];
    void *said;
    mxact_text *text = NULL;
    if (argc != 3) return 2;
    CHECK(mxact_abi() == MXACT_ABI);
    printf("libmxact %s, %s\n", mxact_version(), mxact_build());
    CHECK(mxact_explain("e4m3", "4.25", NULL, NULL, &text) == MXACT_OK && strstr(text->data, "4.25") && text->length == strlen(text->data));
    mxact_text_free(text);
    blocks_equal_lines();
    products_equal_lines();
    refusals();
    vectors(argv[1]);
    kernels(argv[1]);
    checkpoints(argv[2]);
    for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, work, (void *)formats[i]);
    for (int i = 0; i < 4; i++) CHECK(pthread_join(threads[i], &said) == 0 && said == NULL);
    printf("%d checks, %d failures\n", checks, failures);
    return failures ? 1 : 0;
}
