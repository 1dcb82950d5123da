// Records the kernel's side has written, read from mapped memory (Documentation/bpf/ringbuf.rst).
#ifndef MOORING_BPF_RING_H
#define MOORING_BPF_RING_H

#include <stddef.h>
#include <stdint.h>

struct bpf_ring {
  uint8_t *consumer; // page with the position of the reader
  uint8_t *producer; // page with the position of the writers, then the data, twice in a row
  size_t page, bytes;
};

int ring_map(struct bpf_ring *ring, int map, size_t bytes);
void ring_unmap(struct bpf_ring *ring);
// Calls `take` with each record there is, at most `most`. Returns how many.
int ring_take(struct bpf_ring *ring, int most, void (*take)(void *context, const void *record, size_t length), void *context);

#endif
