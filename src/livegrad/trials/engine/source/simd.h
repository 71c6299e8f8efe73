// Vectors of the machine's own width, by the compiler's vector extension: one source for SSE, AVX2, AVX-512 and NEON.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>
#if defined(__SSE2__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

namespace {

#ifndef REAL
#define REAL float
#endif
#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#elif defined(__AVX__)
#define VECTOR_BYTES 32
#else
#define VECTOR_BYTES 16
#endif
#define INLINE static inline __attribute__((always_inline))
#define NOINLINE static __attribute__((noinline))
#define INLINE_MEMBER inline __attribute__((always_inline))
#define NOINLINE_MEMBER __attribute__((noinline))
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 32")
#endif

typedef REAL real;
constexpr bool SINGLE_PRECISION = sizeof(real) == 4;
typedef std::conditional<SINGLE_PRECISION, int32_t, int64_t>::type whole;
typedef real V __attribute__((vector_size(VECTOR_BYTES)));
typedef real VU __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(real)), may_alias));
typedef whole I __attribute__((vector_size(VECTOR_BYTES)));
constexpr int W = VECTOR_BYTES / sizeof(real);

INLINE V all(real x) { return x - V{}; }
INLINE V load(const real *p) { return *(const VU *)p; }
INLINE void store(real *p, V x) { *(VU *)p = x; }
INLINE V bits(I x) { return (V)x; }
INLINE I bits(V x) { return (I)x; }
INLINE V fma(V a, V b, V c) { return a * b + c; }  // contracted into one operation where there is one
// The larger, the smaller; NaN in `a` stays. The compilers see one operation in neither.
INLINE V largest(V a, V b) {
#if defined(__AVX512F__)
  if constexpr (SINGLE_PRECISION) return (V)_mm512_max_ps((__m512)b, (__m512)a);
#elif defined(__AVX__)
  if constexpr (SINGLE_PRECISION) return (V)_mm256_max_ps((__m256)b, (__m256)a);
#elif defined(__SSE2__)
  if constexpr (SINGLE_PRECISION) return (V)_mm_max_ps((__m128)b, (__m128)a);
#endif
  return b > a ? b : a;
}
INLINE V smallest(V a, V b) {
#if defined(__AVX512F__)
  if constexpr (SINGLE_PRECISION) return (V)_mm512_min_ps((__m512)b, (__m512)a);
#elif defined(__AVX__)
  if constexpr (SINGLE_PRECISION) return (V)_mm256_min_ps((__m256)b, (__m256)a);
#elif defined(__SSE2__)
  if constexpr (SINGLE_PRECISION) return (V)_mm_min_ps((__m128)b, (__m128)a);
#endif
  return b < a ? b : a;
}
INLINE V absolute(V x) { return bits(bits(x) & ~((whole)1 << (8 * sizeof(whole) - 1))); }
INLINE real total(V x) {
  real s = 0;
  for (int i = 0; i < W; i++) s += x[i];
  return s;
}

INLINE V square_root(V x) {
#if defined(__AVX512F__)
  if constexpr (SINGLE_PRECISION) return (V)_mm512_sqrt_ps((__m512)x);
  else return (V)_mm512_sqrt_pd((__m512d)x);
#elif defined(__AVX__)
  if constexpr (SINGLE_PRECISION) return (V)_mm256_sqrt_ps((__m256)x);
  else return (V)_mm256_sqrt_pd((__m256d)x);
#elif defined(__SSE2__)
  if constexpr (SINGLE_PRECISION) return (V)_mm_sqrt_ps((__m128)x);
  else return (V)_mm_sqrt_pd((__m128d)x);
#elif defined(__ARM_NEON)
  if constexpr (SINGLE_PRECISION) return (V)vsqrtq_f32((float32x4_t)x);
  else return (V)vsqrtq_f64((float64x2_t)x);
#else
  V r;
  for (int i = 0; i < W; i++) r[i] = std::sqrt(x[i]);
  return r;
#endif
}

// x·2^n for whole n, |n| ≤ 126.
INLINE V times_power_of_two(V x, V n, I whole_n) {
#if defined(__AVX512F__)
  if constexpr (SINGLE_PRECISION) return (V)_mm512_scalef_ps((__m512)x, (__m512)n);
#endif
  return bits(bits(x) + (whole_n << (SINGLE_PRECISION ? 23 : 52)));
}

// 1/x for normal, finite x: one Newton step from the processor's 14 bits where dividing is much slower; within 1 ULP.
INLINE V reciprocal(V x) {
#if defined(__AVX512F__)
  if constexpr (SINGLE_PRECISION) {
    V r = (V)_mm512_rcp14_ps((__m512)x);
    return fma(r, fma(-x, r, all(1)), r);
  }
#endif
  return 1 / x;
}

// step / (√v·scale + epsilon), the way of Adam; v ≥ 0, and a step of 0 for v = 0 and step = 0.
INLINE V over_root(V step, V v, V scale, V epsilon) {
#if defined(__AVX512F__)
  if constexpr (SINGLE_PRECISION) {
    V floor = largest(v, all((real)1.2e-38));  // √0: the smallest normal number instead, far below any epsilon
    V r = (V)_mm512_rsqrt14_ps((__m512)floor);
    V root = floor * r;
    root = fma(fma(-root, root, floor), r * (real)0.5, root);
    V result = step * reciprocal(fma(root, scale, epsilon));
    return v > all((real)3e38) ? V{} : result;  // an overflowed average stops its weight; NaN stays
  }
#endif
  return step / fma(square_root(v), scale, epsilon);
}

}  // namespace
