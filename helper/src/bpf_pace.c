#include "bpf_pace.h"

bool pace_looks(const struct pace *pace) { return pace->look_ns != 0; }

bool pace_is_due(const struct pace *pace, uint64_t now_ns) { return now_ns >= pace->look_ns; }

#define PAUSES_BETWEEN 4 // two reports of a flow
#define LONGEST 4        // of the least
#define SMOOTHING 16     // reports
#define LONG_AGO_NS 1000000000u

void pace_reported(struct pace *pace, uint64_t after_ns) {
  uint64_t bounded_ns = after_ns < LONG_AGO_NS ? after_ns : LONG_AGO_NS;
  pace->every_ns = (pace->every_ns * (SMOOTHING - 1) + bounded_ns) / SMOOTHING;
}

static uint64_t fitting_pause_ns(const struct pace *pace) {
  uint64_t fits_ns = pace->every_ns / PAUSES_BETWEEN, longest_ns = LONGEST * pace->least_ns;
  if (fits_ns < pace->least_ns) return pace->least_ns;
  return fits_ns < longest_ns ? fits_ns : longest_ns;
}

bool pace_taken(struct pace *pace, int taken, uint64_t now_ns) {
  bool looked = pace_looks(pace), came_soon = taken && now_ns - pace->last_ns < pace->least_ns;
  if (taken) {
    pace->last_ns = now_ns;
    pace->pause_ns = fitting_pause_ns(pace);
  }
  bool looks = looked ? taken != 0 : came_soon;
  pace->look_ns = looks ? now_ns + pace->pause_ns : 0;
  pace->settles = looked && !looks;
  return looks != looked;
}

uint64_t pace_wait_ns(const struct pace *pace, uint64_t left_ns, uint64_t now_ns) {
  uint64_t wait_ns = left_ns;
  if (pace_looks(pace)) wait_ns = pace->look_ns > now_ns ? pace->look_ns - now_ns : 0;
  else if (pace->settles) wait_ns = pace->pause_ns;
  return wait_ns < left_ns ? wait_ns : left_ns;
}
