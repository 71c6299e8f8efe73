// What Python calls: which instructions this processor has, and training in either precision.
#include "job.h"

#include <initializer_list>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

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

#if defined(__x86_64__)
// Asked of the processor itself: __builtin_cpu_supports reads a variable that zig's runtime never fills, and then says no to everything.
static unsigned saved_by_the_system() {  // XCR0: which registers survive a switch to another program
  unsigned low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

static bool all(unsigned word, std::initializer_list<int> bits) {
  for (int bit : bits)
    if (!(word >> bit & 1)) return false;
  return true;
}
#endif

// The highest level of x86-64 that the processor and the system have; 0 elsewhere. Bits: Intel's manual, volume 2A, CPUID.
PUBLIC int livegrad_level(void) {
#if defined(__x86_64__)
  unsigned a, b, c, d, extended;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !all(c, {12, 22, 27, 28, 29})) return 2;  // FMA, MOVBE, OSXSAVE, AVX, F16C
  const unsigned saved = saved_by_the_system();
  if (!all(saved, {1, 2}) || !__get_cpuid(0x80000001, &a, &b, &extended, &d) || !all(extended, {5})) return 2;  // LZCNT
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !all(b, {3, 5, 8})) return 2;  // BMI1, AVX2, BMI2
  return all(saved, {5, 6, 7}) && all(b, {16, 17, 28, 30, 31}) ? 4 : 3;  // AVX-512 F, DQ, CD, BW, VL
#else
  return 0;
#endif
}

PUBLIC int livegrad_train(const Job *job) { return job->wide_numbers ? train_double(job) : train_float(job); }

PUBLIC int livegrad_evaluate(const Activation *a, int wide_numbers, int64_t n, const void *x, void *f, void *slope) {
  return wide_numbers ? evaluate_double(a, n, x, f, slope) : evaluate_float(a, n, x, f, slope);
}
