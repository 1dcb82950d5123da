// A TPACKET_V3 receive ring: the kernel writes frames into blocks shared with us and hands each
// block over when it is full or old enough.
#ifndef MOORING_RING_H
#define MOORING_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ring_frame {
  uint64_t time_ns; // since 1970
  uint32_t length;  // on the link, with its VLAN tag
  // The frame in two parts, cut to the snap length: the first ends where a VLAN tag, which the
  // kernel keeps aside, was put back in.
  const uint8_t *first, *second;
  uint32_t first_length, second_length;
};

struct ring {
  int fd;
  uint8_t *memory;
  uint32_t block_bytes, blocks, current;
  uint32_t snap;
  // The block being read.
  const uint8_t *next;
  uint32_t left;
  uint8_t tagged[18];
};

// Before the socket is bound. Returns 0 or -errno. `retire_ms`: the longest a frame stays unseen.
int ring_open(struct ring *ring, int fd, uint32_t megabytes, uint32_t snap, uint32_t retire_ms);
// The next frame there is, or false where none is now. It is valid until the next call.
bool ring_next(struct ring *ring, struct ring_frame *frame);
void ring_close(struct ring *ring);

struct ring_counters {
  uint64_t received; // passed the filter
  uint64_t dropped;  // of these, had no room
};
// Adds what happened since the last call.
void ring_count(const struct ring *ring, struct ring_counters *counters);

#endif
