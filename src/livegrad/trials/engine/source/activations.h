// Value and slope of an activation over an array: hand-written for the usual ones, any other by its tape.
#pragma once
#include "job.h"
#include "maths.h"
#include "memory.h"

namespace {

constexpr int TILE = 16;  // vectors that one step of a tape works on: a register is 1 KiB, a dozen stay in the first cache

enum Builtin { IDENTITY, RECTIFIER, LEAKY, EXPONENTIAL_LINEAR, TANH, SIGMOID, SWISH, GELU, SOFTPLUS, MISH, SOFTSIGN };

INLINE V between(V x, real low, real high) {  // NaN stays
  x = x < all(low) ? all(low) : x;
  return x > all(high) ? all(high) : x;
}

template <int A> INLINE V value_and_slope(V z, const real *p, V &slope) {
  if constexpr (A == IDENTITY) {
    slope = all(1);
    return z;
  } else if constexpr (A == RECTIFIER) {
    slope = z > 0 ? all(1) : all(0);
    return z < 0 ? all(0) : z;
  } else if constexpr (A == LEAKY) {
    slope = z > 0 ? all(1) : all(p[0]);
    return z < 0 ? z * p[0] : z;
  } else if constexpr (A == EXPONENTIAL_LINEAR) {  // scale · (z, or α(e^z − 1))
    V e, m = exponential_less_one(largest(smallest(z, all(0)), all(-87)), e);
    slope = z > 0 ? all(p[1]) : e * (p[0] * p[1]);
    return z > 0 ? z * p[1] : m * (p[0] * p[1]);
  } else if constexpr (A == TANH) {
    return hyperbolic_tangent(z, slope);
  } else if constexpr (A == SIGMOID) {
    V other, s = logistic(z, other);
    slope = s * other;
    return s;
  } else if constexpr (A == SWISH) {
    V other, s = logistic(z * p[0], other), h = z * s;
    slope = fma(h * p[0], other, s);
    return h;
  } else if constexpr (A == GELU) {
    V size = smallest(absolute(z) * (real)0.70710678118654752440, all((real)13)), e = exponential_of_minus_square(size);
    V tail = SINGLE_PRECISION ? e * scaled_complement(size) * (real)0.5 : normal_share(-absolute(z));  // Φ(−|z|)
    V share = z > 0 ? 1 - tail : tail;
    slope = fma(z * (real)0.39894228040143267794, e, share);
    return z * share;
  } else if constexpr (A == SOFTPLUS) {
    slope = logistic(z);
    return soft_plus(z);
  } else if constexpr (A == MISH) {  // tanh(softplus z) = w/(w + 2) with w = e^z (e^z + 2)
    V e = exponential_within(between(z, -87, 20)), w = e * (e + 2), r = reciprocal(w + 2), t = w * r;
    t = z > 20 ? all(1) : t;  // t′ = (1 − t²) σ(z), and 1 − t² = 4 (e + 1)² r²
    slope = z > 20 ? t : fma(z * e, (e + 1) * r * r * 4, t);
    return z * t;
  } else {
    V r = 1 / (1 + absolute(z));
    slope = r * r;
    return z * r;
  }
}

template <int A> NOINLINE void over_array(real *h, real *d, int n, const double *given) {
  real p[4];
  for (int i = 0; i < 4; i++) p[i] = (real)given[i];
  for (int i = 0; i < n; i += 2 * W) {  // two at a time: one waits while the other computes; n is padded
    V a, b, x = value_and_slope<A>(load(h + i), p, a), y = value_and_slope<A>(load(h + i + W), p, b);
    store(h + i, x), store(d + i, a), store(h + i + W, y), store(d + i + W, b);
  }
}

enum Operation {
  ADD, SUBTRACT, MULTIPLY, MULTIPLY_ADD, DIVIDE, NEGATIVE, POWER, NEGATIVE_SIZE, CLIP, SELECT, GREATER, AT_LEAST, LESS,
  AT_MOST, EQUAL, BOTH, EXP, EXPM1, LOG, LOG1P, SQRT, SIN, COS, ARCTAN, TANH_OF, ABSOLUTE, SIGN, FLOOR, ERF, ERFC, ERFCX,
  SIGMOID_OF, SOFTPLUS_OF, NORMAL_CDF
};

// A tape on a tile. Conditions are registers too: all bits set, or none.
struct Machine {
  Array<real> registers;  // each TILE × W
  const Activation *held = nullptr;

  real *at(int r) { return registers + (int64_t)r * TILE * W; }

  void hold(const Activation *a) {  // constants are written once
    if (a == held) return;
    registers.grow((int64_t)a->registers * TILE * W);
    for (int c = 0; c < a->constants; c++) fill(1 + a->learned + c, all((real)a->constant[c]));
    held = a;
  }

  void fill(int r, V x) {
    for (int i = 0; i < TILE; i++) store(at(r) + i * W, x);
  }

  void run(const Activation *a) {
    for (int s = 0; s < a->steps; s++) {
      const int32_t *step = a->step + 5 * s;
      real *r = at(step[1]);
      const real *x = at(step[2]), *y = at(step[3] < 0 ? 0 : step[3]), *w = at(step[4] < 0 ? 0 : step[4]);
#define OVER(...) for (int i = 0; i < TILE * W; i += W) { V p = load(x + i); (void)p; store(r + i, (__VA_ARGS__)); } break
#define Q load(y + i)
#define C load(w + i)
      switch (step[0]) {
        case ADD: OVER(p + Q);
        case SUBTRACT: OVER(p - Q);
        case MULTIPLY: OVER(p * Q);
        case MULTIPLY_ADD: OVER(fma(p, Q, C));
        case DIVIDE: OVER(p / Q);
        case NEGATIVE: OVER(-p);
        case POWER: OVER(power(p, y[i]));
        case NEGATIVE_SIZE: OVER(-absolute(p));
        case CLIP: OVER(p < Q ? Q : (p > C ? C : p));
        case SELECT: OVER(bits(p) != 0 ? Q : C);
        case GREATER: OVER(bits((I)(p > Q)));
        case AT_LEAST: OVER(bits((I)(p >= Q)));
        case LESS: OVER(bits((I)(p < Q)));
        case AT_MOST: OVER(bits((I)(p <= Q)));
        case EQUAL: OVER(bits((I)(p == Q)));
        case BOTH: OVER(bits(bits(p) & bits(Q)));
        case EXP: OVER(exponential(p));
        case EXPM1: OVER(exponential_less_one(p));
        case LOG: OVER(logarithm(p));
        case LOG1P: OVER(logarithm_of_one_more(p));
        case SQRT: OVER(square_root(p));
        case SIN: OVER(circular<false>(p));
        case COS: OVER(circular<true>(p));
        case ARCTAN: OVER(arc_tangent(p));
        case TANH_OF: OVER(hyperbolic_tangent(p));
        case ABSOLUTE: OVER(absolute(p));
        case SIGN: OVER(sign_of(p));
        case FLOOR: OVER(floored(p));
        case ERF: OVER(error_function(p));
        case ERFC: OVER(complement(p));
        case ERFCX: OVER(scaled_complement_anywhere(p));
        case SIGMOID_OF: OVER(logistic(p));
        case SOFTPLUS_OF: OVER(soft_plus(p));
        case NORMAL_CDF: OVER(normal_share(p));
      }
#undef OVER
#undef Q
#undef C
    }
  }

  // h: pre-activations, then values; d: slopes; t: derivatives by each learned number, `apart` from one to the next.
  // n is a whole number of tiles. `learned` holds one vector for each learned number.
  void over_array(const Activation *a, real *h, real *d, int n, const real *learned, real *t, int64_t apart) {
    hold(a);
    for (int j = 0; j < a->learned; j++) fill(1 + j, load(learned + j * W));
    for (int i = 0; i < n; i += TILE * W) {
      memcpy(at(0), h + i, TILE * W * sizeof(real));
      run(a);
      memcpy(h + i, at(a->result[0]), TILE * W * sizeof(real));
      memcpy(d + i, at(a->result[1]), TILE * W * sizeof(real));
      for (int j = 0; j < a->learned; j++)
        memcpy(t + j * apart + i, at(a->result[2 + j]), TILE * W * sizeof(real));
    }
  }
};

NOINLINE void activate(const Activation *a, Machine &machine, real *h, real *d, int n, const real *learned, real *t,
                       int64_t apart) {
  switch (a->builtin) {
    case IDENTITY: return over_array<IDENTITY>(h, d, n, a->parameters);
    case RECTIFIER: return over_array<RECTIFIER>(h, d, n, a->parameters);
    case LEAKY: return over_array<LEAKY>(h, d, n, a->parameters);
    case EXPONENTIAL_LINEAR: return over_array<EXPONENTIAL_LINEAR>(h, d, n, a->parameters);
    case TANH: return over_array<TANH>(h, d, n, a->parameters);
    case SIGMOID: return over_array<SIGMOID>(h, d, n, a->parameters);
    case SWISH: return over_array<SWISH>(h, d, n, a->parameters);
    case GELU: return over_array<GELU>(h, d, n, a->parameters);
    case SOFTPLUS: return over_array<SOFTPLUS>(h, d, n, a->parameters);
    case MISH: return over_array<MISH>(h, d, n, a->parameters);
    case SOFTSIGN: return over_array<SOFTSIGN>(h, d, n, a->parameters);
    default: machine.over_array(a, h, d, n, learned, t, apart);
  }
}

}  // namespace
