// Asks an AMD GPU what Mxact asks, and writes what Mxact reads. One file, nothing beyond ROCm.
//
//   hipcc -std=c++17 --offload-arch=native -o mxact_record mxact_record.hip.cpp
//
//   mxact requests --recordings --model cdna3-fp16 > questions.csv      dot products: CSV with an empty column D
//   ./mxact_record < questions.csv > answers.csv                        then: mxact recordings answers.csv --model cdna3-fp16
//   mxact requests > questions                                          single numbers: a request a line
//   ./mxact_record < questions > answers                                then: mxact verify answers
//   ./mxact_record --conversions > conversions.csv                      every conversion that the card has, for somebody to read
//
// UNRUN: no GPU was at hand. It has been parsed by clang's HIP front end, with newer built-in functions declared as they are said to be.
// One wave answers one question, and every row of A and every column of B is the same, so that every lane must hold the same answer: how
// rows and columns lie in registers cannot matter, and a D that differs between lanes ends the program. Where k lies does matter: it is
// said at each instruction, and for the f8f6f4 forms of CDNA4 it is an assumption.

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include <hip/hip_runtime.h>

// The family that is compiled for: CDNA 1 to 4 (908, 910, 942, 950), RDNA 3 and 4 (1100, 1200); 0 on the host.
#ifndef MXACT_GFX
#if defined(__gfx950__)
#define MXACT_GFX 950
#elif defined(__gfx940__) || defined(__gfx941__) || defined(__gfx942__)
#define MXACT_GFX 942
#elif defined(__gfx90a__)
#define MXACT_GFX 910
#elif defined(__gfx908__)
#define MXACT_GFX 908
#elif defined(__GFX12__)
#define MXACT_GFX 1200
#elif defined(__GFX11__)
#define MXACT_GFX 1100
#else
#define MXACT_GFX 0
#endif
#endif

// ---- dot products --------------------------------------------------------------------------------------------------------------------

enum Element : uint8_t { F16, BF16, TF32, E4M3, E5M2, E3M2, E2M3, E2M1, E4M3FNUZ, E5M2FNUZ, NoElement };
enum Scale : uint8_t { NoScale, E8M0Of32 };
enum Status : uint8_t { Unsupported, Answered, LanesDiffer };

struct Question {
    Element a, b;
    Scale scale;
    bool half;                // C and D are binary16: no instruction here
    int k, codes, scales;     // how many elements; where its codes and its scales begin
    uint32_t c;
};

struct Answer {
    uint32_t d;
    Status status;
};

typedef float floats2 __attribute__((ext_vector_type(2)));
typedef float floats4 __attribute__((ext_vector_type(4)));
typedef float floats8 __attribute__((ext_vector_type(8)));
typedef _Float16 halves4 __attribute__((ext_vector_type(4)));
typedef _Float16 halves8 __attribute__((ext_vector_type(8)));
typedef _Float16 halves16 __attribute__((ext_vector_type(16)));
typedef short shorts2 __attribute__((ext_vector_type(2)));
typedef short shorts4 __attribute__((ext_vector_type(4)));
typedef short shorts8 __attribute__((ext_vector_type(8)));
typedef short shorts16 __attribute__((ext_vector_type(16)));
typedef int ints2 __attribute__((ext_vector_type(2)));
typedef int ints8 __attribute__((ext_vector_type(8)));

template <typename To, typename From> __device__ To as(const From& from)
{
    static_assert(sizeof(To) == sizeof(From), "bits are taken as they are");
    To to;
    __builtin_memcpy(&to, &from, sizeof to);
    return to;
}

// What one lane of an operand holds: `count` codes from `first` on, each of `bits`, the first lowest.
struct Operand {
    uint32_t word[8];
};

__device__ Operand packed(const uint32_t* codes, int k, int first, int count, int bits)
{
    Operand operand = {};
    for (int i = 0; i < count; i++) {
        uint64_t code = first + i < k ? codes[first + i] : 0;
        int at = i * bits, place = at % 32;
        operand.word[at / 32] |= (uint32_t)(code << place);
        if (place + bits > 32) operand.word[at / 32 + 1] |= (uint32_t)(code >> (32 - place));
    }
    return operand;
}

template <typename To> __device__ To lower(const Operand& operand)
{
    To to;
    __builtin_memcpy(&to, operand.word, sizeof to);
    return to;
}

__device__ bool is_fp8(Element element, bool fnuz)
{
    return fnuz ? element == E4M3FNUZ || element == E5M2FNUZ : element == E4M3 || element == E5M2;
}

__device__ bool is_f8f6f4(Element element)
{
    return element >= E4M3 && element <= E2M1;
}

__device__ int bits_of(Element element)
{
    return element == TF32 ? 32 : element <= BF16 ? 16 : element == E2M1 ? 4 : element == E3M2 || element == E2M3 ? 6 : 8;
}

// How many products one instruction takes; 0 where this target has none.
__device__ int step_of(const Question& q)
{
    bool isF16 = q.a == F16 && q.b == F16, isBF16 = q.a == BF16 && q.b == BF16;
    if (q.half || q.scale != NoScale) {
        return !q.half && MXACT_GFX == 950 && is_f8f6f4(q.a) && is_f8f6f4(q.b) ? 128 : 0;
    }
    if (isF16) return MXACT_GFX >= 908 ? 16 : 0;
    if (isBF16) return MXACT_GFX >= 910 ? 16 : 0;
    if (q.a == TF32 && q.b == TF32) return MXACT_GFX == 942 ? 8 : 0;
    if (MXACT_GFX == 942) return is_fp8(q.a, true) && is_fp8(q.b, true) ? 32 : 0;
    if (MXACT_GFX == 950) return is_fp8(q.a, false) && is_fp8(q.b, false) ? 32 : is_f8f6f4(q.a) && is_f8f6f4(q.b) ? 128 : 0;
    return MXACT_GFX == 1200 && is_fp8(q.a, false) && is_fp8(q.b, false) ? 16 : 0;
}

// One instruction of CDNA: a wave of 64, four sums a lane; lane / 16 says which part of k it holds.
__device__ floats4 mfma(const Question& q, int step, const Operand& a, const Operand& b, uint32_t sa, uint32_t sb, floats4 s)
{
#if MXACT_GFX >= 908 && MXACT_GFX < 1000
    if (q.a == F16) return __builtin_amdgcn_mfma_f32_16x16x16f16(lower<halves4>(a), lower<halves4>(b), s, 0, 0, 0);
#endif
#if MXACT_GFX >= 910 && MXACT_GFX < 1000
    if (q.a == BF16) return __builtin_amdgcn_mfma_f32_16x16x16bf16_1k(lower<shorts4>(a), lower<shorts4>(b), s, 0, 0, 0);
#endif
#if MXACT_GFX == 942
    if (q.a == TF32) return __builtin_amdgcn_mfma_f32_16x16x8_xf32(lower<floats2>(a), lower<floats2>(b), s, 0, 0, 0);
#endif
#if MXACT_GFX == 942 || MXACT_GFX == 950
    if (step == 32) {
        long x = lower<long>(a), y = lower<long>(b);
        bool isBrainA = q.a == E5M2 || q.a == E5M2FNUZ, isBrainB = q.b == E5M2 || q.b == E5M2FNUZ;
        return isBrainA ? isBrainB ? __builtin_amdgcn_mfma_f32_16x16x32_bf8_bf8(x, y, s, 0, 0, 0)
                : __builtin_amdgcn_mfma_f32_16x16x32_bf8_fp8(x, y, s, 0, 0, 0)
            : isBrainB ? __builtin_amdgcn_mfma_f32_16x16x32_fp8_bf8(x, y, s, 0, 0, 0)
                : __builtin_amdgcn_mfma_f32_16x16x32_fp8_fp8(x, y, s, 0, 0, 0);
    }
#endif
#if MXACT_GFX == 950
#define SCALED(A, B) __builtin_amdgcn_mfma_scale_f32_16x16x128_f8f6f4(lower<ints8>(a), lower<ints8>(b), s, A, B, 0, (int)sa, 0, (int)sb)
#define FOR_EACH_B(A) switch (q.b) { case E4M3: return SCALED(A, 0); case E5M2: return SCALED(A, 1); case E2M3: return SCALED(A, 2); \
    case E3M2: return SCALED(A, 3); default: return SCALED(A, 4); }
    switch (q.a) {
    case E4M3: FOR_EACH_B(0)
    case E5M2: FOR_EACH_B(1)
    case E2M3: FOR_EACH_B(2)
    case E3M2: FOR_EACH_B(3)
    default: FOR_EACH_B(4)
    }
#endif
    (void)q, (void)step, (void)a, (void)b, (void)sa, (void)sb;
    return s;
}

// One instruction of RDNA: a wave of 32, eight sums a lane. RDNA 3 has all of k in each lane, RDNA 4 half of it.
__device__ floats8 wmma(const Question& q, const Operand& a, const Operand& b, floats8 s)
{
#if MXACT_GFX == 1100
    return q.a == F16 ? __builtin_amdgcn_wmma_f32_16x16x16_f16_w32(lower<halves16>(a), lower<halves16>(b), s)
        : __builtin_amdgcn_wmma_f32_16x16x16_bf16_w32(lower<shorts16>(a), lower<shorts16>(b), s);
#elif MXACT_GFX == 1200
    if (q.a == F16) return __builtin_amdgcn_wmma_f32_16x16x16_f16_w32_gfx12(lower<halves8>(a), lower<halves8>(b), s);
    if (q.a == BF16) return __builtin_amdgcn_wmma_f32_16x16x16_bf16_w32_gfx12(lower<shorts8>(a), lower<shorts8>(b), s);
    ints2 x = lower<ints2>(a), y = lower<ints2>(b);
    return q.a == E5M2 ? q.b == E5M2 ? __builtin_amdgcn_wmma_f32_16x16x16_bf8_bf8_w32_gfx12(x, y, s)
            : __builtin_amdgcn_wmma_f32_16x16x16_bf8_fp8_w32_gfx12(x, y, s)
        : q.b == E5M2 ? __builtin_amdgcn_wmma_f32_16x16x16_fp8_bf8_w32_gfx12(x, y, s)
            : __builtin_amdgcn_wmma_f32_16x16x16_fp8_fp8_w32_gfx12(x, y, s);
#else
    (void)q, (void)a, (void)b;
    return s;
#endif
}

// The scale of a lane's own block of 32; past the end stands one.
__device__ uint32_t scale_of(const Question& q, const uint8_t* scales, int block)
{
    return q.scale == NoScale || block >= q.k / 32 ? 0x7f : scales[block];
}

__global__ void answer_dots(const Question* questions, const uint32_t* codesA, const uint32_t* codesB, const uint8_t* scalesA,
    const uint8_t* scalesB, Answer* answers)
{
    const Question q = questions[blockIdx.x];
    int lane = threadIdx.x, step = step_of(q);
    Answer& answer = answers[blockIdx.x];
    if (step == 0) {
        if (lane == 0) answer = { 0, Unsupported };
        return;
    }

    bool isMatrixCore = MXACT_GFX < 1000;
    int part = lane / 16, parts = isMatrixCore ? 4 : MXACT_GFX == 1200 ? 2 : 1, count = step / parts;
    float c = as<float>(q.c);
    floats4 four = { c, c, c, c };
    floats8 eight = { c, c, c, c, c, c, c, c };
    for (int from = 0; from < q.k; from += step) {
        int first = from + (parts == 1 ? 0 : part * count);
        Operand a = packed(codesA + q.codes, q.k, first, count, bits_of(q.a));
        Operand b = packed(codesB + q.codes, q.k, first, count, bits_of(q.b));
        if (q.a == TF32) {
            for (int i = 0; i < 2; i++) {
                a.word[i] <<= 13;
                b.word[i] <<= 13;
            }
        }
        uint32_t sa = scale_of(q, scalesA + q.scales, first / 32), sb = scale_of(q, scalesB + q.scales, first / 32);
        if (isMatrixCore) four = mfma(q, step, a, b, sa, sb, four);
        else eight = wmma(q, a, b, eight);
    }

    __shared__ uint32_t seen[64];
    uint32_t d = as<uint32_t>(isMatrixCore ? (float)four[0] : (float)eight[0]);
    bool same = true;
    for (int i = 1; i < 4; i++) same = same && as<uint32_t>(isMatrixCore ? (float)four[i] : (float)eight[i]) == d;
    for (int i = 4; i < 8 && !isMatrixCore; i++) same = same && as<uint32_t>((float)eight[i]) == d;
    seen[lane] = same ? d : ~d;
    __syncthreads();
    if (lane != 0) return;
    for (int i = 0; i < (isMatrixCore ? 64 : 32); i++) same = same && seen[i] == d;
    answer = { d, same ? Answered : LanesDiffer };
}

// ---- conversions ---------------------------------------------------------------------------------------------------------------------

// Of a pair x is the lower element. Scaled conversions divide by the scale (a power of two as binary32), and widen by multiplying.
enum Form { PairTo16, PairTo8, OneRandom, OneToF32, Pair4ToF32 };

#define CONVERSIONS(X) \
    X(E4M3_Pair, "v_cvt_pk_fp8_f32", PairTo16, false) \
    X(E5M2_Pair, "v_cvt_pk_bf8_f32", PairTo16, false) \
    X(E4M3_Random, "v_cvt_sr_fp8_f32", OneRandom, false) \
    X(E5M2_Random, "v_cvt_sr_bf8_f32", OneRandom, false) \
    X(F32_FromE4M3, "v_cvt_f32_fp8", OneToF32, false) \
    X(F32_FromE5M2, "v_cvt_f32_bf8", OneToF32, false) \
    X(E4M3_Scaled, "v_cvt_scalef32_pk_fp8_f32", PairTo16, true) \
    X(E5M2_Scaled, "v_cvt_scalef32_pk_bf8_f32", PairTo16, true) \
    X(E2M1_Scaled, "v_cvt_scalef32_pk_fp4_f32", PairTo8, true) \
    X(E4M3_ScaledRandom, "v_cvt_scalef32_sr_fp8_f32", OneRandom, true) \
    X(E5M2_ScaledRandom, "v_cvt_scalef32_sr_bf8_f32", OneRandom, true) \
    X(F32_FromE4M3Scaled, "v_cvt_scalef32_f32_fp8", OneToF32, true) \
    X(F32_FromE5M2Scaled, "v_cvt_scalef32_f32_bf8", OneToF32, true) \
    X(F32_FromE2M1Scaled, "v_cvt_scalef32_pk_f32_fp4", Pair4ToF32, true)

enum Conversion {
#define ID(NAME, TEXT, FORM, SCALED) NAME,
    CONVERSIONS(ID)
#undef ID
    ConversionCount
};

struct Named {
    const char* text;
    Form form;
    bool isScaled;
};

static const Named Conversions[] = {
#define ENTRY(NAME, TEXT, FORM, SCALED) { TEXT, FORM, SCALED },
    CONVERSIONS(ENTRY)
#undef ENTRY
};

struct Operands {
    int conversion;
    uint32_t x, y, scale, random;
};

__global__ void answer_conversions(const Operands* operands, int count, Answer* answers)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= count) return;
    const Operands o = operands[i];
    [[maybe_unused]] float x = as<float>(o.x), y = as<float>(o.y), scale = as<float>(o.scale);
    uint32_t d = 0;
    bool done = true;
    switch (o.conversion) {
#if MXACT_GFX == 942 || MXACT_GFX == 950 || MXACT_GFX == 1200
    case E4M3_Pair: d = (uint32_t)__builtin_amdgcn_cvt_pk_fp8_f32(x, y, 0, false); break;
    case E5M2_Pair: d = (uint32_t)__builtin_amdgcn_cvt_pk_bf8_f32(x, y, 0, false); break;
    case E4M3_Random: d = (uint32_t)__builtin_amdgcn_cvt_sr_fp8_f32(x, (int)o.random, 0, 0); break;
    case E5M2_Random: d = (uint32_t)__builtin_amdgcn_cvt_sr_bf8_f32(x, (int)o.random, 0, 0); break;
    case F32_FromE4M3: d = as<uint32_t>(__builtin_amdgcn_cvt_f32_fp8((int)o.x, 0)); break;
    case F32_FromE5M2: d = as<uint32_t>(__builtin_amdgcn_cvt_f32_bf8((int)o.x, 0)); break;
#endif
#if MXACT_GFX == 950
    case E4M3_Scaled: d = as<uint32_t>(__builtin_amdgcn_cvt_scalef32_pk_fp8_f32(shorts2{ 0, 0 }, x, y, scale, false)); break;
    case E5M2_Scaled: d = as<uint32_t>(__builtin_amdgcn_cvt_scalef32_pk_bf8_f32(shorts2{ 0, 0 }, x, y, scale, false)); break;
    case E2M1_Scaled: d = (uint32_t)__builtin_amdgcn_cvt_scalef32_pk_fp4_f32(0, x, y, scale, 0); break;
    case E4M3_ScaledRandom: d = (uint32_t)__builtin_amdgcn_cvt_scalef32_sr_fp8_f32(0, x, o.random, scale, 0); break;
    case E5M2_ScaledRandom: d = (uint32_t)__builtin_amdgcn_cvt_scalef32_sr_bf8_f32(0, x, o.random, scale, 0); break;
    case F32_FromE4M3Scaled: d = as<uint32_t>(__builtin_amdgcn_cvt_scalef32_f32_fp8((int)o.x, scale, 0)); break;
    case F32_FromE5M2Scaled: d = as<uint32_t>(__builtin_amdgcn_cvt_scalef32_f32_bf8((int)o.x, scale, 0)); break;
    case F32_FromE2M1Scaled: {
        floats2 pair = __builtin_amdgcn_cvt_scalef32_pk_f32_fp4(o.x, scale, 0);
        d = as<uint32_t>((float)pair[0]);
        break;
    }
#endif
    default: done = false; break;
    }
    answers[i] = { d, done ? Answered : Unsupported };
}

// ---- the host ------------------------------------------------------------------------------------------------------------------------

static void fail(const std::string& text)
{
    std::cerr << "mxact_record: " << text << "\n";
    exit(2);
}

static void check(hipError_t error, const char* what)
{
    if (error != hipSuccess) fail(std::string(what) + ": " + hipGetErrorString(error));
}

template <typename T> static T* on_device(const std::vector<T>& values)
{
    T* memory = nullptr;
    size_t bytes = (values.empty() ? 1 : values.size()) * sizeof(T);
    check(hipMalloc((void**)&memory, bytes), "hipMalloc");
    if (!values.empty()) check(hipMemcpy(memory, values.data(), values.size() * sizeof(T), hipMemcpyHostToDevice), "hipMemcpy");
    return memory;
}

static void take_back(std::vector<Answer>& answers, Answer* memory)
{
    check(hipGetLastError(), "the kernel cannot be started (compiled for another card?)");
    check(hipDeviceSynchronize(), "the kernel");
    check(hipMemcpy(answers.data(), memory, answers.size() * sizeof(Answer), hipMemcpyDeviceToHost), "hipMemcpy");
    hipFree(memory);
}

static std::vector<std::string> split(const std::string& line, char separator)
{
    std::vector<std::string> parts;
    std::string part;
    std::istringstream stream(line);
    while (std::getline(stream, part, separator)) parts.push_back(part);
    if (!line.empty() && line.back() == separator) parts.push_back("");
    return parts;
}

static bool read_line(std::string& line)
{
    if (!std::getline(std::cin, line)) return false;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return true;
}

static uint32_t hex(const std::string& text)
{
    char* end = nullptr;
    unsigned long value = strtoul(text.c_str(), &end, 16);
    if (text.empty() || text.size() > 8 || *end != '\0') fail("'" + text + "' is no hexadecimal word");
    return (uint32_t)value;
}

static std::string hex_text(uint32_t value, int digits)
{
    char text[9];
    snprintf(text, sizeof text, "%0*x", digits, value);
    return text;
}

static Element element_of(const std::string& name)
{
    static const char* names[] = { "fp16", "bf16", "tf32", "e4m3", "e5m2", "e3m2", "e2m3", "e2m1", "e4m3fnuz", "e5m2fnuz" };
    for (int i = 0; i < NoElement; i++) {
        if (name == names[i]) return (Element)i;
    }
    return NoElement;
}

// Codes of a cell, all of one width; false where they are not k.
static bool read_codes(const std::string& cell, int k, std::vector<uint32_t>& codes)
{
    if (k <= 0 || cell.size() % (size_t)k != 0 || cell.empty()) return false;
    size_t digits = cell.size() / (size_t)k;
    for (int i = 0; i < k; i++) codes.push_back(hex(cell.substr((size_t)i * digits, digits)));
    return true;
}

// Dot products: the lines come back with D filled in; what this card has no instruction for is left out and counted.
static int record(const std::string& head)
{
    std::vector<std::string> names = split(head, ',');
    auto column = [&](const char* name) {
        for (size_t i = 0; i < names.size(); i++) {
            if (names[i] == name) return (int)i;
        }
        return -1;
    };
    int fa = column("fa"), fb = column("fb"), ck = column("K"), ca = column("A"), cb = column("B"), csa = column("SA"), csb = column("SB");
    int cc = column("C"), cd = column("D");
    if (fa < 0 || fb < 0 || ck < 0 || ca < 0 || cb < 0 || cc < 0 || cd < 0) fail("the columns are not those of 'requests --recordings'");

    std::vector<std::vector<std::string>> rows;
    std::vector<Question> questions;
    std::vector<uint32_t> codesA, codesB;
    std::vector<uint8_t> scalesA, scalesB;
    std::string line;
    while (read_line(line)) {
        std::vector<std::string> cells = split(line, ',');
        if (cells.size() != names.size()) fail("a row has " + std::to_string(cells.size()) + " cells: " + line.substr(0, 60));
        std::vector<std::string> a = split(cells[fa], '/'), b = split(cells[fb], '/');
        Question q = {};
        q.a = element_of(a[0]);
        q.b = element_of(b[0]);
        std::string scale = a.size() == 3 ? a[1] + "/" + a[2] : "";
        q.scale = scale == "e8m0/32" ? E8M0Of32 : NoScale;
        if (q.scale == NoScale && !scale.empty()) q.a = NoElement;
        q.half = cells[cc].size() == 4;
        q.c = hex(cells[cc]);
        q.k = atoi(cells[ck].c_str());
        q.codes = (int)codesA.size();
        q.scales = (int)scalesA.size();
        bool areCodes = read_codes(cells[ca], q.k, codesA) && read_codes(cells[cb], q.k, codesB);
        if (!areCodes) fail("A or B is not K codes: " + line.substr(0, 60));
        int blocks = q.scale == NoScale ? 0 : q.k / 32;
        std::vector<uint32_t> sa, sb;
        if (blocks > 0 && (csa < 0 || csb < 0 || !read_codes(cells[csa], blocks, sa) || !read_codes(cells[csb], blocks, sb))) {
            fail("SA or SB is not a scale a block: " + line.substr(0, 60));
        }
        scalesA.insert(scalesA.end(), sa.begin(), sa.end());
        scalesB.insert(scalesB.end(), sb.begin(), sb.end());
        questions.push_back(q);
        rows.push_back(cells);
    }
    if (questions.empty()) fail("there are no questions");

    std::vector<Answer> answers(questions.size());
    Answer* memory = on_device(answers);
    hipDeviceProp_t device;
    check(hipGetDeviceProperties(&device, 0), "no device");
    answer_dots<<<(unsigned)questions.size(), (unsigned)device.warpSize>>>(
        on_device(questions), on_device(codesA), on_device(codesB), on_device(scalesA),
        on_device(scalesB), memory);
    take_back(answers, memory);

    std::cout << head << "\n";
    size_t answered = 0;
    for (size_t i = 0; i < rows.size(); i++) {
        if (answers[i].status == LanesDiffer) fail("row " + rows[i][0] + ": the lanes hold different answers: a fault of this program");
        if (answers[i].status != Answered) continue;
        answered++;
        rows[i][cd] = hex_text(answers[i].d, questions[i].half ? 4 : 8);
        for (size_t c = 0; c < rows[i].size(); c++) std::cout << (c ? "," : "") << rows[i][c];
        std::cout << "\n";
    }
    std::cerr << "mxact_record: " << answered << " of " << rows.size() << " questions answered"
        << (answered < rows.size() ? "; for the others this build has no instruction" : "") << "\n";
    return answered > 0 ? 0 : 1;
}

static std::vector<Answer> convert(const std::vector<Operands>& operands)
{
    std::vector<Answer> answers(operands.size());
    if (operands.empty()) return answers;
    Answer* memory = on_device(answers);
    answer_conversions<<<(unsigned)((operands.size() + 127) / 128), 128>>>(on_device(operands), (int)operands.size(), memory);
    take_back(answers, memory);
    return answers;
}

// What a request asks of a conversion. FP8 of CDNA 3 is FNUZ, of CDNA 4 and RDNA 4 that of the OCP: the device says which.
// FP8 does not saturate unless the wave's mode says so (FP16_OVFL), which this program leaves as it is by default: off. FP4 always does.
static int conversion_of(const std::vector<std::string>& words, bool isFnuz, Operands& o)
{
    if (words.size() < 3 || (words[0] != "encode" && words[0] != "decode")) return -1;
    Element element = element_of(words[1]);
    bool isFp8 = isFnuz ? element == E4M3FNUZ || element == E5M2FNUZ : element == E4M3 || element == E5M2;
    bool isWide = element == E4M3 || element == E4M3FNUZ;
    std::string rounding, overflow;
    std::vector<uint32_t> numbers;
    for (size_t i = 2; i < words.size(); i++) {
        size_t equals = words[i].find('=');
        if (equals == std::string::npos) numbers.push_back(hex(words[i]));
        else if (words[i].compare(0, equals, "rounding") == 0) rounding = words[i].substr(equals + 1);
        else if (words[i].compare(0, equals, "overflow") == 0) overflow = words[i].substr(equals + 1);
        else return -1;      // a choice that no instruction has
    }
    if (numbers.empty()) return -1;
    o.x = numbers[0];
    o.scale = 0x3f800000;
    if (words[0] == "decode" && numbers.size() == 1 && rounding.empty()) {
        return isFp8 ? isWide ? F32_FromE4M3 : F32_FromE5M2 : element == E2M1 ? F32_FromE2M1Scaled : -1;
    }
    if (words[0] != "encode" || overflow != (element == E2M1 ? "saturate" : "non-finite")) return -1;
    if (numbers.size() == 1 && rounding == "ties-to-even") {
        return isFp8 ? isWide ? E4M3_Pair : E5M2_Pair : element == E2M1 ? E2M1_Scaled : -1;
    }
    // The 20 (21) bits that E4M3 (E5M2) discards are rounded with as many of the seed's upper bits.
    if (numbers.size() == 2 && rounding == (isWide ? "stochastic:20" : "stochastic:21") && isFp8) {
        o.random = numbers[1] << (isWide ? 12 : 11);
        return isWide ? E4M3_Random : E5M2_Random;
    }
    return -1;
}

static std::string answer_text(const std::vector<std::string>& words, const Operands&, uint32_t d)
{
    return words[0] == "decode" ? hex_text(d, 8) : hex_text(words[1] == "e2m1" ? d & 0xfu : d & 0xffu, 2);
}

// Single numbers: an answer a line.
static int serve(std::string line, bool isFnuz)
{
    std::vector<std::vector<std::string>> requests;
    std::vector<Operands> operands;
    std::vector<int> place;
    do {
        requests.push_back(split(line, ' '));
        Operands o = {};
        o.conversion = conversion_of(requests.back(), isFnuz, o);
        place.push_back(o.conversion < 0 ? -1 : (int)operands.size());
        if (o.conversion >= 0) operands.push_back(o);
    } while (read_line(line));

    std::vector<Answer> answers = convert(operands);
    for (size_t i = 0; i < requests.size(); i++) {
        bool has = place[i] >= 0 && answers[(size_t)place[i]].status == Answered;
        std::cout << (has ? answer_text(requests[i], operands[(size_t)place[i]], answers[(size_t)place[i]].d) : "unsupported") << "\n";
    }
    return 0;
}

// Every conversion, on the ends of every binade that any of the formats has, their neighbours, and random words from a fixed seed.
static int list_conversions()
{
    std::vector<uint32_t> inputs;
    for (uint32_t exponent = 0; exponent < 256; exponent++) {
        for (uint32_t fraction : { 0u, 1u, 0x0fffffu, 0x100000u, 0x100001u, 0x200000u, 0x300000u, 0x400000u, 0x600000u, 0x7fffffu }) {
            inputs.push_back(exponent << 23 | fraction);
            inputs.push_back(0x80000000u | exponent << 23 | fraction);
        }
    }
    uint64_t state = 0x4d58414354;
    auto next = [&] { return (uint32_t)((state = state * 6364136223846793005u + 1442695040888963407u) >> 32); };
    for (int i = 0; i < 1024; i++) inputs.push_back(next());

    std::cout << "instruction,input_hex,scale_hex,random_bits_hex,output_hex\n";
    for (int conversion = 0; conversion < ConversionCount; conversion++) {
        Form form = Conversions[conversion].form;
        bool isNarrow = form == OneToF32 || form == Pair4ToF32, isPair = form == PairTo16 || form == PairTo8;
        for (int exponent : { 0, -3, 5 }) {
            if (exponent != 0 && !Conversions[conversion].isScaled) continue;
            std::vector<Operands> operands;
            size_t count = isNarrow ? 256 : inputs.size();
            for (size_t i = 0; i < count; i++) {
                // Two of a pair differ, so that a swapped order shows.
                operands.push_back({ conversion, isNarrow ? (uint32_t)i : inputs[i], inputs[(i + 1) % inputs.size()],
                    (uint32_t)(127 + exponent) << 23, next() });
            }
            std::vector<Answer> answers = convert(operands);
            int digits = form == PairTo16 ? 4 : isNarrow ? 8 : 2;
            for (size_t i = 0; i < count && answers[i].status == Answered; i++) {
                const Operands& o = operands[i];
                uint32_t mask = digits == 8 ? 0xffffffffu : digits == 4 ? 0xffffu : 0xffu;
                std::cout << Conversions[conversion].text << "," << hex_text(o.x, isNarrow ? 2 : 8);
                if (isPair) std::cout << ";" << hex_text(o.y, 8);
                std::cout << "," << (Conversions[conversion].isScaled ? hex_text(o.scale, 8) : "") << ","
                    << (form == OneRandom ? hex_text(o.random, 8) : "") << "," << hex_text(answers[i].d & mask, digits) << "\n";
            }
        }
    }
    return 0;
}

int main(int argc, char** argv)
{
    hipDeviceProp_t device;
    check(hipGetDeviceProperties(&device, 0), "no device");
    std::cerr << "mxact_record: " << device.name << ", " << device.gcnArchName << "\n";
    bool isFnuz = std::string(device.gcnArchName).compare(0, 5, "gfx94") == 0;
    if (argc == 2 && std::string(argv[1]) == "--conversions") return list_conversions();
    if (argc != 1) fail("usage: mxact_record < questions > answers, or mxact_record --conversions");
    std::string first;
    if (!read_line(first)) fail("there are no questions");
    return first.compare(0, 3, "id,") == 0 ? record(first) : serve(first, isFnuz);
}
