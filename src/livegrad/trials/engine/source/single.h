// One wide network at a time, whole minibatches: vectors run over the units of a layer. A network is trained to the end
// while its weights, averages and activations stay in the second cache.
#pragma once
#include "product.h"
#include "training.h"

namespace {

struct Single {
  const Job *job;
  Machine machine;
  int layers = 0, batch = 0, columns = 0;
  int padded[513], apart[513];       // units in whole vectors; distance of samples
  int64_t weights_at[512], shape_at[512], at_layer[513];
  int64_t learned_at = 0, scales_at = 0, numbers = 0, span = 0;
  int own_scale[513];
  Array<int64_t> place;              // of each parameter, in the order Python has
  int parameters = 0;
  Array<real> weights, gradient, first, second, statistics;
  Array<real> x, values, slopes, branch, by_learned, normal, delta, up, carried, turned, spread;
  Array<real> targets;
  real loss_sum = 0;
  bool unfit = false;
  bool looking = false;  // whether slopes are still to be read after the backward pass

  static bool fits(const Job *job) { return job->layers < 512; }

  void prepare(const Job *j) {
    job = j, layers = j->layers, batch = j->batch, columns = target_columns(j);
    parameters = parameter_count(j);
    int widest = 0;
    for (int l = 0; l <= layers; l++) {
      padded[l] = (j->sizes[l] + W - 1) / W * W;
      apart[l] = leading(padded[l]);
      widest = std::max(widest, apart[l]);
    }
    numbers = span = 0;
    for (int l = 0; l < layers; l++) {
      weights_at[l] = numbers;
      numbers += (int64_t)(j->sizes[l] + 1) * padded[l + 1];
      at_layer[l + 1] = span;
      span += whole_tiles((int64_t)batch * apart[l + 1]);
    }
    for (int l = 1; l < layers && j->batch_norm; l++) shape_at[l] = numbers, numbers += 2 * padded[l];
    learned_at = numbers;
    numbers += (learned_scalars(j) * (layers - 1) + W - 1) / W * W;
    scales_at = numbers;
    int scales = 0;
    for (int l = 0; l <= layers; l++) own_scale[l] = j->skip == REZERO && skips(j, l) ? scales++ : -1;
    numbers += (scales + W - 1) / W * W;
    find_places();
    for (Array<real> *a : {&weights, &gradient, &first, &second}) a->grow(numbers);
    const int64_t plane = whole_tiles((int64_t)batch * widest);
    x.grow((int64_t)batch * apart[0]);
    values.grow(span), slopes.grow(span);
    by_learned.grow(span * learned_scalars(j));
    if (j->skip == REZERO) branch.grow(span);
    if (j->batch_norm) normal.grow(span), statistics.grow((int64_t)4 * widest * layers);
    for (Array<real> *a : {&delta, &up, &carried}) a->grow(plane);
    turned.grow((int64_t)(widest + W) * (widest + W));
    turned.clear();
    spread.grow((learned_scalars(j) + 1) * W);
    targets.grow((int64_t)batch * columns);
  }

  static int64_t whole_tiles(int64_t n) { return (n + TILE * W - 1) / (TILE * W) * (TILE * W); }

  void find_places() {
    place.grow(parameters);
    int64_t p = 0;
    for (int l = 0; l < layers; l++)
      for (int i = 0; i <= job->sizes[l]; i++)
        for (int o = 0; o < job->sizes[l + 1]; o++) place[p++] = weights_at[l] + (int64_t)i * padded[l + 1] + o;
    for (int l = 1; l < layers && job->batch_norm; l++)
      for (int half = 0; half < 2; half++)
        for (int o = 0; o < job->sizes[l]; o++) place[p++] = shape_at[l] + half * padded[l] + o;
    for (int j = 0; j < learned_scalars(job) * (layers - 1); j++) place[p++] = learned_at + j;
    for (int64_t s = scales_at; p < parameters; s++) place[p++] = s;
  }

  void pack(const void *all_networks, real *to, int64_t k) {
    const real *from = (const real *)all_networks + k * parameters;
    for (int p = 0; p < parameters; p++) to[place[p]] = from[p];
  }
  void unpack(const real *from, void *all_networks, int64_t k) {
    real *to = (real *)all_networks + k * parameters;
    for (int p = 0; p < parameters; p++) to[p] = from[place[p]];
  }

  real *unit(Array<real> &of, int l) { return of + at_layer[l]; }
  real *mean_of(int l) { return statistics + (int64_t)4 * apart_most() * (l - 1); }
  int apart_most() const {
    int most = 0;
    for (int l = 0; l <= layers; l++) most = std::max(most, apart[l]);
    return most;
  }

  void gather(const void *inputs, const void *wanted, const int32_t *rows, int from, int n) {
    const int in = job->sizes[0];
    for (int s = 0; s < n; s++) {
      const int64_t row = rows ? rows[s] : from + s;
      memcpy(x + (int64_t)s * apart[0], (const real *)inputs + row * in, sizeof(real) * in);
      memcpy(targets + (int64_t)s * columns, (const real *)wanted + row * columns, sizeof(real) * columns);
    }
  }

  // ------------------------------------------------------------ forwards

  void forward(const Activation *a, int n, real *running, bool training) {
    for (int l = 0; l < layers; l++) {
      const real *w = weights + weights_at[l];
      real *h = unit(values, l + 1);
      const bool narrow = apart[l] == 16 && padded[l + 1] == W && l + 1 < layers && !job->batch_norm;
      if (narrow && activated_layer(a, l ? unit(values, l) : (real *)x, w, h, unit(slopes, l + 1), apart[l + 1], n, job->sizes[l])) {
        add_input(l + 1, n);
        continue;
      }
      product(l ? unit(values, l) : (real *)x, apart[l], w, padded[l + 1], h, apart[l + 1], n, padded[l + 1] / W,
              job->sizes[l], w + (int64_t)job->sizes[l] * padded[l + 1]);
      if (l + 1 < layers) finish(a, l + 1, n, running, training);
    }
  }

  void finish(const Activation *a, int l, int n, real *running, bool training) {
    real *h = unit(values, l);
    if (job->batch_norm) normalise(l, n, running, training);
    for (int j = 0; j < a->learned; j++) store(spread + j * W, all(weights[learned_at + (l - 1) * a->learned + j]));
    if (apart[l] == padded[l]) {
      const int64_t all_units = (int64_t)n * apart[l];
      activate(a, machine, h, unit(slopes, l), (int)whole_tiles(all_units), spread,
               a->learned ? unit(by_learned, l) : nullptr, span);
    } else if (a->builtin >= 0 && padded[l] % (2 * W) == 0) {
      for (int s = 0; s < n; s++)
        activate(a, machine, h + (int64_t)s * apart[l], unit(slopes, l) + (int64_t)s * apart[l], padded[l], spread, nullptr, 0);
    } else {
      activate(a, machine, h, unit(slopes, l), (int)whole_tiles((int64_t)n * apart[l]), spread,
               a->learned ? unit(by_learned, l) : nullptr, span);
    }
    add_input(l, n);
  }

  void add_input(int l, int n) {  // where a layer skips
    if (!skips(job, l)) return;
    real *h = unit(values, l);
    const real scale = own_scale[l] < 0 ? (real)1 : weights[scales_at + own_scale[l]];
    const real *before = unit(values, l - 1);
    const int64_t size = (int64_t)n * apart[l];
    if (own_scale[l] >= 0) memcpy(unit(branch, l), h, sizeof(real) * size);
    for (int64_t i = 0; i < size; i += W) store(h + i, fma(all(scale), load(h + i), load(before + i)));
  }

  void normalise(int l, int n, real *running, bool training) {
    const int units = padded[l], rows = apart[l];
    real *z = unit(values, l), *kept = unit(normal, l), *mean = mean_of(l), *root = mean + rows;
    const real *scale = weights + shape_at[l], *shift = scale + units;
    for (int before = 1; before < l; before++) running += 2 * job->sizes[before];
    for (int o = 0; o < units; o += W) {
      V average{}, square{};
      if (training) {
        for (int s = 0; s < n; s++) average += load(z + (int64_t)s * rows + o);
        average /= (real)n;
        for (int s = 0; s < n; s++) {
          V off = load(z + (int64_t)s * rows + o) - average;
          square = fma(off, off, square);
        }
        square /= (real)n;
        for (int k = 0; k < W && o + k < job->sizes[l]; k++) {  // as PyTorch: momentum 0.1, variance unbiased
          real *m = running + o + k, *v = running + job->sizes[l] + o + k;
          *m += (real)0.1 * (average[k] - *m);
          *v += (real)0.1 * (square[k] * n / (n > 1 ? n - 1 : 1) - *v);
        }
      } else {
        for (int k = 0; k < W && o + k < job->sizes[l]; k++)
          average[k] = running[o + k], square[k] = running[job->sizes[l] + o + k];
      }
      V r = 1 / square_root(square + (real)1e-5);
      store(mean + o, average), store(root + o, r);
      for (int s = 0; s < n; s++) {
        const int64_t at = (int64_t)s * rows + o;
        V y = (load(z + at) - average) * r;
        store(kept + at, y);
        store(z + at, fma(load(scale + o), y, load(shift + o)));
      }
    }
  }

  // ------------------------------------------------------------ backwards

  // From `delta`, the gradient by the logits, to the gradient by all parameters.
  template <class Watch> void backward(const Activation *a, Watch watch) {
    const bool plain = job->skip == NO_SKIP && a->learned == 0 && !job->batch_norm && !looking;
    if (!plain) memset(gradient + learned_at, 0, sizeof(real) * (numbers - learned_at));
    real *d = delta, *next = up;
    for (int l = layers - 1; l >= 0; l--) {
      const int in = job->sizes[l], rows = apart[l + 1];
      const int64_t size = (int64_t)batch * rows;
      const bool skip = l + 1 < layers && skips(job, l + 1);
      if (l + 1 < layers) {
        if (skip) memcpy(carried, d, sizeof(real) * size);
        if (!plain) through_activation(a, d, l + 1);
      }
      real *g = gradient + weights_at[l];
      const int units = padded[l + 1];
      product_of_transposed(l ? unit(values, l) : (real *)x, apart[l], d, rows, g, units, in, units / W, batch);
      sum_of_rows(d, rows, units, g + (int64_t)in * units);
      watch(l, d);
      if (l == 0) return;
      turn(l);
      // In the plain case the gradient takes the place of the slopes, which are needed for the last time.
      real *to = plain ? unit(slopes, l) : next;
      product(d, rows, turned, padded[l], to, apart[l], batch, padded[l] / W, job->sizes[l + 1], nullptr, plain ? to : nullptr);
      if (skip)
        for (int64_t i = 0; i < (int64_t)batch * apart[l]; i += W) store(to + i, load(to + i) + load(carried + i));
      next = plain ? next : d;
      d = to;
    }
  }

  void multiply(real *d, const real *slope, int l) {
    if (apart[l] == padded[l]) {
      const int64_t size = (int64_t)batch * apart[l];
      for (int64_t i = 0; i < size; i += W) store(d + i, load(d + i) * load(slope + i));
      return;
    }
    for (int s = 0; s < batch; s++)
      for (int o = 0; o < padded[l]; o += W) {
        const int64_t i = (int64_t)s * apart[l] + o;
        store(d + i, load(d + i) * load(slope + i));
      }
  }

  void sum_of_rows(const real *d, int rows, int units, real *to) {
    for (int o = 0; o < units; o += W) {
      V even{}, odd{};
      int s = 0;
      for (; s + 2 <= batch; s += 2) even += load(d + (int64_t)s * rows + o), odd += load(d + (int64_t)(s + 1) * rows + o);
      if (s < batch) even += load(d + (int64_t)s * rows + o);
      store(to + o, even + odd);
    }
  }

  void turn(int l) {  // the weights of layer l with rows and columns exchanged; zeros where there is no unit
    const int in = job->sizes[l], units = padded[l + 1], to = padded[l];
    const real *w = weights + weights_at[l];
    for (int i = 0; i < in; i += W)
      for (int o = 0; o < units; o += W) {
        if (i + W <= in) {
          transpose_square(w + (int64_t)i * units + o, units, turned + (int64_t)o * to + i, to);
          continue;
        }
        for (int r = 0; r < W; r++)
          for (int c = 0; c < W; c++)
            turned[(int64_t)(o + c) * to + i + r] = i + r < in ? w[(int64_t)(i + r) * units + o + c] : 0;
      }
  }

  void through_activation(const Activation *a, real *d, int l) {
    const real *slope = unit(slopes, l);
    const real scale = own_scale[l] < 0 ? (real)1 : weights[scales_at + own_scale[l]];
    if (own_scale[l] >= 0) gradient[scales_at + own_scale[l]] = dot(d, unit(branch, l), l);
    for (int j = 0; j < a->learned; j++)
      gradient[learned_at + (l - 1) * a->learned + j] = scale * dot(d, unit(by_learned, l) + j * span, l);
    multiply(d, slope, l);
    if (own_scale[l] >= 0)
      for (int64_t i = 0; i < (int64_t)batch * apart[l]; i += W) store(d + i, load(d + i) * scale);
    if (job->batch_norm) through_norm(d, l);
  }

  real dot(const real *a, const real *b, int l) {
    V sum{};
    for (int s = 0; s < batch; s++)
      for (int o = 0; o < padded[l]; o += W) {
        const int64_t i = (int64_t)s * apart[l] + o;
        sum = fma(load(a + i), load(b + i), sum);
      }
    return total(sum);
  }

  void through_norm(real *d, int l) {
    const int units = padded[l], rows = apart[l];
    const real *kept = unit(normal, l), *root = mean_of(l) + rows, *scale = weights + shape_at[l];
    real *g = gradient + shape_at[l];
    for (int o = 0; o < units; o += W) {
      V shift{}, along{};
      for (int s = 0; s < batch; s++) {
        V y = load(d + (int64_t)s * rows + o);
        shift += y;
        along = fma(y, load(kept + (int64_t)s * rows + o), along);
      }
      store(g + o, along), store(g + units + o, shift);
      V factor = load(scale + o) * load(root + o), a = shift / (real)batch, b = along / (real)batch;
      for (int s = 0; s < batch; s++) {
        const int64_t i = (int64_t)s * rows + o;
        store(d + i, factor * (load(d + i) - a - load(kept + i) * b));
      }
    }
  }

  // ------------------------------------------------------------ loss

  void loss(bool wanted) {
    const int out = job->sizes[layers], rows = apart[layers], units = padded[layers];
    const real *z = unit(values, layers);
    const real share = (real)1 / batch, each_one = share / out;
    V off_limits{};
    for (int s = 0; s < batch; s++)
      for (int o = 0; o < units; o += W) {
        V value = load(z + (int64_t)s * rows + o), difference = value - value;
        off_limits = difference == 0 ? off_limits : all(1);
      }
    unfit = total(off_limits) != 0;
    if (job->loss == CROSS_ENTROPY) return classes(wanted);
    if (out > 1 || job->loss == MSE) {
      for (int s = 0; s < batch; s++)
        for (int o = 0; o < units; o += W) {
          V value = load(z + (int64_t)s * rows + o), y{};
          I real_unit{};
          for (int k = 0; k < W && o + k < out; k++) y[k] = targets[(int64_t)s * out + o + k], real_unit[k] = -1;
          V off = job->loss == BCE ? logistic(value) - y : 2 * (value - y);
          store(delta + (int64_t)s * rows + o, bits(bits(off * each_one) & real_unit));
          if (wanted) {
            V l = job->loss == BCE ? binary_loss(value, y) : (value - y) * (value - y);
            loss_sum += total(bits(bits(l) & real_unit)) * each_one;
          }
        }
      return;
    }
    for (int s = 0; s < batch; s += W) {  // one logit: samples side by side
      V value{}, y{};
      const int n = std::min(W, batch - s);
      for (int k = 0; k < n; k++) value[k] = z[(int64_t)(s + k) * rows], y[k] = targets[s + k];
      V off = (logistic(value) - y) * share, l = binary_loss(value, y) * share;
      for (int k = 0; k < n; k++) {
        real *d = delta + (int64_t)(s + k) * rows;
        for (int o = 0; o < units; o += W) store(d + o, V{});
        d[0] = off[k];
        if (wanted) loss_sum += l[k];
      }
    }
  }

  void classes(bool wanted) {
    const int out = job->sizes[layers], rows = apart[layers], units = padded[layers];
    const real *z = unit(values, layers);
    const real share = (real)1 / batch;
    const int last = (out - 1) / W * W;  // where the block with the last classes begins
    I belongs{};
    for (int k = 0; k < W; k++) belongs[k] = last + k < out ? -1 : 0;
    for (int s = 0; s < batch; s++) {
      const real *logit = z + (int64_t)s * rows;
      real *d = delta + (int64_t)s * rows, high = logit[0];
      for (int o = 1; o < out; o++) high = logit[o] > high ? logit[o] : high;
      V sum{};
      for (int o = 0; o < units; o += W) {
        V e = exponential(load(logit + o) - high);
        if (o >= last) e = o == last ? bits(bits(e) & belongs) : V{};
        store(d + o, e);
        sum += e;
      }
      const real all_of_them = total(sum);
      const int right = (int)targets[s];
      const V part = all(share / all_of_them);
      for (int o = 0; o < units; o += W) store(d + o, load(d + o) * part);
      if (wanted) loss_sum += (std::log(all_of_them) + high - logit[right]) * share;
      d[right] -= share;
    }
  }

  // ------------------------------------------------------------ a network to the end

  real *running(int64_t k) { return job->batch_norm ? (real *)job->running + k * 2 * hidden_units(job) : nullptr; }

  void score(const Activation *a, int64_t k, float *to) {
    const int out = job->sizes[layers];
    double loss = 0, right = 0;
    for (int from = 0; from < job->held_rows; from += batch) {
      const int n = std::min(batch, job->held_rows - from);
      gather(job->held_inputs, job->held_targets, nullptr, from, n);
      forward(a, n, running(k), false);
      for (int s = 0; s < n; s++) {
        const real *logit = unit(values, layers) + (int64_t)s * apart[layers], *y = targets + (int64_t)s * columns;
        if (job->loss == CROSS_ENTROPY) {
          real high = logit[0];
          int best = 0;
          for (int o = 1; o < out; o++)
            if (logit[o] > high) high = logit[o], best = o;
          double sum = 0;
          for (int o = 0; o < out; o++) sum += std::exp((double)(logit[o] - high));
          loss += std::log(sum) + high - logit[(int)y[0]];
          right += best == (int)y[0] && high == high;
        } else {
          for (int o = 0; o < out; o++) {
            const double off = logit[o] - y[o];
            loss += (job->loss == BCE ? one_binary_loss(logit[o], y[o]) : off * off) / out;
            right += (job->loss == BCE ? (logit[o] > 0) == (y[o] > (real)0.5) && off == off : off * off) / out;
          }
        }
      }
    }
    to[0] = (float)(loss / job->held_rows), to[1] = (float)(right / job->held_rows);
  }
  template <class Watch>
  void one_step(const Activation *a, const int32_t *rows, bool wanted, real *state, Watch watch) {
    gather(job->inputs, job->targets, rows, 0, batch);
    forward(a, batch, state, true);
    loss(wanted);
    backward(a, watch);
  }

  template <class Probe> void train(int64_t k, Probe &probe) {
    const Activation *a = job->activation + job->activation_of[k];
    machine.held = nullptr;
    weights.clear(), first.clear(), second.clear(), gradient.clear();
    const bool averages = job->optimizer != SGD, squares = averages && job->optimizer != MOMENTUM;
    pack(job->weights, weights, k);
    if (averages) pack(job->first, first, k);
    if (squares) pack(job->second, second, k);
    const V rate = all((real)job->rate[k]);
    int point = 0, shot = 0, counted = 0;
    loss_sum = 0;
    for (int t = 0; t < job->steps && !cancelled(job); t++) {
      const int32_t *rows = job->order + (int64_t)t * batch;
      if (shot < job->snapshots && job->snapshot[shot] == t) {
        unpack(weights, job->weights, k);
        probe.look(k, shot++, rows);
      }
      const bool wanted = point < job->points && job->point[point] - t <= job->loss_window;
      one_step(a, rows, wanted, running(k), [](int, const real *) {});
      counted += wanted;
      if (unfit && job->diverged[k] == 0) job->diverged[k] = job->steps_before + t + 1;
      optimize(job, weights, first, second, gradient, numbers, rate, job->steps_before + t + 1);
      if (point < job->points && job->point[point] == t + 1) {
        float *to = job->curve + (k * job->points + point) * 3;
        to[0] = (float)(loss_sum / counted);
        score(a, k, to + 1);
        point++, counted = 0, loss_sum = 0;
      }
      count(job, 1);
    }
    unpack(weights, job->weights, k);
    if (averages) unpack(first, job->first, k);
    if (squares) unpack(second, job->second, k);
  }
};

// The flow through one network at one minibatch, for whichever kernel trains it.
struct Probe {
  const Job *job;
  Single network;
  bool ready = false;
  Array<real> state;

  explicit Probe(const Job *j) : job(j) {}

  void look(int64_t k, int shot, const int32_t *rows) {
    if (!ready) network.prepare(job), network.looking = ready = true;
    Single &n = network;
    const Activation *a = job->activation + job->activation_of[k];
    n.machine.held = nullptr;
    n.weights.clear();
    n.pack(job->weights, n.weights, k);
    const int64_t kept = 2 * hidden_units(job);
    if (job->batch_norm) {  // looking must not change what is running
      state.grow(kept);
      memcpy(state, n.running(k), sizeof(real) * kept);
    }
    float *to = job->flow + (k * job->snapshots + shot) * job->layers * MEASURES;
    n.one_step(a, rows, false, state, [&](int l, const real *d) { measure(a, l, d, to + l * MEASURES); });
  }

  void measure(const Activation *a, int l, const real *d, float *to) {
    Single &n = network;
    const int in = job->sizes[l], out = job->sizes[l + 1];
    const real *g = n.gradient + n.weights_at[l];
    double size = 0, weight = 0;
    int locked = 0, dead = 0;
    int64_t saturated = 0;
    for (int s = 0; s < n.batch; s++)
      for (int o = 0; o < out; o++) size += (double)d[(int64_t)s * n.apart[l + 1] + o] * d[(int64_t)s * n.apart[l + 1] + o];
    for (int o = 0; o < out; o++) {
      int up = 0, down = 0;
      for (int i = 0; i < in; i++) {
        const real v = g[(int64_t)i * n.padded[l + 1] + o];
        weight += (double)v * v;
        up += v > 0, down += v < 0;
      }
      locked += up + down > 1 && (up == 0 || down == 0);
      if (l + 1 == n.layers) continue;
      bool alive = false;
      for (int s = 0; s < n.batch; s++) {
        const real slope = n.unit(n.slopes, l + 1)[(int64_t)s * n.apart[l + 1] + o];
        alive |= slope != 0;
        saturated += std::fabs((double)slope) < a->saturated_below;
      }
      dead += !alive;
    }
    const bool hidden = l + 1 < n.layers;
    to[0] = (float)std::sqrt(size), to[1] = (float)std::sqrt(weight);
    to[2] = hidden ? (float)dead / out : 0;
    to[3] = hidden ? (float)saturated / ((float)out * n.batch) : 0;
    to[4] = (float)locked / out;
  }
};

}  // namespace
