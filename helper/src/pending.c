#include "pending.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

// Told of in one call: their frames fit where one of the largest does.
#define MOST_REFUSED 1024

struct pending_message {
  struct pending_message *next;
  size_t length;
  uint16_t peer;
  bool waits; // its peer was found full in this round
  uint8_t bytes[];
};

bool pending_has(const struct pending *pending, uint16_t peer) {
  for (const struct pending_message *message = pending->first; message; message = message->next) {
    if (message->peer == peer) return true;
  }
  return false;
}

int pending_add(struct pending *pending, uint16_t peer, const void *bytes, size_t length) {
  if (pending->count >= LIMIT_PEER_QUEUE) return -ENOBUFS;
  struct pending_message *message = malloc(sizeof *message + length);
  if (!message) return -ENOBUFS;
  *message = (struct pending_message){.length = length, .peer = peer};
  memcpy(message->bytes, bytes, length);
  if (!pending->first) pending->last = &pending->first;
  *pending->last = message;
  pending->last = &message->next;
  pending->count += 1;
  return 0;
}

int pending_retry(struct pending *pending, struct endpoint *endpoint, int (*refused)(void *context, uint16_t peer, int error),
                  void *context) {
  int told = 0, failed = 0;
  for (struct pending_message *message = pending->first; message; message = message->next) message->waits = false;
  struct pending_message **link = &pending->first;
  while (*link && told < MOST_REFUSED && !failed) {
    struct pending_message *message = *link;
    int error = message->waits ? -EAGAIN : endpoint_send(endpoint, message->peer, message->bytes, message->length);
    if (error == -EAGAIN || error == -ENOBUFS) {
      // What is behind it for the same peer must not overtake it.
      for (struct pending_message *later = message->next; later && !message->waits; later = later->next) {
        if (later->peer == message->peer) later->waits = true;
      }
      link = &message->next;
      continue;
    }
    if (error) {
      failed = refused(context, message->peer, error);
      told += 1;
    }
    *link = message->next;
    pending->count -= 1;
    free(message);
  }
  while (*link) link = &(*link)->next;
  pending->last = link;
  return failed;
}

void pending_free(struct pending *pending) {
  while (pending->first) {
    struct pending_message *message = pending->first;
    pending->first = message->next;
    free(message);
  }
  *pending = (struct pending){0};
}
