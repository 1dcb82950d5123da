// Frames waiting for their time, first in first out, in a bounded ring of bytes.
#ifndef MOORING_DELAY_QUEUE_H
#define MOORING_DELAY_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct delay_queue {
  uint8_t *bytes;
  size_t capacity, head, tail, used;
  uint64_t frames;
};

bool delay_queue_open(struct delay_queue *queue, size_t capacity);
void delay_queue_close(struct delay_queue *queue);
// False where there is no room.
bool delay_queue_push(struct delay_queue *queue, uint64_t due_ns, const void *frame, uint32_t length);
// The first frame, in place, or NULL where none waits.
const uint8_t *delay_queue_first(const struct delay_queue *queue, uint64_t *due_ns, uint32_t *length);
void delay_queue_pop(struct delay_queue *queue);

#endif
