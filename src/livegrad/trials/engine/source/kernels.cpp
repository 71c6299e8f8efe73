// One precision at one level of instructions: compiled once for each, so that everything is in an unnamed namespace.
#include <algorithm>
#include <thread>
#include <vector>

#include "lanes.h"
#include "single.h"

namespace {

// Subnormal numbers are taken as 0 while training: each would cost the processor a hundred operations.
struct FlushSubnormals {
#if defined(__SSE2__)
  unsigned before = _mm_getcsr();
  FlushSubnormals() { _mm_setcsr(before | 0x8040); }
  ~FlushSubnormals() { _mm_setcsr(before); }
#elif defined(__aarch64__)
  uint64_t before;
  FlushSubnormals() {
    asm volatile("mrs %0, fpcr" : "=r"(before));
    asm volatile("msr fpcr, %0" ::"r"(before | (1ull << 24)));
  }
  ~FlushSubnormals() { asm volatile("msr fpcr, %0" ::"r"(before)); }
#endif
};

// Vector operations for one network and step, about: what decides between the kernels. Only the shape decides, not how many
// networks there are: a network must come out the same in whatever company it is trained.
double cost_of_lanes(const Job *job) {
  double products = 0, units = 0, parameters = parameter_count(job);
  for (int l = 0; l < job->layers; l++) {
    products += (l ? 3.0 : 2.0) * job->sizes[l] * job->sizes[l + 1];
    units += job->sizes[l + 1];
  }
  return (job->batch * (products * LANE_PRODUCT + units * 14) + parameters * 14) / W;
}

double cost_of_single(const Job *job) {
  double products = 0, units = 0, parameters = 0, calls = 0;
  for (int l = 0; l < job->layers; l++) {
    const int in = (job->sizes[l] + W - 1) / W, out = (job->sizes[l + 1] + W - 1) / W;
    products += 2.0 * job->sizes[l] * out + (l ? job->sizes[l + 1] * in : 0);
    units += out;
    parameters += (job->sizes[l] + 1.0) * out;
    calls += 3;
  }
  return job->batch * (products + units * 18 + 6) + parameters * 16 + calls * 40;
}

struct Work {
  std::vector<int64_t> members;      // networks, those of one block beside each other
  std::vector<int64_t> starts;       // of the blocks; one more at the end
};

Work divided(const Job *job, bool lanes) {
  Work work;
  for (int a = 0; a < job->activations; a++) {
    int held = 0;
    for (int64_t k = 0; k < job->networks; k++) {
      if (job->activation_of[k] != a) continue;
      if (held == 0) work.starts.push_back((int64_t)work.members.size());
      work.members.push_back(k);
      held = (held + 1) % (lanes ? W : 1);
    }
  }
  work.starts.push_back((int64_t)work.members.size());
  return work;
}

template <class Train> void on_workers(const Job *job, int64_t blocks, Train train) {
  int64_t next = 0;
  bool failed = false;
  auto work = [&]() {
    FlushSubnormals flush;
    try {
      train([&]() { return __atomic_fetch_add(&next, 1, __ATOMIC_RELAXED); });
    } catch (const std::bad_alloc &) {
      __atomic_store_n(&failed, true, __ATOMIC_RELAXED);
    }
  };
  const int64_t workers = std::max<int64_t>(1, std::min<int64_t>(job->workers, blocks));
  std::vector<std::thread> others;
  for (int64_t i = 1; i < workers; i++) others.emplace_back(work);
  work();
  for (auto &one : others) one.join();
  if (failed) throw std::bad_alloc();
}

int run(const Job *job) {
  if (!Single::fits(job)) return 3;
  bool lanes = Lanes::fits(job) && cost_of_lanes(job) < cost_of_single(job);
  if (job->kernel == LANES && Lanes::fits(job)) lanes = true;
  if (job->kernel == SINGLE) lanes = false;
  const Work work = divided(job, lanes);
  const int64_t blocks = (int64_t)work.starts.size() - 1;
  on_workers(job, blocks, [&](auto take) {
    Probe probe(job);
    if (lanes) {
      Lanes kernel;
      kernel.prepare(job);
      for (int64_t b = take(); b < blocks && !cancelled(job); b = take())
        kernel.train((int)(work.starts[b + 1] - work.starts[b]), work.members.data() + work.starts[b], probe);
    } else {
      Single kernel;
      kernel.prepare(job);
      for (int64_t b = take(); b < blocks && !cancelled(job); b = take()) kernel.train(work.members[b], probe);
    }
  });
  return cancelled(job) ? 1 : 0;
}

// Value and slope at n places; learned numbers are constants here.
int values(const Activation *a, int64_t n, const void *x, void *f, void *slope) {
  Machine machine;
  Array<real> h, d;
  const int64_t tiles = (n + TILE * W - 1) / (TILE * W) * (TILE * W);
  h.grow(tiles), d.grow(tiles);
  memcpy(h, x, sizeof(real) * n);
  activate(a, machine, h, d, (int)tiles, nullptr, nullptr, 0);
  memcpy(f, h, sizeof(real) * n);
  memcpy(slope, d, sizeof(real) * n);
  return 0;
}

}  // namespace

#define JOINED(a, b) a##b
#define NAMED(a, b) JOINED(a, b)

extern "C" {
// 0: trained to the end; 1: cancelled; 2: not enough memory; 3: too many layers.
int NAMED(train_, REAL)(const Job *job) {
  try {
    return run(job);
  } catch (const std::bad_alloc &) {
    return 2;
  }
}
int NAMED(evaluate_, REAL)(const Activation *a, int64_t n, const void *x, void *f, void *slope) {
  try {
    return values(a, n, x, f, slope);
  } catch (const std::bad_alloc &) {
    return 2;
  }
}
}
