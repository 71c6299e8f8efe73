// Blocks of memory that begin on a cache line.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

inline void *aligned_block(int64_t bytes) {
  // over-allocated by hand: no aligned allocation is the same on all systems
  void *raw = malloc((size_t)bytes + 128);
  if (!raw) throw std::bad_alloc();
  uintptr_t start = ((uintptr_t)raw + 128) & ~(uintptr_t)63;
  ((void **)start)[-1] = raw;
  return (void *)start;
}
inline void release(void *block) {
  if (block) free(((void **)block)[-1]);
}

// An array of zeros that frees itself.
template <class T> struct Array {
  T *data = nullptr;
  int64_t size = 0;
  Array() = default;
  Array(const Array &) = delete;
  Array &operator=(const Array &) = delete;
  ~Array() { release(data); }
  void grow(int64_t n) {
    if (n <= size) return;
    release(data);
    data = nullptr;
    data = (T *)aligned_block(n * (int64_t)sizeof(T));
    size = n;
    clear();
  }
  void clear() { memset((void *)data, 0, (size_t)size * sizeof(T)); }
  operator T *() const { return data; }
};
