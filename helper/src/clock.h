// The clock that nobody sets.
#ifndef MOORING_CLOCK_H
#define MOORING_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t clock_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static inline int64_t clock_ms(void) { return (int64_t)(clock_ns() / 1000000); }

#endif
