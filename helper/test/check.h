// CHECK(condition): on failure one line with place and text, and the test program ends with 1.
#ifndef MOORING_CHECK_H
#define MOORING_CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define CHECK(condition)                                                                                               \
  do {                                                                                                                 \
    if (!(condition)) {                                                                                                \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                                  \
      exit(1);                                                                                                         \
    }                                                                                                                  \
  } while (0)

// A small generator with a printed seed, so that a failure can be run again: SEED=n make test.
static inline unsigned long next_random(unsigned long *state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}
static inline unsigned long seed_of(const char *name) {
  const char *given = getenv("SEED");
  unsigned long seed = given ? strtoul(given, NULL, 10) : (unsigned long)time(NULL) * 2654435761ul;
  printf("%s: seed %lu\n", name, seed);
  return seed ? seed : 1;
}

#endif
