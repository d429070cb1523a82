// As much of HIP's header as mxact_record.hip.cpp uses, and the compiler's newer built-in functions, declared and not defined: for clang's
// front end on a machine without ROCm, and for a clang that is older than the instructions.
#pragma once
#include <stddef.h>

#define __host__ __attribute__((host))
#define __device__ __attribute__((device))
#define __global__ __attribute__((global))
#define __shared__ __attribute__((shared))

struct uint3 { unsigned x, y, z; };
struct dim3 {
    unsigned x, y, z;
    __host__ __device__ dim3(unsigned x, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
};
extern const __device__ uint3 blockIdx, threadIdx, blockDim;
__device__ void __syncthreads();

enum hipError_t { hipSuccess };
enum hipMemcpyKind { hipMemcpyHostToDevice = 1, hipMemcpyDeviceToHost = 2 };
struct hipDeviceProp_t { char name[256]; char gcnArchName[256]; int warpSize; };
typedef struct ihipStream_t* hipStream_t;

const char* hipGetErrorString(hipError_t error);
hipError_t hipGetLastError();
hipError_t hipDeviceSynchronize();
hipError_t hipGetDeviceProperties(hipDeviceProp_t* device, int index);
hipError_t hipMalloc(void** memory, size_t bytes);
hipError_t hipFree(void* memory);
hipError_t hipMemcpy(void* to, const void* from, size_t bytes, hipMemcpyKind kind);
extern "C" int hipConfigureCall(dim3 grid, dim3 block, size_t shared = 0, hipStream_t stream = 0);
extern "C" int __hipPushCallConfiguration(dim3 grid, dim3 block, size_t shared = 0, hipStream_t stream = 0);

#define VECTOR(T, N) T __attribute__((ext_vector_type(N)))
#define DECLARE(RESULT, NAME, ...) __device__ RESULT NAME(__VA_ARGS__);
typedef VECTOR(float, 2) stub_f2;
typedef VECTOR(float, 4) stub_f4;
typedef VECTOR(float, 8) stub_f8;
typedef VECTOR(_Float16, 8) stub_h8;
typedef VECTOR(short, 2) stub_s2;
typedef VECTOR(short, 8) stub_s8;
typedef VECTOR(int, 2) stub_i2;
typedef VECTOR(int, 8) stub_i8;
#if !__has_builtin(__builtin_amdgcn_mfma_f32_16x16x8_xf32)
DECLARE(stub_f4, __builtin_amdgcn_mfma_f32_16x16x8_xf32, stub_f2, stub_f2, stub_f4, int, int, int)
DECLARE(stub_f4, __builtin_amdgcn_mfma_f32_16x16x32_fp8_fp8, long, long, stub_f4, int, int, int)
DECLARE(stub_f4, __builtin_amdgcn_mfma_f32_16x16x32_fp8_bf8, long, long, stub_f4, int, int, int)
DECLARE(stub_f4, __builtin_amdgcn_mfma_f32_16x16x32_bf8_fp8, long, long, stub_f4, int, int, int)
DECLARE(stub_f4, __builtin_amdgcn_mfma_f32_16x16x32_bf8_bf8, long, long, stub_f4, int, int, int)
#endif
#if !__has_builtin(__builtin_amdgcn_cvt_pk_fp8_f32)
DECLARE(int, __builtin_amdgcn_cvt_pk_fp8_f32, float, float, int, bool)
DECLARE(int, __builtin_amdgcn_cvt_pk_bf8_f32, float, float, int, bool)
DECLARE(int, __builtin_amdgcn_cvt_sr_fp8_f32, float, int, int, int)
DECLARE(int, __builtin_amdgcn_cvt_sr_bf8_f32, float, int, int, int)
DECLARE(float, __builtin_amdgcn_cvt_f32_fp8, int, int)
DECLARE(float, __builtin_amdgcn_cvt_f32_bf8, int, int)
#endif
#if !__has_builtin(__builtin_amdgcn_wmma_f32_16x16x16_f16_w32_gfx12)
DECLARE(stub_f8, __builtin_amdgcn_wmma_f32_16x16x16_f16_w32_gfx12, stub_h8, stub_h8, stub_f8)
DECLARE(stub_f8, __builtin_amdgcn_wmma_f32_16x16x16_bf16_w32_gfx12, stub_s8, stub_s8, stub_f8)
DECLARE(stub_f8, __builtin_amdgcn_wmma_f32_16x16x16_fp8_fp8_w32_gfx12, stub_i2, stub_i2, stub_f8)
DECLARE(stub_f8, __builtin_amdgcn_wmma_f32_16x16x16_fp8_bf8_w32_gfx12, stub_i2, stub_i2, stub_f8)
DECLARE(stub_f8, __builtin_amdgcn_wmma_f32_16x16x16_bf8_fp8_w32_gfx12, stub_i2, stub_i2, stub_f8)
DECLARE(stub_f8, __builtin_amdgcn_wmma_f32_16x16x16_bf8_bf8_w32_gfx12, stub_i2, stub_i2, stub_f8)
#endif
#if !__has_builtin(__builtin_amdgcn_wmma_f32_16x16x16_f16_w32)
typedef VECTOR(_Float16, 16) stub_h16;
typedef VECTOR(short, 16) stub_s16;
DECLARE(stub_f8, __builtin_amdgcn_wmma_f32_16x16x16_f16_w32, stub_h16, stub_h16, stub_f8)
DECLARE(stub_f8, __builtin_amdgcn_wmma_f32_16x16x16_bf16_w32, stub_s16, stub_s16, stub_f8)
#endif
#if !__has_builtin(__builtin_amdgcn_mfma_scale_f32_16x16x128_f8f6f4)
DECLARE(stub_f4, __builtin_amdgcn_mfma_scale_f32_16x16x128_f8f6f4, stub_i8, stub_i8, stub_f4, int, int, int, int, int, int)
DECLARE(stub_s2, __builtin_amdgcn_cvt_scalef32_pk_fp8_f32, stub_s2, float, float, float, bool)
DECLARE(stub_s2, __builtin_amdgcn_cvt_scalef32_pk_bf8_f32, stub_s2, float, float, float, bool)
DECLARE(unsigned, __builtin_amdgcn_cvt_scalef32_pk_fp4_f32, unsigned, float, float, float, int)
DECLARE(int, __builtin_amdgcn_cvt_scalef32_sr_fp8_f32, int, float, unsigned, float, int)
DECLARE(int, __builtin_amdgcn_cvt_scalef32_sr_bf8_f32, int, float, unsigned, float, int)
DECLARE(float, __builtin_amdgcn_cvt_scalef32_f32_fp8, int, float, int)
DECLARE(float, __builtin_amdgcn_cvt_scalef32_f32_bf8, int, float, int)
DECLARE(stub_f2, __builtin_amdgcn_cvt_scalef32_pk_f32_fp4, unsigned, float, int)
#endif
