// What Python calls: which instructions this processor has, and training in either precision.
#include "job.h"

#if defined(_WIN32)
#define PUBLIC extern "C" __declspec(dllexport)
#else
#define PUBLIC extern "C" __attribute__((visibility("default")))
#endif

extern "C" {
int train_float(const Job *);
int train_double(const Job *);
int evaluate_float(const Activation *, int64_t, const void *, void *, void *);
int evaluate_double(const Activation *, int64_t, const void *, void *, void *);
}

PUBLIC int livegrad_version(void) { return 1; }

// The highest level of x86-64 that the processor and the system have; 0 elsewhere.
PUBLIC int livegrad_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    return 4;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2")) return 3;
  return 2;
#else
  return 0;
#endif
}

PUBLIC int livegrad_train(const Job *job) { return job->wide_numbers ? train_double(job) : train_float(job); }

PUBLIC int livegrad_evaluate(const Activation *a, int wide_numbers, int64_t n, const void *x, void *f, void *slope) {
  return wide_numbers ? evaluate_double(a, n, x, f, slope) : evaluate_float(a, n, x, f, slope);
}
