#include "bpf_pace.h"

#include "check.h"

#define PAUSE 1000

static void one_alone_wakes(void) {
  struct pace pace = {.least_ns = PAUSE};
  for (uint64_t now = 5000; now < 50000; now += 2 * PAUSE) {
    CHECK(pace_is_due(&pace, now));
    CHECK(!pace_taken(&pace, 1, now) && !pace_looks(&pace));
    CHECK(pace_wait_ns(&pace, 90000, now) == 90000);
  }
}

static void where_they_come_soon_it_looks_once_a_pause(void) {
  struct pace pace = {.least_ns = PAUSE};
  CHECK(!pace_taken(&pace, 1, 5000));
  CHECK(pace_taken(&pace, 3, 5400) && pace_looks(&pace));
  CHECK(!pace_is_due(&pace, 5401) && pace_is_due(&pace, 6400));
  CHECK(pace_wait_ns(&pace, 90000, 5500) == 900);
  CHECK(pace_wait_ns(&pace, 20, 5500) == 20);
  CHECK(pace_wait_ns(&pace, 90000, 7000) == 0);
  CHECK(!pace_taken(&pace, 9, 6400) && pace_looks(&pace) && !pace_is_due(&pace, 7399));
  // Until it finds none; one that was on its way then is looked for once more.
  CHECK(pace_taken(&pace, 0, 7400) && !pace_looks(&pace) && pace_is_due(&pace, 7400));
  CHECK(pace_wait_ns(&pace, 90000, 7400) == PAUSE);
  CHECK(!pace_taken(&pace, 0, 8400) && pace_wait_ns(&pace, 90000, 8400) == 90000);
}

static void who_reports_seldom_waits_longer(void) {
  struct pace pace = {.least_ns = PAUSE};
  const struct {
    uint64_t after_ns, pause_ns;
  } table[] = {{PAUSE, PAUSE}, {4 * PAUSE, PAUSE}, {10 * PAUSE, 5 * PAUSE / 2}, {15 * PAUSE, 15 * PAUSE / 4}, {100 * PAUSE, 4 * PAUSE}, {UINT64_MAX, 4 * PAUSE}, {2 * PAUSE, PAUSE}};
  CHECK(!pace_taken(&pace, 1, 5000) && pace_taken(&pace, 1, 5400));
  uint64_t now = 6400;
  for (size_t i = 0; i < sizeof table / sizeof *table; i += 1) {
    for (int report = 0; report < 400; report += 1) pace_reported(&pace, table[i].after_ns);
    CHECK(!pace_taken(&pace, 2, now));
    uint64_t wait_ns = pace_wait_ns(&pace, 90000, now);
    CHECK(wait_ns <= table[i].pause_ns && wait_ns + 10 >= table[i].pause_ns);
    now += table[i].pause_ns;
  }
  // What comes soon is told by the least pause.
  pace = (struct pace){.least_ns = PAUSE, .every_ns = 100 * PAUSE};
  for (now = 5000; now < 50000; now += 3 * PAUSE) CHECK(!pace_taken(&pace, 1, now) && !pace_looks(&pace));
}

static void without_a_pause_each_wakes(void) {
  struct pace pace = {0};
  for (uint64_t now = 1; now < 100; now += 1) {
    CHECK(pace_is_due(&pace, now) && !pace_taken(&pace, 5, now) && !pace_looks(&pace));
    CHECK(pace_wait_ns(&pace, 77, now) == 77);
  }
}

int main(void) {
  one_alone_wakes();
  where_they_come_soon_it_looks_once_a_pause();
  who_reports_seldom_waits_longer();
  without_a_pause_each_wakes();
  puts("pace: ok");
}
