// Elementary functions of vectors. In float: a few units in the last place over the whole range, NaN kept, ±∞ right.
// In double, which serves comparison and not speed: the standard library's.
#pragma once
#include "simd.h"

namespace {

template <class F> INLINE V each(V x, F f) {
  V r;
  for (int i = 0; i < W; i++) r[i] = f(x[i]);
  return r;
}

template <int N> INLINE V polynomial(V x, const real (&c)[N]) {
  V r = all(c[N - 1]);
  UNROLL for (int i = N - 2; i >= 0; i--) r = fma(r, x, all(c[i]));
  return r;
}

// (e^r − 1 − r)/r² for |r| ≤ ½ ln 2, to 1e-8 of e^r.
constexpr real EXPONENTIAL[] = {(real)0.5, (real)0.166665770256, (real)0.0416665546621, (real)0.00836317307451,
                                (real)0.00139261761199};

// x·log₂e as a whole number and what is left of x, in [−½ ln 2, ½ ln 2].
struct Reduced { I whole_part; V n, rest; };
INLINE Reduced reduced(V x) {
  const real shifter = SINGLE_PRECISION ? (real)12582912.0 : (real)6755399441055744.0;  // 1.5·2^23 or 2^52: rounds
  V shifted = fma(x, all((real)1.4426950408889634), all(shifter));
  V n = shifted - shifter;
  V rest = fma(n, all((real)-0.693145751953125), x);
  rest = fma(n, all((real)-1.42860682030941723e-6), rest);
  return {bits(shifted) - bits(all(shifter)), n, rest};
}
INLINE V power_of_two(I n) {  // −126 ≤ n ≤ 127
  return bits((n + 127) << 23);
}

INLINE V exponential(V x) {
  if constexpr (SINGLE_PRECISION) {
    V held = largest(smallest(x, all((real)88.72283)), all((real)-87.33654));
    Reduced r = reduced(held);
    V p = fma(polynomial(r.rest, EXPONENTIAL), r.rest * r.rest, r.rest + 1);
    I half = r.whole_part >> 1;  // in two parts: 2^128 alone is none
    V y = p * power_of_two(half) * power_of_two(r.whole_part - half);
    y = x > all((real)88.72283) ? all(INFINITY) : y;
    return x < all((real)-87.33654) ? all(0) : y;  // as subnormal numbers are in training
  } else {
    return each(x, [](real v) { return (real)std::exp(v); });
  }
}

// e^x for −87 ≤ x ≤ 87 with fewer steps; NaN stays.
INLINE V exponential_within(V x) {
  if constexpr (SINGLE_PRECISION) {
    Reduced r = reduced(x);
    V p = fma(polynomial(r.rest, EXPONENTIAL), r.rest * r.rest, r.rest + 1);
    return times_power_of_two(p, r.n, r.whole_part);
  } else {
    return exponential(x);
  }
}

// e^x − 1, and e^x beside it: both right to the last digits.
// For −87 ≤ x ≤ 87.
INLINE V exponential_less_one(V x, V &whole_one) {
  if constexpr (SINGLE_PRECISION) {
    Reduced r = reduced(x);
    V p = fma(polynomial(r.rest, EXPONENTIAL), r.rest * r.rest, r.rest);  // e^rest − 1
    V scale = times_power_of_two(all(1), r.n, r.whole_part);
    whole_one = fma(p, scale, scale);
    return fma(p, scale, scale - 1);
  } else {
    whole_one = each(x, [](real v) { return (real)std::exp(v); });
    return each(x, [](real v) { return (real)std::expm1(v); });
  }
}
INLINE V exponential_less_one(V x) {
  if constexpr (SINGLE_PRECISION) {
    V whole_one, y = exponential_less_one(largest(smallest(x, all((real)87)), all((real)-87)), whole_one);
    return x > all((real)87) ? exponential(x) : y;
  } else {
    return each(x, [](real v) { return (real)std::expm1(v); });
  }
}

INLINE V logarithm(V x) {
  if constexpr (SINGLE_PRECISION) {
    const I one_half_root = I{} + (whole)0x3f3504f3;
    I shifted = bits(x) - one_half_root;
    I exponent = shifted >> 23;
    V m = bits((shifted & (whole)0x007fffff) + one_half_root);  // in [√½, √2)
    V f = m - 1, s = f / (f + 2), z = s * s;
    const real c[] = {(real)0.66666666667, (real)0.4, (real)0.2857142857, (real)0.2222222222, (real)0.1818181818};
    V e = __builtin_convertvector(exponent, V);
    V y = fma(s, fma(polynomial(z, c), z, all(0)), s + s);  // 2 artanh s
    y = fma(e, all((real)0.693145751953125), fma(e, all((real)1.42860682030941723e-6), y));
    y = x < all((real)1.17549435e-38) ? (x < 0 ? all(NAN) : all(-INFINITY)) : y;
    y = x < all(INFINITY) ? y : x;  // ∞ and NaN
    return y;
  } else {
    return each(x, [](real v) { return (real)std::log(v); });
  }
}

INLINE V logarithm_of_one_more(V x) {
  if constexpr (SINGLE_PRECISION) {
    V u = x + 1;
    V lost = x - (u - 1);
    V y = logarithm(u);
    V corrected = y + lost / u;
    corrected = u == 1 ? x : corrected;
    return absolute(y) < all(INFINITY) ? corrected : y;
  } else {
    return each(x, [](real v) { return (real)std::log1p(v); });
  }
}

// tanh x = m/(m + 2) with m = e^2x − 1, and its slope 4 e^2x/(m + 2)², which no subtraction spoils.
INLINE V hyperbolic_tangent(V x, V &slope) {
  if constexpr (SINGLE_PRECISION) {
    V held = largest(smallest(x, all((real)43)), all((real)-43)), whole_one;
    V m = exponential_less_one(held + held, whole_one), r = reciprocal(m + 2), half = r + r;
    slope = whole_one * half * half;
    return m * r;
  } else {
    V t = each(x, [](real v) { return (real)std::tanh(v); });
    slope = each(x, [](real v) { v = std::cosh(v); return 1 / v / v; });
    return t;
  }
}
INLINE V hyperbolic_tangent(V x) {
  V slope;
  return hyperbolic_tangent(x, slope);
}

// σ(x), and 1 − σ(x) beside it, both right in their tails.
INLINE V logistic(V x, V &other) {
  if constexpr (SINGLE_PRECISION) {
    V held = smallest(largest(x, all((real)-87)), all((real)87));
    V e = exponential_within(-held), s = reciprocal(e + 1);
    other = e * s;
    return s;
  } else {
    V e = each(x, [](real v) { return (real)std::exp(-std::fabs(v)); }), s = 1 / (1 + e);
    other = x < 0 ? s : e * s;
    V y = x < 0 ? e * s : s;
    return x == x ? y : x;
  }
}
INLINE V logistic(V x) {
  V other;
  return logistic(x, other);
}

INLINE V soft_plus(V x) {
  return largest(x, all(0)) + logarithm_of_one_more(exponential(-absolute(x)));
}

// exp(x²) erfc(x) for x ≥ 0.
INLINE V scaled_complement(V x) {
  const real c[] = {(real)1.25300805827, (real)-0.135621068221, (real)-0.0475622938277, (real)0.129644091025,
                    (real)-0.119273678432, (real)0.0683166972944, (real)-0.0237703887114, (real)0.00249882261139,
                    (real)0.00188821570081, (real)-0.000726160801169, (real)-0.000104221177107, (real)7.72041393805e-5,
                    (real)3.8917515572e-6};
  V held = smallest(x, all((real)1e18));
  V y = (held - 3) / (held + 3);
  return polynomial(y, c) / fma(held, all(2), all(1));
}
INLINE V exponential_of_minus_square(V x) {  // the square's rounding taken back
  V q = x * x, lost = fma(x, x, -q);
  V e = exponential(-q);
  return fma(-lost, e, e);
}
INLINE V error_function(V x) {
  if constexpr (SINGLE_PRECISION) {
    const real c[] = {(real)1.12837916706, (real)-0.37612638468, (real)0.112837824952, (real)-0.0268654307277,
                      (real)0.00522103180786, (real)-0.000848408040554, (real)0.000112659590256, (real)-9.66704457149e-6};
    V size = absolute(x), held = smallest(size, all((real)4));
    V near = held * polynomial(held * held, c);
    V far = 1 - exponential_of_minus_square(held) * scaled_complement(held);
    V y = size < 1 ? near : far;
    y = x < 0 ? -y : y;
    return x == x ? y : x;
  } else {
    return each(x, [](real v) { return (real)std::erf(v); });
  }
}
INLINE V complement(V x) {  // erfc
  if constexpr (SINGLE_PRECISION) {
    V size = absolute(x);
    V tail = exponential_of_minus_square(smallest(size, all((real)1e18))) * scaled_complement(size);
    V y = x < all((real)0.5) ? 1 - error_function(x) : tail;
    return x == x ? y : x;
  } else {
    return each(x, [](real v) { return (real)std::erfc(v); });
  }
}
INLINE V scaled_complement_anywhere(V x) {  // erfcx
  if constexpr (SINGLE_PRECISION) {
    V size = absolute(x), right = scaled_complement(size);
    V q = x * x, lost = fma(x, x, -q), e = exponential(q);
    V left = 2 * fma(lost, e, e) - right;
    V y = x < 0 ? left : right;
    y = x < all((real)-9.5) ? all(INFINITY) : y;
    return x == x ? y : x;
  } else {
    return each(x, [](real v) {  // exp(v²)·erfc(v); far out by its continued fraction
      if (v < 25) return (real)(std::exp(v * v) * std::erfc(v));
      double f = v;
      for (int k = 60; k > 0; k--) f = v + k / 2.0 / f;
      return (real)(0.56418958354775628695 / f);
    });
  }
}
INLINE V normal_share(V x) { return (real)0.5 * complement(x * (real)-0.70710678118654752440); }

// Sine and cosine by reduction to ±π/4; beyond 8192 the standard library's.
template <bool COSINE> INLINE V circular(V x) {
  if constexpr (SINGLE_PRECISION) {
    const real shifter = (real)12582912.0;
    V shifted = fma(x, all((real)0.63661977236758134), all(shifter));
    V n = shifted - shifter;
    I quadrant = (bits(shifted) - bits(all(shifter))) + (COSINE ? 1 : 0);
    V r = fma(n, all((real)-1.5703125), x);  // π/2 in three parts
    r = fma(n, all((real)-4.837512969970703125e-4), r);
    r = fma(n, all((real)-7.549789954891882e-8), r);
    const real s[] = {(real)-0.16666666667, (real)0.0083333333333, (real)-0.00019841269841, (real)2.7557319224e-6};
    const real c[] = {(real)-0.5, (real)0.041666666667, (real)-0.0013888888889, (real)2.4801587302e-5, (real)-2.7557319e-7};
    V z = r * r;
    V sine = fma(r * z, polynomial(z, s), r), cosine = fma(z, polynomial(z, c), all(1));
    V y = (quadrant & 1) != 0 ? cosine : sine;
    y = (quadrant & 2) != 0 ? -y : y;
    I far = absolute(x) < all((real)8192) ? I{} : ~I{};
    bool any = false;
    for (int i = 0; i < W; i++) any |= far[i] != 0;
    if (__builtin_expect(any, 0))
      for (int i = 0; i < W; i++)
        if (far[i]) y[i] = COSINE ? (real)std::cos((double)x[i]) : (real)std::sin((double)x[i]);
    return y;
  } else {
    return each(x, [](real v) { return (real)(COSINE ? std::cos(v) : std::sin(v)); });
  }
}

INLINE V arc_tangent(V x) {
  if constexpr (SINGLE_PRECISION) {
    V size = absolute(x);
    V t = size > 1 ? 1 / size : size;
    V h = t / (1 + square_root(fma(t, t, all(1))));  // half the angle: at most tan(π/8)
    const real c[] = {(real)1, (real)-0.33333333333, (real)0.2, (real)-0.14285714286, (real)0.11111111111,
                      (real)-0.090909090909, (real)0.076923076923, (real)-0.066666666667, (real)0.058823529412};
    V angle = 2 * h * polynomial(h * h, c);
    V y = size > 1 ? (real)1.57079632679489662 - angle : angle;
    return x < 0 ? -y : y;
  } else {
    return each(x, [](real v) { return (real)std::atan(v); });
  }
}

INLINE V floored(V x) { return each(x, [](real v) { return (real)std::floor(v); }); }
INLINE V sign_of(V x) { return x > 0 ? all(1) : x < 0 ? all(-1) : x; }
NOINLINE V power(V x, real exponent) {
  int n = (int)exponent;
  if (n == exponent && n >= -8 && n <= 8) {
    V y = all(1);
    for (int i = 0; i < std::abs(n); i++) y *= x;
    return n < 0 ? 1 / y : y;
  }
  return each(x, [exponent](real v) { return (real)std::pow((double)v, (double)exponent); });
}

}  // namespace
