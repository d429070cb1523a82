// Asks an NVIDIA GPU what Mxact asks, and writes what Mxact reads. One file, nothing beyond the CUDA toolkit.
//
//   nvcc -std=c++17 -arch=native -o mxact_record mxact_record.cu        (Blackwell: -arch=sm_120a or -arch=sm_100a, with the a)
//
//   mxact requests --recordings --model ampere-fp16 > questions.csv     dot products: CSV with an empty column D
//   ./mxact_record < questions.csv > answers.csv                        then: mxact recordings answers.csv --model ampere-fp16
//   mxact requests > questions                                          single numbers: a request a line
//   ./mxact_record < questions > answers                                then: mxact verify answers
//   ./mxact_record --conversions > conversions.csv                      every cvt that the card has, for somebody to read
//
// UNRUN: no GPU was at hand. It has been parsed by clang's CUDA front end, which does not read the instructions' text.
// One warp answers one question, and every row of A and every column of B is the same, so that every lane must hold the same answer: how
// rows and columns lie in registers cannot matter, and a D that differs between lanes ends the program. Where k lies does matter.

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include <cuda_runtime.h>

// The architecture that is compiled for, and the two families of Blackwell, whose narrow formats are for targets with an a alone.
#ifndef MXACT_ARCH
#ifdef __CUDA_ARCH__
#define MXACT_ARCH __CUDA_ARCH__
#else
#define MXACT_ARCH 0
#endif
#endif
#if defined(__CUDA_ARCH_FEAT_SM100_ALL) || defined(__CUDA_ARCH_FEAT_SM103_ALL)
#define MXACT_SM10X 1
#endif
#if defined(__CUDA_ARCH_FEAT_SM120_ALL) || defined(__CUDA_ARCH_FEAT_SM121_ALL)
#define MXACT_SM12X 1
#endif
#ifndef MXACT_SM10X
#define MXACT_SM10X 0
#endif
#ifndef MXACT_SM12X
#define MXACT_SM12X 0
#endif

constexpr bool Volta = MXACT_ARCH >= 700, Turing = MXACT_ARCH >= 750, Ampere = MXACT_ARCH >= 800, Ada = MXACT_ARCH >= 890;
constexpr bool Hopper = MXACT_ARCH >= 900, Stochastic = MXACT_SM10X != 0, BlockScaled = MXACT_SM12X != 0;
constexpr bool Narrow = Stochastic || BlockScaled;

// ---- dot products --------------------------------------------------------------------------------------------------------------------

enum Element : uint8_t { F16, BF16, TF32, E4M3, E5M2, E3M2, E2M3, E2M1, NoElement };
enum Scale : uint8_t { NoScale, E8M0Of32, UE4M3Of16 };
enum Status : uint8_t { Unsupported, Answered, LanesDiffer };

struct Question {
    Element a, b;
    Scale scale;
    bool half;                // C and D are binary16
    int k, codes, scales;     // how many elements; where its codes and its scales begin
    uint32_t c;
};

struct Answer {
    uint32_t d;
    Status status;
};

// The accumulator of a warp: four binary32, or four binary16 in two words; Volta's instruction has twice as many.
struct Sum {
    float f[8];
    uint32_t h[4];
};

// `count` codes of `bits` each from `from` on, the first lowest; what lies past the end is zero.
__device__ uint32_t packed(const uint32_t* codes, int k, int from, int count, int bits, int shift)
{
    uint32_t word = 0;
    for (int i = 0; i < count; i++) {
        uint32_t code = from + i < k ? codes[from + i] << shift : 0;
        word |= code << (i * bits);
    }
    return word;
}

#define OPERANDS_4X2 "{%4,%5,%6,%7}, {%8,%9}"
#define F32_4X2(MMA) asm volatile(MMA " {%0,%1,%2,%3}, " OPERANDS_4X2 ", {%0,%1,%2,%3};" \
    : "+f"(s.f[0]), "+f"(s.f[1]), "+f"(s.f[2]), "+f"(s.f[3]) : "r"(a[0]), "r"(a[0]), "r"(a[1]), "r"(a[1]), "r"(b[0]), "r"(b[1]))
#define F32_2X1(MMA) asm volatile(MMA " {%0,%1,%2,%3}, {%4,%5}, {%6}, {%0,%1,%2,%3};" \
    : "+f"(s.f[0]), "+f"(s.f[1]), "+f"(s.f[2]), "+f"(s.f[3]) : "r"(a[0]), "r"(a[0]), "r"(b[0]))
#define F16_4X2(MMA) asm volatile(MMA " {%0,%1}, {%2,%3,%4,%5}, {%6,%7}, {%0,%1};" \
    : "+r"(s.h[0]), "+r"(s.h[1]) : "r"(a[0]), "r"(a[0]), "r"(a[1]), "r"(a[1]), "r"(b[0]), "r"(b[1]))
#define F16_2X1(MMA) asm volatile(MMA " {%0,%1}, {%2,%3}, {%4}, {%0,%1};" \
    : "+r"(s.h[0]), "+r"(s.h[1]) : "r"(a[0]), "r"(a[0]), "r"(b[0]))
// Each lane has every scale of its row in its word, so that it does not matter which lane and which byte are selected.
#define SCALED_4X2(MMA) asm volatile(MMA " {%0,%1,%2,%3}, " OPERANDS_4X2 ", {%0,%1,%2,%3}, {%10}, {%12,%12}, {%11}, {%12,%12};" \
    : "+f"(s.f[0]), "+f"(s.f[1]), "+f"(s.f[2]), "+f"(s.f[3]) : "r"(a[0]), "r"(a[0]), "r"(a[1]), "r"(a[1]), "r"(b[0]), "r"(b[1]), \
    "r"(sa), "r"(sb), "h"((unsigned short)0))

#define F8F6F4(TA, TB) F32_4X2("mma.sync.aligned.kind::f8f6f4.m16n8k32.row.col.f32." TA "." TB ".f32")
#define MXF8F6F4(TA, TB) \
    SCALED_4X2("mma.sync.aligned.kind::mxf8f6f4.block_scale.scale_vec::1X.m16n8k32.row.col.f32." TA "." TB ".f32.ue8m0")
#define FOR_EACH_B(MMA, TA) switch (q.b) { \
    case E4M3: MMA(TA, "e4m3"); break; case E5M2: MMA(TA, "e5m2"); break; case E3M2: MMA(TA, "e3m2"); break; \
    case E2M3: MMA(TA, "e2m3"); break; case E2M1: MMA(TA, "e2m1"); break; default: return false; }
#define FOR_EACH_PAIR(MMA) switch (q.a) { \
    case E4M3: FOR_EACH_B(MMA, "e4m3") break; case E5M2: FOR_EACH_B(MMA, "e5m2") break; case E3M2: FOR_EACH_B(MMA, "e3m2") break; \
    case E2M3: FOR_EACH_B(MMA, "e2m3") break; case E2M1: FOR_EACH_B(MMA, "e2m1") break; default: return false; }
#define FP8_PAIR(FORM, C) do { \
    if (q.a == E4M3 && q.b == E4M3) { FORM("mma.sync.aligned.m16n8k32.row.col." C ".e4m3.e4m3." C); } \
    else if (q.a == E4M3) { FORM("mma.sync.aligned.m16n8k32.row.col." C ".e4m3.e5m2." C); } \
    else if (q.b == E4M3) { FORM("mma.sync.aligned.m16n8k32.row.col." C ".e5m2.e4m3." C); } \
    else { FORM("mma.sync.aligned.m16n8k32.row.col." C ".e5m2.e5m2." C); } } while (0)

// How many products one instruction takes; 0 where this target has none. The longest that the question fills, or else the shortest.
__device__ int step_of(const Question& q)
{
    if (q.scale == UE4M3Of16) return BlockScaled && q.a == E2M1 && q.b == E2M1 && !q.half ? 64 : 0;
    if (q.scale == E8M0Of32) return !BlockScaled || q.half || q.a < E4M3 || q.b < E4M3 ? 0 : q.a == E2M1 && q.b == E2M1 ? 64 : 32;
    if (q.a == F16 && q.b == F16) return Ampere && q.k % 16 == 0 ? 16 : Turing ? 8 : Volta ? 4 : 0;
    if (q.a == BF16 && q.b == BF16) return !Ampere || q.half ? 0 : q.k % 16 == 0 ? 16 : 8;
    if (q.a == TF32 && q.b == TF32) return !Ampere || q.half ? 0 : q.k % 8 == 0 ? 8 : 4;
    if ((q.a == E4M3 || q.a == E5M2) && (q.b == E4M3 || q.b == E5M2)) return Ada ? 32 : 0;
    return q.a >= E4M3 && q.b >= E4M3 && BlockScaled && !q.half ? 32 : 0;
}

// One instruction; false where it is not compiled in.
__device__ bool multiply(const Question& q, int step, const uint32_t a[2], const uint32_t b[2], uint32_t sa, uint32_t sb, Sum& s)
{
    if (q.scale == UE4M3Of16) {
        if constexpr (BlockScaled) {
            SCALED_4X2("mma.sync.aligned.kind::mxf4nvf4.block_scale.scale_vec::4X.m16n8k64.row.col.f32.e2m1.e2m1.f32.ue4m3");
            return true;
        }
    } else if (q.scale == E8M0Of32 && step == 64) {
        if constexpr (BlockScaled) {
            SCALED_4X2("mma.sync.aligned.kind::mxf4.block_scale.scale_vec::2X.m16n8k64.row.col.f32.e2m1.e2m1.f32.ue8m0");
            return true;
        }
    } else if (q.scale == E8M0Of32) {
        if constexpr (BlockScaled) {
            FOR_EACH_PAIR(MXF8F6F4)
            return true;
        }
    } else if (q.a == F16) {
        if (step == 16) {
            if constexpr (Ampere) {
                if (q.half) { F16_4X2("mma.sync.aligned.m16n8k16.row.col.f16.f16.f16.f16"); }
                else { F32_4X2("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32"); }
                return true;
            }
        } else if (step == 8) {
            if constexpr (Turing) {
                if (q.half) { F16_2X1("mma.sync.aligned.m16n8k8.row.col.f16.f16.f16.f16"); }
                else { F32_2X1("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32"); }
                return true;
            }
        } else if constexpr (Volta) {
            if (q.half) {
                asm volatile("mma.sync.aligned.m8n8k4.row.col.f16.f16.f16.f16 {%0,%1,%2,%3}, {%4,%5}, {%6,%7}, {%0,%1,%2,%3};"
                    : "+r"(s.h[0]), "+r"(s.h[1]), "+r"(s.h[2]), "+r"(s.h[3]) : "r"(a[0]), "r"(a[1]), "r"(b[0]), "r"(b[1]));
            } else {
                asm volatile("mma.sync.aligned.m8n8k4.row.col.f32.f16.f16.f32 {%0,%1,%2,%3,%4,%5,%6,%7}, {%8,%9}, {%10,%11}, "
                    "{%0,%1,%2,%3,%4,%5,%6,%7};"
                    : "+f"(s.f[0]), "+f"(s.f[1]), "+f"(s.f[2]), "+f"(s.f[3]), "+f"(s.f[4]), "+f"(s.f[5]), "+f"(s.f[6]), "+f"(s.f[7])
                    : "r"(a[0]), "r"(a[1]), "r"(b[0]), "r"(b[1]));
            }
            return true;
        }
    } else if (q.a == BF16) {
        if constexpr (Ampere) {
            if (step == 16) { F32_4X2("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32"); }
            else { F32_2X1("mma.sync.aligned.m16n8k8.row.col.f32.bf16.bf16.f32"); }
            return true;
        }
    } else if (q.a == TF32) {
        if constexpr (Ampere) {
            if (step == 8) { F32_4X2("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32"); }
            else { F32_2X1("mma.sync.aligned.m16n8k4.row.col.f32.tf32.tf32.f32"); }
            return true;
        }
    } else if (q.a <= E5M2 && q.b <= E5M2) {
        if constexpr (Ada) {
            if (q.half) { FP8_PAIR(F16_4X2, "f16"); }
            else { FP8_PAIR(F32_4X2, "f32"); }
            return true;
        }
    } else if constexpr (BlockScaled) {
        FOR_EACH_PAIR(F8F6F4)
        return true;
    }
    return false;
}

// What one register of an operand holds: the first k of a lane, how many, how wide, and where a code lies in its place.
struct Layout {
    int first, second, count, bits;
};

__device__ Layout layout_of(const Question& q, int step, int lane)
{
    int quarter = lane & 3;      // the four lanes of a group share out k
    if (q.a == TF32) return { quarter, quarter + 4, 1, 32 };
    if (q.a == F16 && step == 4) return { 0, 2, 2, 16 };
    if (q.a == F16 || q.a == BF16) return { quarter * 2, quarter * 2 + 8, 2, 16 };
    return step == 64 ? Layout{ quarter * 8, quarter * 8 + 32, 8, 4 } : Layout{ quarter * 4, quarter * 4 + 16, 4, 8 };
}

// The scales of one instruction in one word; past the end stands one.
__device__ uint32_t scale_word(const Question& q, const uint8_t* scales, int from, int step)
{
    int size = q.scale == E8M0Of32 ? 32 : 16, blocks = step / size;
    uint32_t word = 0;
    for (int i = 0; i < 4; i++) {
        int block = from / size + i % blocks;
        uint32_t scale = block < q.k / size ? scales[block] : q.scale == E8M0Of32 ? 0x7fu : 0x38u;
        word |= scale << (8 * i);
    }
    return word;
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

    Sum s;
    for (int i = 0; i < 8; i++) s.f[i] = __uint_as_float(q.c);
    for (int i = 0; i < 4; i++) s.h[i] = q.c | q.c << 16;
    // FP4 among 8-bit places lies in their middle, bits 5 to 2; TF32 at the top of its word.
    int shiftA = q.a == TF32 ? 13 : q.a == E2M1 && step == 32 ? 2 : 0, shiftB = q.b == TF32 ? 13 : q.b == E2M1 && step == 32 ? 2 : 0;
    Layout at = layout_of(q, step, lane);
    bool done = true;
    for (int from = 0; from < q.k; from += step) {
        uint32_t a[2], b[2];
        a[0] = packed(codesA + q.codes, q.k, from + at.first, at.count, at.bits, shiftA);
        a[1] = packed(codesA + q.codes, q.k, from + at.second, at.count, at.bits, shiftA);
        b[0] = packed(codesB + q.codes, q.k, from + at.first, at.count, at.bits, shiftB);
        b[1] = packed(codesB + q.codes, q.k, from + at.second, at.count, at.bits, shiftB);
        uint32_t sa = q.scale == NoScale ? 0 : scale_word(q, scalesA + q.scales, from, step);
        uint32_t sb = q.scale == NoScale ? 0 : scale_word(q, scalesB + q.scales, from, step);
        done = done && multiply(q, step, a, b, sa, sb, s);
    }

    uint32_t d = q.half ? s.h[0] & 0xffff : __float_as_uint(s.f[0]);
    bool same = q.half ? s.h[0] == s.h[1] && s.h[0] == (d | d << 16) : true;
    for (int i = 1; i < 4 && !q.half; i++) same = same && __float_as_uint(s.f[i]) == d;
    same = __all_sync(0xffffffffu, same && d == __shfl_sync(0xffffffffu, d, 0));
    if (lane == 0) answer = { d, !done ? Unsupported : same ? Answered : LanesDiffer };
}

// ---- conversions ---------------------------------------------------------------------------------------------------------------------

// How an instruction takes its operands. In a pair, x is the upper element of the result and y the lower; of four, x is the uppermost.
enum Form { F32PairTo16, F32PairTo8, F32PairTo32, F32PairRandom, F32QuadTo32, F32QuadTo16, F32To32, Word32To16, Word16To32, Byte8To32 };

#define CONVERSIONS(X) \
    X(E4M3_FromF32, "cvt.rn.satfinite.e4m3x2.f32", Ada, F32PairTo16) \
    X(E4M3_FromF32Relu, "cvt.rn.satfinite.relu.e4m3x2.f32", Ada, F32PairTo16) \
    X(E5M2_FromF32, "cvt.rn.satfinite.e5m2x2.f32", Ada, F32PairTo16) \
    X(E5M2_FromF32Relu, "cvt.rn.satfinite.relu.e5m2x2.f32", Ada, F32PairTo16) \
    X(E4M3_FromF16, "cvt.rn.satfinite.e4m3x2.f16x2", Ada, Word32To16) \
    X(E4M3_FromF16Relu, "cvt.rn.satfinite.relu.e4m3x2.f16x2", Ada, Word32To16) \
    X(E5M2_FromF16, "cvt.rn.satfinite.e5m2x2.f16x2", Ada, Word32To16) \
    X(E5M2_FromF16Relu, "cvt.rn.satfinite.relu.e5m2x2.f16x2", Ada, Word32To16) \
    X(F16_FromE4M3, "cvt.rn.f16x2.e4m3x2", Ada, Word16To32) \
    X(F16_FromE4M3Relu, "cvt.rn.relu.f16x2.e4m3x2", Ada, Word16To32) \
    X(F16_FromE5M2, "cvt.rn.f16x2.e5m2x2", Ada, Word16To32) \
    X(F16_FromE5M2Relu, "cvt.rn.relu.f16x2.e5m2x2", Ada, Word16To32) \
    X(E2M3_FromF32, "cvt.rn.satfinite.e2m3x2.f32", Narrow, F32PairTo16) \
    X(E2M3_FromF32Relu, "cvt.rn.satfinite.relu.e2m3x2.f32", Narrow, F32PairTo16) \
    X(E3M2_FromF32, "cvt.rn.satfinite.e3m2x2.f32", Narrow, F32PairTo16) \
    X(E3M2_FromF32Relu, "cvt.rn.satfinite.relu.e3m2x2.f32", Narrow, F32PairTo16) \
    X(E2M1_FromF32, "cvt.rn.satfinite.e2m1x2.f32", Narrow, F32PairTo8) \
    X(E2M1_FromF32Relu, "cvt.rn.satfinite.relu.e2m1x2.f32", Narrow, F32PairTo8) \
    X(F16_FromE2M3, "cvt.rn.f16x2.e2m3x2", Narrow, Word16To32) \
    X(F16_FromE2M3Relu, "cvt.rn.relu.f16x2.e2m3x2", Narrow, Word16To32) \
    X(F16_FromE3M2, "cvt.rn.f16x2.e3m2x2", Narrow, Word16To32) \
    X(F16_FromE3M2Relu, "cvt.rn.relu.f16x2.e3m2x2", Narrow, Word16To32) \
    X(F16_FromE2M1, "cvt.rn.f16x2.e2m1x2", Narrow, Byte8To32) \
    X(F16_FromE2M1Relu, "cvt.rn.relu.f16x2.e2m1x2", Narrow, Byte8To32) \
    X(UE8M0_FromF32Down, "cvt.rz.ue8m0x2.f32", Narrow, F32PairTo16) \
    X(UE8M0_FromF32Up, "cvt.rp.ue8m0x2.f32", Narrow, F32PairTo16) \
    X(UE8M0_FromF32DownFinite, "cvt.rz.satfinite.ue8m0x2.f32", Narrow, F32PairTo16) \
    X(UE8M0_FromF32UpFinite, "cvt.rp.satfinite.ue8m0x2.f32", Narrow, F32PairTo16) \
    X(UE8M0_FromBF16Down, "cvt.rz.ue8m0x2.bf16x2", Narrow, Word32To16) \
    X(UE8M0_FromBF16Up, "cvt.rp.ue8m0x2.bf16x2", Narrow, Word32To16) \
    X(UE8M0_FromBF16DownFinite, "cvt.rz.satfinite.ue8m0x2.bf16x2", Narrow, Word32To16) \
    X(UE8M0_FromBF16UpFinite, "cvt.rp.satfinite.ue8m0x2.bf16x2", Narrow, Word32To16) \
    X(BF16_FromUE8M0, "cvt.rn.bf16x2.ue8m0x2", Narrow, Word16To32) \
    X(E4M3_Random, "cvt.rs.satfinite.e4m3x4.f32", Stochastic, F32QuadTo32) \
    X(E4M3_RandomRelu, "cvt.rs.relu.satfinite.e4m3x4.f32", Stochastic, F32QuadTo32) \
    X(E5M2_Random, "cvt.rs.satfinite.e5m2x4.f32", Stochastic, F32QuadTo32) \
    X(E5M2_RandomRelu, "cvt.rs.relu.satfinite.e5m2x4.f32", Stochastic, F32QuadTo32) \
    X(E2M3_Random, "cvt.rs.satfinite.e2m3x4.f32", Stochastic, F32QuadTo32) \
    X(E3M2_Random, "cvt.rs.satfinite.e3m2x4.f32", Stochastic, F32QuadTo32) \
    X(E2M1_Random, "cvt.rs.satfinite.e2m1x4.f32", Stochastic, F32QuadTo16) \
    X(E2M1_RandomRelu, "cvt.rs.relu.satfinite.e2m1x4.f32", Stochastic, F32QuadTo16) \
    X(F16_Random, "cvt.rs.f16x2.f32", Stochastic, F32PairRandom) \
    X(BF16_Random, "cvt.rs.bf16x2.f32", Stochastic, F32PairRandom) \
    X(F16_FromF32, "cvt.rn.f16x2.f32", Ampere, F32PairTo32) \
    X(F16_FromF32Zero, "cvt.rz.f16x2.f32", Ampere, F32PairTo32) \
    X(F16_FromF32Relu, "cvt.rn.relu.f16x2.f32", Ampere, F32PairTo32) \
    X(BF16_FromF32, "cvt.rn.bf16x2.f32", Ampere, F32PairTo32) \
    X(BF16_FromF32Zero, "cvt.rz.bf16x2.f32", Ampere, F32PairTo32) \
    X(BF16_FromF32Relu, "cvt.rn.relu.bf16x2.f32", Ampere, F32PairTo32) \
    X(TF32_Away, "cvt.rna.tf32.f32", Ampere, F32To32) \
    X(TF32_Even, "cvt.rn.tf32.f32", Hopper, F32To32) \
    X(TF32_EvenRelu, "cvt.rn.relu.tf32.f32", Hopper, F32To32) \
    X(TF32_Zero, "cvt.rz.tf32.f32", Hopper, F32To32)

enum Conversion {
#define ID(NAME, TEXT, NEEDS, FORM) NAME,
    CONVERSIONS(ID)
#undef ID
    ConversionCount
};

struct Named {
    const char* text;
    Form form;
};

static const Named Conversions[] = {
#define ENTRY(NAME, TEXT, NEEDS, FORM) { TEXT, FORM },
    CONVERSIONS(ENTRY)
#undef ENTRY
};

struct Operands {
    int conversion;
    uint32_t x, y, z, w, random;
};

#define FLOAT(WORD) "f"(__uint_as_float(o.WORD))
#define ASM_F32PairTo16(T) asm volatile(T " %0, %1, %2;" : "=h"(narrow) : FLOAT(x), FLOAT(y)); d = narrow
#define ASM_F32PairTo8(T) asm volatile("{ .reg .b8 t; " T " t, %1, %2; mov.b16 %0, {t, t}; }" \
    : "=h"(narrow) : FLOAT(x), FLOAT(y)); d = narrow & 0xff
#define ASM_F32PairTo32(T) asm volatile(T " %0, %1, %2;" : "=r"(d) : FLOAT(x), FLOAT(y))
#define ASM_F32PairRandom(T) asm volatile(T " %0, %1, %2, %3;" : "=r"(d) : FLOAT(x), FLOAT(y), "r"(o.random))
#define ASM_F32QuadTo32(T) asm volatile(T " %0, {%1, %2, %3, %4}, %5;" \
    : "=r"(d) : FLOAT(x), FLOAT(y), FLOAT(z), FLOAT(w), "r"(o.random))
#define ASM_F32QuadTo16(T) asm volatile(T " %0, {%1, %2, %3, %4}, %5;" \
    : "=h"(narrow) : FLOAT(x), FLOAT(y), FLOAT(z), FLOAT(w), "r"(o.random)); d = narrow
#define ASM_F32To32(T) asm volatile(T " %0, %1;" : "=r"(d) : FLOAT(x))
#define ASM_Word32To16(T) asm volatile(T " %0, %1;" : "=h"(narrow) : "r"(o.x)); d = narrow
#define ASM_Word16To32(T) asm volatile(T " %0, %1;" : "=r"(d) : "h"((unsigned short)o.x))
#define ASM_Byte8To32(T) asm volatile("{ .reg .b8 t, u; mov.b16 {t, u}, %1; " T " %0, t; }" : "=r"(d) : "h"((unsigned short)o.x))

__global__ void answer_conversions(const Operands* operands, int count, Answer* answers)
{
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= count) return;
    const Operands o = operands[i];
    uint32_t d = 0;
    [[maybe_unused]] unsigned short narrow = 0;
    bool done = false;
    switch (o.conversion) {
#define CASE(NAME, TEXT, NEEDS, FORM) case NAME: if constexpr (NEEDS) { ASM_##FORM(TEXT); done = true; } break;
        CONVERSIONS(CASE)
#undef CASE
    }
    answers[i] = { d, done ? Answered : Unsupported };
}

// ---- the host ------------------------------------------------------------------------------------------------------------------------

static void fail(const std::string& text)
{
    std::cerr << "mxact_record: " << text << "\n";
    exit(2);
}

static void check(cudaError_t error, const char* what)
{
    if (error != cudaSuccess) fail(std::string(what) + ": " + cudaGetErrorString(error));
}

template <typename T> static T* on_device(const std::vector<T>& values)
{
    T* memory = nullptr;
    size_t bytes = (values.empty() ? 1 : values.size()) * sizeof(T);
    check(cudaMalloc((void**)&memory, bytes), "cudaMalloc");
    if (!values.empty()) check(cudaMemcpy(memory, values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice), "cudaMemcpy");
    return memory;
}

static void take_back(std::vector<Answer>& answers, Answer* memory)
{
    check(cudaGetLastError(), "the kernel cannot be started (compiled for another card?)");
    check(cudaDeviceSynchronize(), "the kernel");
    check(cudaMemcpy(answers.data(), memory, answers.size() * sizeof(Answer), cudaMemcpyDeviceToHost), "cudaMemcpy");
    cudaFree(memory);
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
    static const char* names[] = { "fp16", "bf16", "tf32", "e4m3", "e5m2", "e3m2", "e2m3", "e2m1" };
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
        q.scale = scale == "e8m0/32" ? E8M0Of32 : scale == "ue4m3/16" ? UE4M3Of16 : NoScale;
        if (q.scale == NoScale && !scale.empty()) q.a = NoElement;
        q.half = cells[cc].size() == 4;
        q.c = hex(cells[cc]);
        q.k = atoi(cells[ck].c_str());
        q.codes = (int)codesA.size();
        q.scales = (int)scalesA.size();
        bool areCodes = read_codes(cells[ca], q.k, codesA) && read_codes(cells[cb], q.k, codesB);
        if (!areCodes) fail("A or B is not K codes: " + line.substr(0, 60));
        int blocks = q.scale == NoScale ? 0 : q.k / (q.scale == E8M0Of32 ? 32 : 16);
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
    answer_dots<<<(unsigned)questions.size(), 32>>>(on_device(questions), on_device(codesA), on_device(codesB), on_device(scalesA),
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

// What a request asks of a cvt. The number is the lowest element of the result: of four, the one that takes its random bits as they are
// (the low half of the word, or bits 23 to 16 for e2m1, as was measured on a B200).
static int conversion_of(const std::vector<std::string>& words, Operands& o)
{
    if (words.size() < 3 || (words[0] != "encode" && words[0] != "decode")) return -1;
    const std::string& operation = words[0];
    Element element = element_of(words[1]);
    bool isScale = words[1] == "e8m0", saturates = false;
    std::string rounding, from;
    std::vector<uint32_t> numbers;
    for (size_t i = 2; i < words.size(); i++) {
        size_t equals = words[i].find('=');
        if (equals == std::string::npos) numbers.push_back(hex(words[i]));
        else if (words[i] == "overflow=saturate") saturates = true;
        else if (words[i].compare(0, equals, "rounding") == 0) rounding = words[i].substr(equals + 1);
        else if (words[i].compare(0, equals, "from") == 0) from = words[i].substr(equals + 1);
        else return -1;      // a choice that no instruction has
    }
    if (numbers.empty()) return -1;
    if (operation == "decode" && numbers.size() == 1 && rounding.empty()) {
        o.x = numbers[0];
        return isScale ? BF16_FromUE8M0 : element == E4M3 ? F16_FromE4M3 : element == E5M2 ? F16_FromE5M2
            : element == E2M3 ? F16_FromE2M3 : element == E3M2 ? F16_FromE3M2 : element == E2M1 ? F16_FromE2M1 : -1;
    }
    if (operation != "encode" || !saturates) return -1;
    if (numbers.size() == 1 && isScale && from.empty()) {
        o.y = numbers[0];
        return rounding == "toward-zero" ? UE8M0_FromF32DownFinite : rounding == "toward-positive" ? UE8M0_FromF32UpFinite : -1;
    }
    if (numbers.size() == 1 && rounding == "ties-to-even" && from == "fp16") {
        o.x = numbers[0];
        return element == E4M3 ? E4M3_FromF16 : element == E5M2 ? E5M2_FromF16 : -1;
    }
    if (numbers.size() == 1 && rounding == "ties-to-even" && from.empty()) {
        o.y = numbers[0];
        return element == E4M3 ? E4M3_FromF32 : element == E5M2 ? E5M2_FromF32 : element == E2M3 ? E2M3_FromF32
            : element == E3M2 ? E3M2_FromF32 : element == E2M1 ? E2M1_FromF32 : -1;
    }
    if (numbers.size() == 2 && from.empty() && rounding == (element == E2M1 ? "stochastic:8" : "stochastic:16")) {
        o.w = numbers[0];
        o.random = element == E2M1 ? numbers[1] << 16 : numbers[1];
        return element == E4M3 ? E4M3_Random : element == E5M2 ? E5M2_Random : element == E2M3 ? E2M3_Random
            : element == E3M2 ? E3M2_Random : element == E2M1 ? E2M1_Random : -1;
    }
    return -1;
}

// binary16 as binary32, in integers: no conversion of the host's stands between the card and the file.
static uint32_t widened(uint32_t half)
{
    uint32_t sign = (half & 0x8000u) << 16, exponent = half >> 10 & 31, fraction = half & 0x3ffu;
    if (exponent == 31) return sign | 0x7f800000u | fraction << 13;
    if (exponent == 0 && fraction == 0) return sign;
    int e = (int)exponent;
    if (e == 0) {
        for (e = 1; (fraction & 0x400u) == 0; e--) fraction <<= 1;
    }
    return sign | (uint32_t)(e + 112) << 23 | (fraction & 0x3ffu) << 13;
}

// The answer's own digits: the lowest element of the register.
static std::string answer_text(const std::vector<std::string>& words, const Operands& o, uint32_t d)
{
    if (words[0] == "decode") return hex_text(o.conversion == BF16_FromUE8M0 ? (d & 0xffffu) << 16 : widened(d & 0xffffu), 8);
    return hex_text(words[1] == "e2m1" ? d & 0xfu : d & 0xffu, 2);
}

// Single numbers: an answer a line.
static int serve(std::string line)
{
    std::vector<std::vector<std::string>> requests;
    std::vector<Operands> operands;
    std::vector<int> place;
    do {
        requests.push_back(split(line, ' '));
        Operands o = {};
        o.conversion = conversion_of(requests.back(), o);
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

    std::cout << "instruction,input_hex,random_bits_hex,output_hex\n";
    for (int conversion = 0; conversion < ConversionCount; conversion++) {
        Form form = Conversions[conversion].form;
        bool isNarrow = form == Word16To32 || form == Byte8To32;
        std::vector<Operands> operands;
        size_t count = form == Byte8To32 ? 256 : form == Word16To32 ? 65536 : inputs.size();
        for (size_t i = 0; i < count; i++) {
            // Two of a pair differ, so that a swapped order shows.
            Operands o = { conversion, isNarrow ? (uint32_t)i : inputs[i], inputs[(i + 1) % inputs.size()], inputs[(i + 2) % inputs.size()],
                inputs[(i + 3) % inputs.size()], next() };
            operands.push_back(o);
        }
        std::vector<Answer> answers = convert(operands);
        int digits = form == F32PairTo8 ? 2 : form == F32PairTo16 || form == Word32To16 || form == F32QuadTo16 ? 4 : 8;
        for (size_t i = 0; i < count && answers[i].status == Answered; i++) {
            const Operands& o = operands[i];
            bool isQuad = form == F32QuadTo32 || form == F32QuadTo16, isRandom = isQuad || form == F32PairRandom;
            bool isPair = form == F32PairTo16 || form == F32PairTo8 || form == F32PairTo32 || form == F32PairRandom;
            std::cout << Conversions[conversion].text << "," << hex_text(o.x, form == Byte8To32 ? 2 : form == Word16To32 ? 4 : 8);
            if (isPair || isQuad) std::cout << ";" << hex_text(o.y, 8);
            if (isQuad) std::cout << ";" << hex_text(o.z, 8) << ";" << hex_text(o.w, 8);
            std::cout << "," << (isRandom ? hex_text(o.random, 8) : "") << "," << hex_text(answers[i].d, digits) << "\n";
        }
    }
    return 0;
}

int main(int argc, char** argv)
{
    cudaDeviceProp device;
    check(cudaGetDeviceProperties(&device, 0), "no device");
    std::cerr << "mxact_record: " << device.name << ", compute capability " << device.major << "." << device.minor << "\n";
    if (argc == 2 && std::string(argv[1]) == "--conversions") return list_conversions();
    if (argc != 1) fail("usage: mxact_record < questions > answers, or mxact_record --conversions");
    std::string first;
    if (!read_line(first)) fail("there are no questions");
    return first.compare(0, 3, "id,") == 0 ? record(first) : serve(first);
}
