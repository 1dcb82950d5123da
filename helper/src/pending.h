// Messages whose peer reads too slowly, kept in order per peer, at most LIMIT_PEER_QUEUE in all.
#ifndef MOORING_PENDING_H
#define MOORING_PENDING_H

#include "endpoint.h"

struct pending_message;
struct pending {
  struct pending_message *first, **last;
  uint32_t count;
};

bool pending_has(const struct pending *pending, uint16_t peer);
// 0, or -ENOBUFS when the queue is full.
int pending_add(struct pending *pending, uint16_t peer, const void *message, size_t length);
// Sends what can be sent now. A peer that is gone loses its messages. 0 or -errno.
int pending_retry(struct pending *pending, struct endpoint *endpoint);
void pending_free(struct pending *pending);

#endif
