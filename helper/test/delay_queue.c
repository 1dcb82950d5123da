#include "delay_queue.h"

#include <string.h>

#include "check.h"

// Against a plain list of what went in.
static void keeps_order_and_bytes_around_the_end(void) {
  unsigned long state = seed_of("delay_queue");
  struct delay_queue queue;
  CHECK(delay_queue_open(&queue, 4096));
  uint64_t pushed = 0, popped = 0, refused = 0;
  static uint32_t lengths[1 << 20];
  for (int round = 0; round < 300000; round += 1) {
    if (next_random(&state) % 2) {
      uint8_t frame[700];
      uint32_t length = (uint32_t)(next_random(&state) % sizeof frame);
      memset(frame, (int)(pushed & 0xff), length);
      if (delay_queue_push(&queue, pushed, frame, length)) lengths[pushed++] = length;
      else refused += 1;
    } else {
      uint64_t due;
      uint32_t length;
      const uint8_t *frame = delay_queue_first(&queue, &due, &length);
      CHECK((frame == NULL) == (pushed == popped));
      if (!frame) continue;
      CHECK(due == popped && length == lengths[popped]);
      for (uint32_t i = 0; i < length; i += 1) CHECK(frame[i] == (uint8_t)popped);
      delay_queue_pop(&queue);
      popped += 1;
    }
    CHECK(queue.frames == pushed - popped && queue.used <= queue.capacity);
  }
  CHECK(refused > 1000 && popped > 10000);
  CHECK(!delay_queue_push(&queue, 0, lengths, 5000));
  delay_queue_close(&queue);
}

int main(void) {
  keeps_order_and_bytes_around_the_end();
  return 0;
}
