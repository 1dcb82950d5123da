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
// Sends what can be sent now. Of each message a peer does not take any more `refused` is told, which gives 0 or an
// -errno that ends the call; it stops early where it has told of many. 0 or that -errno.
int pending_retry(struct pending *pending, struct endpoint *endpoint, int (*refused)(void *context, uint16_t peer, int error),
                  void *context);
void pending_free(struct pending *pending);

#endif
