// Many narrow networks at once: each lane of a vector is a network of its own, so that every operation of the training
// is one vector operation, whatever the widths. Samples are taken four at a time, forwards and backwards, before the
// next, so that what lies between never leaves the first cache.
#pragma once
#include "training.h"

namespace {

#if VECTOR_BYTES == 64 || defined(__ARM_NEON)
constexpr int OUT_TILE = 2, IN_TILE = 4;  // 32 registers
#else
constexpr int OUT_TILE = 2, IN_TILE = 2;
#endif
constexpr int SAMPLES = 8, USUAL = 8;
constexpr double LANE_PRODUCT = 1.4;  // of a product against one of the other kernel: its operands come from memory

struct Lanes {
  const Job *job;
  Machine machine;
  Array<real> weights, gradient, first, second;  // parameters × W
  Array<real> values, slopes, branch, by_learned, above, below;
  int64_t at_layer[512];      // offsets of a layer's units in values and slopes, in numbers
  int weights_at[512];        // offsets of a layer in the parameters, in vectors
  int learned_at, scale_at[512];
  int parameters = 0, deepest = 0;
  int64_t span = 0;
  const real *x[SAMPLES];     // inputs of each sample
  V lost, unfit;              // loss of a minibatch; lanes without a finite result

  static bool fits(const Job *job) { return !job->batch_norm && job->layers < 512; }

  void prepare(const Job *j) {
    job = j;
    parameters = parameter_count(j);
    int widest = 0, at = 0;
    span = 0;
    for (int l = 0; l < j->layers; l++) {
      weights_at[l] = at;
      at += (j->sizes[l] + 1) * j->sizes[l + 1];
      at_layer[l + 1] = span;
      int64_t n = (int64_t)SAMPLES * j->sizes[l + 1];
      span += (n + TILE - 1) / TILE * TILE * W;  // whole tiles: an activation may write a little over
      widest = std::max(widest, j->sizes[l + 1]);
    }
    learned_at = at;
    at += learned_scalars(j) * (j->layers - 1);
    for (int l = 1; l <= j->layers; l++) scale_at[l] = j->skip == REZERO && skips(j, l) ? at++ : -1;
    for (Array<real> *a : {&weights, &gradient, &first, &second}) a->grow((int64_t)parameters * W);
    values.grow(span);
    slopes.grow(span);
    if (j->skip == REZERO) branch.grow(span);
    by_learned.grow(span * learned_scalars(j));
    above.grow((int64_t)SAMPLES * widest * W);
    below.grow((int64_t)SAMPLES * widest * W);
  }

  void pack(const real *from, real *to, int lanes, const int64_t *members) {
    for (int k = 0; k < W; k++) {  // an unused lane repeats the first
      const real *one = from + members[k < lanes ? k : 0] * parameters;
      for (int p = 0; p < parameters; p++) to[(int64_t)p * W + k] = one[p];
    }
  }
  void unpack(const real *from, real *to, int lanes, const int64_t *members) {
    for (int k = 0; k < lanes; k++) {
      real *one = to + members[k] * parameters;
      for (int p = 0; p < parameters; p++) one[p] = from[(int64_t)p * W + k];
    }
  }

  real *unit(Array<real> &of, int l) { return of + at_layer[l]; }

  // Pre-activations of layer l + 1 for S samples and T units from o on.
  template <int S, int T, bool FIRST, int A>
  INLINE_MEMBER void outputs(const real *w, const real *from, real *to, int in, int out, int o, real *slope, const real *p) {
    V sums[T][S];
    UNROLL for (int q = 0; q < T; q++) {
      V bias = load(w + ((int64_t)in * out + o + q) * W);
      UNROLL for (int s = 0; s < S; s++) sums[q][s] = bias;
    }
    for (int i = 0; i < in; i++) {
      V weight[T];
      UNROLL for (int q = 0; q < T; q++) weight[q] = load(w + ((int64_t)i * out + o + q) * W);
      UNROLL for (int s = 0; s < S; s++) {
        V value = FIRST ? all(x[s][i]) : load(from + ((int64_t)s * in + i) * W);
        UNROLL for (int q = 0; q < T; q++) sums[q][s] = fma(weight[q], value, sums[q][s]);
      }
    }
    UNROLL for (int s = 0; s < S; s++)
      UNROLL for (int q = 0; q < T; q++) {
        const int64_t at = ((int64_t)s * out + o + q) * W;
        if constexpr (A < 0) {
          store(to + at, sums[q][s]);
        } else {
          V d, f = value_and_slope<A>(sums[q][s], p, d);
          store(to + at, f), store(slope + at, d);
        }
      }
  }

  template <int S, bool FIRST, int N, int A>
  NOINLINE_MEMBER void layer(const real *w, const real *from, real *to, int in, int out, real *slope, const double *given) {
    real p[4];
    for (int i = 0; i < 4 && A >= 0; i++) p[i] = (real)given[i];
    if (N) in = out = N;  // the usual width, known when this is compiled: loops without an end to test
    int o = 0;
    for (; o + OUT_TILE <= out; o += OUT_TILE) outputs<S, OUT_TILE, FIRST, A>(w, from, to, in, out, o, slope, p);
    if (OUT_TILE > 2 && o + 2 <= out) outputs<S, 2, FIRST, A>(w, from, to, in, out, o, slope, p), o += 2;
    for (; o < out; o++) outputs<S, 1, FIRST, A>(w, from, to, in, out, o, slope, p);
  }

  template <int S, int A>
  INLINE_MEMBER void hidden_layer(const Activation *a, const real *w, const real *from, real *h, int in, int out, real *d) {
    constexpr int KNOWN = S == SAMPLES ? USUAL : 0;
    if (!from) layer<S, true, 0, A>(w, from, h, in, out, d, a->parameters);
    else if (in == KNOWN && out == KNOWN) layer<S, false, KNOWN, A>(w, from, h, in, out, d, a->parameters);
    else layer<S, false, 0, A>(w, from, h, in, out, d, a->parameters);
  }

  template <int S> void forward(const Activation *a) {
    const int learned = a->learned;
    for (int l = 0; l < job->layers; l++) {
      const int in = job->sizes[l], out = job->sizes[l + 1];
      const real *w = weights + (int64_t)weights_at[l] * W;
      real *h = unit(values, l + 1);
      if (l + 1 == job->layers) {
        if (l == 0) layer<S, true, 0, -1>(w, nullptr, h, in, out, nullptr, nullptr);
        else layer<S, false, 0, -1>(w, unit(values, l), h, in, out, nullptr, nullptr);
        return;
      }
      real *d = unit(slopes, l + 1);
      const real *from = l ? unit(values, l) : nullptr;
      switch (a->builtin) {  // in registers, before anything is stored
        case IDENTITY: hidden_layer<S, IDENTITY>(a, w, from, h, in, out, d); break;
        case RECTIFIER: hidden_layer<S, RECTIFIER>(a, w, from, h, in, out, d); break;
        case EXPONENTIAL_LINEAR: hidden_layer<S, EXPONENTIAL_LINEAR>(a, w, from, h, in, out, d); break;
        case TANH: hidden_layer<S, TANH>(a, w, from, h, in, out, d); break;
        case SIGMOID: hidden_layer<S, SIGMOID>(a, w, from, h, in, out, d); break;
        case SWISH: hidden_layer<S, SWISH>(a, w, from, h, in, out, d); break;
        default:
          hidden_layer<S, -1>(a, w, from, h, in, out, d);
          activate(a, machine, h, d, (S * out + TILE - 1) / TILE * TILE * W,
                   weights + (int64_t)(learned_at + l * learned) * W, learned ? unit(by_learned, l + 1) : nullptr, span);
      }
      if (!skips(job, l + 1)) continue;
      const real *before = unit(values, l);
      const int own = scale_at[l + 1];
      V scale = own < 0 ? all(1) : load(weights + (int64_t)own * W);
      if (own >= 0) memcpy(unit(branch, l + 1), h, sizeof(real) * S * out * W);
      for (int i = 0; i < S * out * W; i += W) store(h + i, fma(scale, load(h + i), load(before + i)));
    }
  }

  template <int S, int A, int B, bool FIRST>
  INLINE_MEMBER void products(real *g, const real *from, const real *delta, int in, int out, int i, int o, bool fresh) {
    V sums[A][B];
    UNROLL for (int p = 0; p < A; p++)
      UNROLL for (int q = 0; q < B; q++) sums[p][q] = fresh ? V{} : load(g + ((int64_t)(i + p) * out + o + q) * W);
    UNROLL for (int s = 0; s < S; s++) {
      V d[B];
      UNROLL for (int q = 0; q < B; q++) d[q] = load(delta + ((int64_t)s * out + o + q) * W);
      UNROLL for (int p = 0; p < A; p++) {
        V value = FIRST ? all(x[s][i + p]) : load(from + ((int64_t)s * in + i + p) * W);
        UNROLL for (int q = 0; q < B; q++) sums[p][q] = fma(value, d[q], sums[p][q]);
      }
    }
    UNROLL for (int p = 0; p < A; p++)
      UNROLL for (int q = 0; q < B; q++) store(g + ((int64_t)(i + p) * out + o + q) * W, sums[p][q]);
  }

  template <int S, int A, bool FIRST>
  INLINE_MEMBER void product_rows(real *g, const real *from, const real *delta, int in, int out, int i, bool fresh) {
    int o = 0;
    for (; o + 4 <= out; o += 4) products<S, A, 4, FIRST>(g, from, delta, in, out, i, o, fresh);
    if (o + 2 <= out) products<S, A, 2, FIRST>(g, from, delta, in, out, i, o, fresh), o += 2;
    if (o < out) products<S, A, 1, FIRST>(g, from, delta, in, out, i, o, fresh);
  }

  // Adds to the gradient of a layer's weights and biases.
  template <int S, bool FIRST, int N>
  NOINLINE_MEMBER void weight_gradient(real *g, const real *from, const real *delta, int in, int out, bool fresh) {
    if (N) in = out = N;
    int i = 0;
    for (; i + IN_TILE <= in; i += IN_TILE) product_rows<S, IN_TILE, FIRST>(g, from, delta, in, out, i, fresh);
    if (IN_TILE > 2 && i + 2 <= in) product_rows<S, 2, FIRST>(g, from, delta, in, out, i, fresh), i += 2;
    for (; i < in; i++) product_rows<S, 1, FIRST>(g, from, delta, in, out, i, fresh);
    real *bias = g + (int64_t)in * out * W;
    for (int o = 0; o < out * W; o += W) {
      V total = fresh ? V{} : load(bias + o);
      UNROLL for (int s = 0; s < S; s++) total += load(delta + (int64_t)s * out * W + o);
      store(bias + o, total);
    }
  }

  template <int S, int A> INLINE_MEMBER void inputs(const real *w, const real *delta, real *to, const real *slope, int in, int out, int i) {
    V sums[A][S] = {};
    for (int o = 0; o < out; o++) {
      V weight[A];
      UNROLL for (int p = 0; p < A; p++) weight[p] = load(w + ((int64_t)(i + p) * out + o) * W);
      UNROLL for (int s = 0; s < S; s++) {
        V d = load(delta + ((int64_t)s * out + o) * W);
        UNROLL for (int p = 0; p < A; p++) sums[p][s] = fma(weight[p], d, sums[p][s]);
      }
    }
    UNROLL for (int p = 0; p < A; p++)
      UNROLL for (int s = 0; s < S; s++) {
        const int64_t at = ((int64_t)s * in + i + p) * W;
        store(to + at, slope ? sums[p][s] * load(slope + at) : sums[p][s]);
      }
  }

  // The gradient by a layer's inputs; times the slopes below where nothing else needs it before.
  template <int S, int N> NOINLINE_MEMBER void input_gradient(const real *w, const real *delta, real *to, const real *slope, int in, int out) {
    if (N) in = out = N;
    int i = 0;
    for (; i + OUT_TILE <= in; i += OUT_TILE) inputs<S, OUT_TILE>(w, delta, to, slope, in, out, i);
    if (OUT_TILE > 2 && i + 2 <= in) inputs<S, 2>(w, delta, to, slope, in, out, i), i += 2;
    for (; i < in; i++) inputs<S, 1>(w, delta, to, slope, in, out, i);
  }

  // From `above`, the gradient by the logits, to the gradient by all parameters.
  template <int S> void backward(const Activation *a, bool fresh) {
    const bool plain = job->skip == NO_SKIP && a->learned == 0;
    real *delta = above, *next = below;
    for (int l = job->layers - 1; l >= 0; l--) {
      const int in = job->sizes[l], out = job->sizes[l + 1];
      const real *w = weights + (int64_t)weights_at[l] * W;
      real *g = gradient + (int64_t)weights_at[l] * W;
      const bool hidden = l + 1 < job->layers;
      Array<real> &kept = carried;
      const bool skip = hidden && skips(job, l + 1);
      if (hidden && !plain) {  // delta is the gradient by the layer's output
        if (skip) memcpy(kept, delta, sizeof(real) * S * out * W);
        through_activation(a, delta, l + 1, S * out * W);
      }
      if (l == 0) weight_gradient<S, true, 0>(g, nullptr, delta, in, out, fresh);
      else if (in == USUAL && out == USUAL) weight_gradient<S, false, USUAL>(g, unit(values, l), delta, in, out, fresh);
      else weight_gradient<S, false, 0>(g, unit(values, l), delta, in, out, fresh);
      if (l == 0) return;
      // In the plain case the slopes are needed for the last time: the gradient takes their place, and the first cache holds all.
      real *slope = plain ? unit(slopes, l) : nullptr, *to = plain ? slope : next;
      if (in == USUAL && out == USUAL) input_gradient<S, USUAL>(w, delta, to, slope, in, out);
      else input_gradient<S, 0>(w, delta, to, slope, in, out);
      if (skip)
        for (int i = 0; i < S * in * W; i += W) store(to + i, load(to + i) + load(kept + i));
      next = plain ? next : delta;
      delta = to;
    }
  }
  Array<real> carried;

  void through_activation(const Activation *a, real *delta, int l, int n) {
    const real *d = unit(slopes, l);
    const int own = scale_at[l];
    V scale = own < 0 ? all(1) : load(weights + (int64_t)own * W);
    if (own >= 0) {
      const real *f = unit(branch, l);
      V total{};
      for (int i = 0; i < n; i += W) total = fma(load(delta + i), load(f + i), total);
      real *g = gradient + (int64_t)own * W;
      store(g, load(g) + total);
    }
    for (int j = 0; j < a->learned; j++) {
      const real *t = unit(by_learned, l) + j * span;
      V total{};
      for (int i = 0; i < n; i += W) total = fma(load(delta + i), load(t + i), total);
      real *g = gradient + (int64_t)(learned_at + (l - 1) * a->learned + j) * W;
      store(g, fma(scale, total, load(g)));
    }
    for (int i = 0; i < n; i += W) store(delta + i, load(delta + i) * load(d + i) * scale);
  }

  // Gradient by the logits of S samples into `above`; the loss is added up where it is asked for.
  template <int S> void loss(const real *const *targets, bool wanted) {
    const int out = job->sizes[job->layers];
    const real *z = unit(values, job->layers);
    const real share = (real)1 / job->batch;
    if (job->loss != CROSS_ENTROPY) {
      const V each_one = all(share / out);
      for (int o = 0; o < out; o++)
        UNROLL for (int s = 0; s < S; s++) {
          const int64_t at = ((int64_t)s * out + o) * W;
          V target = all(targets[s][o]), value = load(z + at), off = value - target;
          notice(value);
          if (wanted) lost += (job->loss == BCE ? binary_loss(value, target) : off * off) * each_one;
          store(above + at, job->loss == BCE ? (logistic(value) - target) * each_one : off * (each_one + each_one));
        }
      return;
    }
    for (int i = 0; i < S * out * W; i += W) notice(load(z + i));
    for (int s = 0; s < S; s++) {
      const real *y = targets[s], *logit = z + (int64_t)s * out * W;
      real *d = above + (int64_t)s * out * W;
      V high = load(logit), total{};
      for (int o = 1; o < out; o++) high = largest(high, load(logit + o * W));
      for (int o = 0; o < out; o++) {
        V e = exponential_within(largest(load(logit + o * W) - high, all((real)-87)));
        store(d + o * W, e);
        total += e;
      }
      const int right = (int)y[0];
      if (wanted) lost += (logarithm(total) + high - load(logit + right * W)) * share;
      V part = share / total;
      for (int o = 0; o < out; o++) store(d + o * W, fma(load(d + o * W), part, all(o == right ? -share : 0)));
    }
  }

  INLINE_MEMBER void notice(V value) {  // ∞ − ∞ and NaN are not 0
    V difference = value - value;
    unfit = difference == 0 ? unfit : all(1);
  }

  template <int S> void samples(const Activation *a, const int32_t *rows, bool wanted, bool fresh) {
    const int in = job->sizes[0], columns = target_columns(job);
    const real *targets[SAMPLES];
    for (int s = 0; s < S; s++) {
      x[s] = (const real *)job->inputs + (int64_t)rows[s] * in;
      targets[s] = (const real *)job->targets + (int64_t)rows[s] * columns;
    }
    forward<S>(a);
    loss<S>(targets, wanted);
    backward<S>(a, fresh);
  }

  void step(const Activation *a, const int32_t *rows, bool wanted) {
    // what the first samples do not begin anew: learned numbers
    memset(gradient + (int64_t)learned_at * W, 0, sizeof(real) * (parameters - learned_at) * W);
    int b = 0;
    for (; b + SAMPLES <= job->batch; b += SAMPLES) samples<SAMPLES>(a, rows + b, wanted, b == 0);
    if (SAMPLES > 4 && b + 4 <= job->batch) samples<4>(a, rows + b, wanted, b == 0), b += 4;
    if (b + 2 <= job->batch) samples<2>(a, rows + b, wanted, b == 0), b += 2;
    if (b < job->batch) samples<1>(a, rows + b, wanted, b == 0);
  }

  // Loss and accuracy (or mean square) on what was held back.
  template <int S> void score_some(const Activation *a, int row, V &loss_sum, V &right_sum) {
    const int in = job->sizes[0], out = job->sizes[job->layers], columns = target_columns(job);
    for (int s = 0; s < S; s++) x[s] = (const real *)job->held_inputs + (int64_t)(row + s) * in;
    forward<S>(a);
    for (int s = 0; s < S; s++) {
      const real *y = (const real *)job->held_targets + (int64_t)(row + s) * columns;
      const real *logit = unit(values, job->layers) + (int64_t)s * out * W;
      if (job->loss == CROSS_ENTROPY) {
        const int right = (int)y[0];
        V own = load(logit + right * W), high = load(logit), total{};
        for (int o = 1; o < out; o++) high = largest(high, load(logit + o * W));
        for (int o = 0; o < out; o++) total += exponential(load(logit + o * W) - high);
        V best = own >= high ? all(1) : all(0);
        for (int o = 0; o < right; o++) best = load(logit + o * W) >= own ? all(0) : best;  // the first of equals
        loss_sum += logarithm(total) + high - own;
        right_sum += best;
      } else {
        for (int o = 0; o < out; o++) {
          V value = load(logit + o * W), target = all(y[o]), off = value - target;
          if (job->loss == BCE) {
            loss_sum += binary_loss(value, target) / (real)out;
            right_sum += (y[o] > (real)0.5 ? (value > 0 ? all(1) : all(0)) : (value > 0 ? all(0) : all(1))) / (real)out;
          } else {
            loss_sum += off * off / (real)out;
            right_sum += off * off / (real)out;
          }
        }
      }
    }
  }

  void score(const Activation *a, V &loss_mean, V &right_mean) {
    V loss_sum{}, right_sum{};
    int r = 0;
    for (; r + 4 <= job->held_rows; r += 4) score_some<4>(a, r, loss_sum, right_sum);
    for (; r < job->held_rows; r++) score_some<1>(a, r, loss_sum, right_sum);
    loss_mean = loss_sum / (real)job->held_rows;
    right_mean = right_sum / (real)job->held_rows;
  }

  template <class Probe> void train(int lanes, const int64_t *members, Probe &probe) {
    const Activation *a = job->activation + job->activation_of[members[0]];
    machine.held = nullptr;
    carried.grow(above.size);
    pack((const real *)job->weights, weights, lanes, members);
    const bool averages = job->optimizer != SGD, squares = averages && job->optimizer != MOMENTUM;
    if (averages) pack((const real *)job->first, first, lanes, members);
    if (squares) pack((const real *)job->second, second, lanes, members);
    V rate;
    for (int k = 0; k < W; k++) rate[k] = (real)job->rate[members[k < lanes ? k : 0]];
    int point = 0, shot = 0, counted = 0;
    lost = V{};
    for (int t = 0; t < job->steps && !cancelled(job); t++) {
      const int32_t *rows = job->order + (int64_t)t * job->batch;
      if (shot < job->snapshots && job->snapshot[shot] == t) {
        unpack(weights, (real *)job->weights, lanes, members);
        for (int k = 0; k < lanes; k++) probe.look(members[k], shot, rows);
        shot++;
      }
      const bool wanted = point < job->points && job->point[point] - t <= job->loss_window;
      unfit = V{};
      step(a, rows, wanted);
      counted += wanted;
      for (int k = 0; k < lanes; k++)
        if (unfit[k] != 0 && job->diverged[members[k]] == 0)
          job->diverged[members[k]] = job->steps_before + t + 1;
      optimize(job, weights, first, second, gradient, (int64_t)parameters * W, rate, job->steps_before + t + 1);
      if (point < job->points && job->point[point] == t + 1) {
        V held, right;
        score(a, held, right);
        for (int k = 0; k < lanes; k++) {
          float *to = job->curve + (members[k] * job->points + point) * 3;
          to[0] = (float)(lost[k] / counted), to[1] = (float)held[k], to[2] = (float)right[k];
        }
        point++, counted = 0, lost = V{};
      }
      count(job, lanes);
    }
    unpack(weights, (real *)job->weights, lanes, members);
    if (averages) unpack(first, (real *)job->first, lanes, members);
    if (squares) unpack(second, (real *)job->second, lanes, members);
  }
};

}  // namespace
