#include "bpf_ring.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

// A record: | length u32, with the two bits | page u32 | data, up to the next multiple of 8 |
#define BUSY (1u << 31)
#define DISCARDED (1u << 30)
#define HEAD_BYTES 8

int ring_map(struct bpf_ring *ring, int map, size_t bytes) {
  *ring = (struct bpf_ring){.page = (size_t)sysconf(_SC_PAGESIZE), .bytes = bytes};
  void *consumer = mmap(NULL, ring->page, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
  if (consumer == MAP_FAILED) return -errno;
  ring->consumer = consumer;
  void *producer = mmap(NULL, ring->page + 2 * bytes, PROT_READ, MAP_SHARED, map, (off_t)ring->page);
  if (producer == MAP_FAILED) {
    int error = -errno;
    ring_unmap(ring);
    return error;
  }
  ring->producer = producer;
  return 0;
}

void ring_unmap(struct bpf_ring *ring) {
  if (ring->consumer) munmap(ring->consumer, ring->page);
  if (ring->producer) munmap(ring->producer, ring->page + 2 * ring->bytes);
  *ring = (struct bpf_ring){0};
}

int ring_take(struct bpf_ring *ring, int most, void (*take)(void *context, const void *record, size_t length), void *context) {
  unsigned long *position = (unsigned long *)ring->consumer;
  unsigned long at = *position;
  int taken = 0;
  while (taken < most && at < __atomic_load_n((unsigned long *)ring->producer, __ATOMIC_ACQUIRE)) {
    const uint8_t *record = ring->producer + ring->page + (at & (ring->bytes - 1));
    uint32_t length = __atomic_load_n((const uint32_t *)record, __ATOMIC_ACQUIRE);
    if (length & BUSY) break;
    if (!(length & DISCARDED)) take(context, record + HEAD_BYTES, length);
    at += (HEAD_BYTES + (length & ~DISCARDED) + 7) / 8 * 8;
    taken += 1;
    __atomic_store_n(position, at, __ATOMIC_RELEASE);
  }
  return taken;
}
