#include "delay_queue.h"

#include <stdlib.h>
#include <string.h>

// A frame lies in one piece. Where the end of the ring is too near, an entry without a frame
// (length WRAP) says: go on at the start.
struct entry {
  uint64_t due_ns;
  uint32_t length, stride;
};
#define WRAP UINT32_MAX

static size_t stride_of(uint32_t length) { return (sizeof(struct entry) + length + 15) & ~(size_t)15; }

bool delay_queue_open(struct delay_queue *queue, size_t capacity) {
  *queue = (struct delay_queue){.bytes = malloc(capacity), .capacity = capacity & ~(size_t)15};
  return queue->bytes != NULL;
}

void delay_queue_close(struct delay_queue *queue) {
  free(queue->bytes);
  queue->bytes = NULL;
}

bool delay_queue_push(struct delay_queue *queue, uint64_t due_ns, const void *frame, uint32_t length) {
  size_t stride = stride_of(length);
  size_t to_end = queue->capacity - queue->tail;
  size_t skip = stride > to_end ? to_end : 0;
  if (queue->used + skip + stride > queue->capacity) return false;
  if (skip) {
    struct entry wrap = {.length = WRAP, .stride = (uint32_t)skip};
    memcpy(queue->bytes + queue->tail, &wrap, sizeof wrap);
    queue->used += skip;
    queue->tail = 0;
  }
  struct entry entry = {due_ns, length, (uint32_t)stride};
  memcpy(queue->bytes + queue->tail, &entry, sizeof entry);
  memcpy(queue->bytes + queue->tail + sizeof entry, frame, length);
  queue->tail = (queue->tail + stride) % queue->capacity;
  queue->used += stride;
  queue->frames += 1;
  return true;
}

const uint8_t *delay_queue_first(const struct delay_queue *queue, uint64_t *due_ns, uint32_t *length) {
  if (queue->frames == 0) return NULL;
  struct entry entry;
  size_t at = queue->head;
  memcpy(&entry, queue->bytes + at, sizeof entry);
  if (entry.length == WRAP) {
    at = 0;
    memcpy(&entry, queue->bytes, sizeof entry);
  }
  *due_ns = entry.due_ns;
  *length = entry.length;
  return queue->bytes + at + sizeof entry;
}

void delay_queue_pop(struct delay_queue *queue) {
  struct entry entry;
  memcpy(&entry, queue->bytes + queue->head, sizeof entry);
  if (entry.length == WRAP) {
    queue->used -= entry.stride;
    queue->head = 0;
    memcpy(&entry, queue->bytes, sizeof entry);
  }
  queue->used -= entry.stride;
  queue->head = (queue->head + entry.stride) % queue->capacity;
  queue->frames -= 1;
}
