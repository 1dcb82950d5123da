// When the helper looks at the ring of records. Woken for each it would cost more than the reports: to wake it and the
// agent takes some 50 µs of the processors that the flows run on. As network cards do it (interrupt coalescing): a record
// that comes alone wakes at once; where the next comes within the pause nobody is woken any more, and the ring is looked
// at once a pause until it stays empty for one. Where flows
// report seldom they may wait for longer, a quarter of the time between two reports of a flow, up to four of the pauses that
// were asked for: 64 flows that share a processor hear of an ACK each 6 ms, whatever their round trip is.
#ifndef MOORING_BPF_PACE_H
#define MOORING_BPF_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct pace {
  uint64_t least_ns; // a pause; 0: woken for each record
  uint64_t pause_ns; // the one that is kept now
  uint64_t last_ns;  // when there was one
  uint64_t every_ns; // between two reports of a flow, lately
  uint64_t look_ns;  // when to look next; 0 where records wake
  // Records wake again, but one that was on its way while that was said does not: one look more.
  bool settles;
};

// Whether it is time to take records. While it looks by itself only its own time counts.
bool pace_is_due(const struct pace *pace, uint64_t now_ns);
// A flow has reported again after so long.
void pace_reported(struct pace *pace, uint64_t after_ns);
// After `taken` of them were taken. True where whoever writes them has to be told, and the ring looked at again.
bool pace_taken(struct pace *pace, int taken, uint64_t now_ns);
bool pace_looks(const struct pace *pace);
// How long to wait for anything at most; `left_ns` is what else is due.
uint64_t pace_wait_ns(const struct pace *pace, uint64_t left_ns, uint64_t now_ns);

#endif
