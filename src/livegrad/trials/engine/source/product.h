// Products of small matrices whose columns are whole vectors: C[m][n] = Σ_k A[m][k]·B[k][n] (+ bias[n]) (× factors[m][n]).
//
// A tile of C stays in registers while k runs. A's elements are broadcast; how far apart its rows lie is known to the
// compiler for the usual widths (`leading`), because a register for each row's address would leave none for the tile.
#pragma once
#include <initializer_list>
#include <utility>
#include "activations.h"

namespace {

#if VECTOR_BYTES == 64
constexpr int ROWS_OF_1 = 16, ROWS_OF_2 = 12, ROWS_OF_4 = 6, MOST_COLUMNS = 4;
#elif defined(__ARM_NEON)
constexpr int ROWS_OF_1 = 16, ROWS_OF_2 = 12, ROWS_OF_4 = 6, MOST_COLUMNS = 4;
#else
constexpr int ROWS_OF_1 = 8, ROWS_OF_2 = 6, ROWS_OF_4 = 3, MOST_COLUMNS = 2;
#endif

enum { ANY = 0, COLUMN = -1 };  // row distance known only when it runs; rows beside each other, steps of k apart

// How far apart rows of `width` numbers are stored, so that the compiler knows it where it can.
inline int leading(int width) {
  for (int known : {16, 32, 64, 128})
    if (width <= known) return known;
  return (width + W - 1) / W * W + W;  // no power of two: rows must not all fall into the same cache sets
}

template <int ROWS, int COLUMNS, int LEADING>
INLINE void tile(const real *a, int64_t lda, const real *b, int64_t ldb, real *c, int64_t ldc, int depth, const real *bias,
                 const real *factors) {
  V sums[ROWS][COLUMNS];
  UNROLL for (int n = 0; n < COLUMNS; n++) {
    V start = bias ? load(bias + n * W) : V{};
    UNROLL for (int r = 0; r < ROWS; r++) sums[r][n] = start;
  }
  for (int k = 0; k < depth; k++) {
    V right[COLUMNS];
    UNROLL for (int n = 0; n < COLUMNS; n++) right[n] = load(b + n * W);
    UNROLL for (int r = 0; r < ROWS; r++) {
      V left = all(LEADING == COLUMN ? a[r] : LEADING == ANY ? a[r * lda] : a[r * LEADING]);
      UNROLL for (int n = 0; n < COLUMNS; n++) sums[r][n] = fma(left, right[n], sums[r][n]);
    }
    a += LEADING == COLUMN ? lda : 1;
    b += ldb;
  }
  if (factors) {
    UNROLL for (int r = 0; r < ROWS; r++)
      UNROLL for (int n = 0; n < COLUMNS; n++) store(c + r * ldc + n * W, sums[r][n] * load(factors + r * ldc + n * W));
    return;
  }
  UNROLL for (int r = 0; r < ROWS; r++)
    UNROLL for (int n = 0; n < COLUMNS; n++) store(c + r * ldc + n * W, sums[r][n]);
}

template <int COLUMNS, int LEADING>
NOINLINE void panel(const real *a, int64_t lda, const real *b, int64_t ldb, real *c, int64_t ldc, int rows, int depth,
                    const real *bias, const real *factors) {
  constexpr int ROWS = COLUMNS == 1 ? ROWS_OF_1 : COLUMNS == 2 ? ROWS_OF_2 : ROWS_OF_4;
  const int64_t apart = LEADING == COLUMN ? 1 : LEADING == ANY ? lda : LEADING;
  constexpr int REST = LEADING == COLUMN ? COLUMN : ANY;
  int m = 0;
  for (; m + ROWS <= rows; m += ROWS) tile<ROWS, COLUMNS, LEADING>(a + m * apart, lda, b, ldb, c + m * ldc, ldc, depth, bias,
                                 factors ? factors + m * ldc : nullptr);
  for (; m + 4 <= rows; m += 4) tile<4, COLUMNS, REST>(a + m * apart, apart == 1 ? lda : apart, b, ldb, c + m * ldc, ldc, depth, bias,
                                 factors ? factors + m * ldc : nullptr);
  for (; m + 2 <= rows; m += 2) tile<2, COLUMNS, REST>(a + m * apart, apart == 1 ? lda : apart, b, ldb, c + m * ldc, ldc, depth, bias,
                                 factors ? factors + m * ldc : nullptr);
  for (; m < rows; m++) tile<1, COLUMNS, REST>(a + m * apart, apart == 1 ? lda : apart, b, ldb, c + m * ldc, ldc, depth, bias,
                                 factors ? factors + m * ldc : nullptr);
}

template <int LEADING>
void over_columns(const real *a, int64_t lda, const real *b, int64_t ldb, real *c, int64_t ldc, int rows, int vectors,
                  int depth, const real *bias, const real *factors) {
  int n = 0;
  const auto from = [&](int m) { return bias ? bias + m * W : nullptr; };
  const auto by = [&](int m) { return factors ? factors + m * W : nullptr; };
#ifndef FOUR_COLUMNS
  if (MOST_COLUMNS >= 4)
    for (; n + 4 <= vectors && vectors - n != 6; n += 4)
      panel<4, LEADING>(a, lda, b + n * W, ldb, c + n * W, ldc, rows, depth, from(n), by(n));
#endif
  for (; n + 2 <= vectors; n += 2) panel<2, LEADING>(a, lda, b + n * W, ldb, c + n * W, ldc, rows, depth, from(n), by(n));
  for (; n < vectors; n++) panel<1, LEADING>(a, lda, b + n * W, ldb, c + n * W, ldc, rows, depth, from(n), by(n));
}

// A stored by rows, `lda` apart.
NOINLINE void product(const real *a, int64_t lda, const real *b, int64_t ldb, real *c, int64_t ldc, int rows, int vectors,
                      int depth, const real *bias, const real *factors = nullptr) {
  switch (lda) {
    case 16: return over_columns<16>(a, lda, b, ldb, c, ldc, rows, vectors, depth, bias, factors);
    case 32: return over_columns<32>(a, lda, b, ldb, c, ldc, rows, vectors, depth, bias, factors);
    case 64: return over_columns<64>(a, lda, b, ldb, c, ldc, rows, vectors, depth, bias, factors);
    case 128: return over_columns<128>(a, lda, b, ldb, c, ldc, rows, vectors, depth, bias, factors);
    default: return over_columns<ANY>(a, lda, b, ldb, c, ldc, rows, vectors, depth, bias, factors);
  }
}

// The same with A transposed: stored by columns, `lda` apart.
NOINLINE void product_of_transposed(const real *a, int64_t lda, const real *b, int64_t ldb, real *c, int64_t ldc, int rows,
                                    int vectors, int depth) {
  over_columns<COLUMN>(a, lda, b, ldb, c, ldc, rows, vectors, depth, nullptr, nullptr);
}

// ------------------------------------------------------------ one vector of units: with the activation, in registers

// A layer of at most W units from one of at most 16: pre-activations never leave the registers.
template <int ROWS, int A>
INLINE void layer_tile(const real *x, const real *w, real *h, real *slope, int64_t apart, int depth, const real *bias, const real *p) {
  V sums[ROWS];
  UNROLL for (int r = 0; r < ROWS; r++) sums[r] = load(bias);
  for (int k = 0; k < depth; k++) {
    const V right = load(w + (int64_t)k * W);
    UNROLL for (int r = 0; r < ROWS; r++) sums[r] = fma(all(x[r * 16 + k]), right, sums[r]);
  }
  UNROLL for (int r = 0; r < ROWS; r++) {
    V d, f = value_and_slope<A>(sums[r], p, d);
    store(h + r * apart, f), store(slope + r * apart, d);
  }
}

template <int A>
NOINLINE void narrow_layer(const real *x, const real *w, real *h, real *slope, int64_t apart, int rows, int depth,
                           const double *given) {
  real p[4];
  for (int i = 0; i < 4; i++) p[i] = (real)given[i];
  const real *bias = w + (int64_t)depth * W;
  int m = 0;
  for (; m + ROWS_OF_1 <= rows; m += ROWS_OF_1)
    layer_tile<ROWS_OF_1, A>(x + m * 16, w, h + m * apart, slope + m * apart, apart, depth, bias, p);
  for (; m < rows; m++) layer_tile<1, A>(x + m * 16, w, h + m * apart, slope + m * apart, apart, depth, bias, p);
}

// Whether it was done.
INLINE bool activated_layer(const Activation *a, const real *x, const real *w, real *h, real *slope, int64_t apart, int rows,
                            int depth) {
  switch (a->builtin) {
    case RECTIFIER: narrow_layer<RECTIFIER>(x, w, h, slope, apart, rows, depth, a->parameters); return true;
    case EXPONENTIAL_LINEAR: narrow_layer<EXPONENTIAL_LINEAR>(x, w, h, slope, apart, rows, depth, a->parameters); return true;
    case TANH: narrow_layer<TANH>(x, w, h, slope, apart, rows, depth, a->parameters); return true;
    case SIGMOID: narrow_layer<SIGMOID>(x, w, h, slope, apart, rows, depth, a->parameters); return true;
    case SWISH: narrow_layer<SWISH>(x, w, h, slope, apart, rows, depth, a->parameters); return true;
    default: return false;
  }
}

#if defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
#define SHUFFLES 1
#endif
#endif
#ifdef SHUFFLES
template <int STEP, int... J> INLINE V evens(V a, V b, std::integer_sequence<int, J...>) {
  return __builtin_shufflevector(a, b, ((J & STEP) ? W + J - STEP : J)...);
}
template <int STEP, int... J> INLINE V odds(V a, V b, std::integer_sequence<int, J...>) {
  return __builtin_shufflevector(a, b, ((J & STEP) ? W + J : J + STEP)...);
}
template <int STEP> INLINE void exchange(V (&x)[W]) {
  if constexpr (STEP < W) {
    UNROLL for (int r = 0; r < W; r++)
      if (!(r & STEP)) {
        V a = x[r], b = x[r + STEP];
        x[r] = evens<STEP>(a, b, std::make_integer_sequence<int, W>());
        x[r + STEP] = odds<STEP>(a, b, std::make_integer_sequence<int, W>());
      }
    exchange<2 * STEP>(x);
  }
}
#endif

// A square of W × W numbers, rows and columns exchanged.
NOINLINE void transpose_square(const real *from, int64_t ldf, real *to, int64_t ldt) {
#ifdef SHUFFLES
  V x[W];
  UNROLL for (int r = 0; r < W; r++) x[r] = load(from + r * ldf);
  exchange<1>(x);
  UNROLL for (int r = 0; r < W; r++) store(to + r * ldt, x[r]);
#else
  for (int r = 0; r < W; r++)
    for (int c = 0; c < W; c++) to[c * ldt + r] = from[r * ldf + c];
#endif
}

}  // namespace
