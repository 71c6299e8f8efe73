// What both kernels share: where parameters lie, the losses' order of numbers, optimizers, points of the curve.
#pragma once
#include <algorithm>
#include "activations.h"

namespace {

INLINE bool cancelled(const Job *job) { return job->cancel && __atomic_load_n(job->cancel, __ATOMIC_RELAXED); }
INLINE void count(const Job *job, int64_t steps) {
  if (job->done) __atomic_fetch_add(job->done, steps, __ATOMIC_RELAXED);
}

inline int target_columns(const Job *job) {
  return job->loss == CROSS_ENTROPY ? 1 : job->sizes[job->layers];
}

// One step of the optimizer over n numbers; a rate for each lane. `t` counts from 1.
NOINLINE void optimize(const Job *job, real *w, real *m, real *v, const real *g, int64_t n, V rate, int64_t t) {
  const real decay = (real)job->weight_decay;
  if (job->optimizer == ADAM || job->optimizer == ADAMW) {
    const double c1 = 1 - std::pow(job->beta1, (double)t), c2 = 1 - std::pow(job->beta2, (double)t);
    const V beta2 = all((real)job->beta2), rest1 = all((real)(1 - job->beta1)), rest2 = all((real)(1 - job->beta2));
    const V step = rate * (real)(-1 / c1), root = all((real)(1 / std::sqrt(c2))), epsilon = all((real)job->epsilon);
    const V kept = job->optimizer == ADAMW ? 1 - rate * decay : all(1);
    const V added = all(job->optimizer == ADAMW ? 0 : decay);
    const bool plain = decay == 0;
    for (int64_t i = 0; i < n; i += W) {
      V x = load(w + i), d = load(g + i);
      if (!plain) d = fma(added, x, d), x = x * kept;
      V a = load(m + i);
      a = fma(rest1, d - a, a);
      V b = fma(beta2, load(v + i), rest2 * d * d);
      store(m + i, a), store(v + i, b);
      store(w + i, x + over_root(step * a, b, root, epsilon));
    }
    return;
  }
  const V added = all(decay), held = all((real)job->momentum);
  for (int64_t i = 0; i < n; i += W) {
    V x = load(w + i), d = fma(added, x, load(g + i));
    if (job->optimizer == MOMENTUM) {
      d = fma(held, load(m + i), d);
      store(m + i, d);
    }
    store(w + i, fma(-rate, d, x));
  }
}

// Binary cross-entropy of a logit: log(1 + e^z) − y z, and whether the sign is right.
INLINE V binary_loss(V z, V y) { return soft_plus(z) - z * y; }
INLINE real one_binary_loss(real z, real y) {
  return (z > 0 ? z : 0) + std::log1p(std::exp(-std::fabs(z))) - z * y;
}

}  // namespace
