// A descriptor that carries CCP messages. One message (for a device: one read) at a time, each with
// the peer it came from. What each kind of descriptor does is a table of functions in a file of its
// own, endpoint_KIND.c; spec/helper.json lists the kinds. The helper's verbs and the Node addon
// share this; it knows neither frames nor JavaScript.
#ifndef MOORING_ENDPOINT_H
#define MOORING_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../include/generated/helper.h"
#include "../include/generated/kinds.h"
#include "../include/generated/wire.h"
#include "peers.h"
#include "privilege.h"

struct endpoint {
  const struct endpoint_ops *ops;
  int fd;
  // An eventfd, or -1. Once written, every waiting or later receive gives -ECANCELED.
  int wake_fd;
  // Netlink: take messages of user processes too, not only the kernel's. For tests.
  bool user_peers;
  struct peers peers;
  void *own; // what `attach` of the kind made, until `detach`
  // For a kind that is `paced`: it was said to be readable, and was not.
  bool pretends;
  bool timed; // its descriptor has the time after which a read that waits gives up
};

// What a kind of endpoint is. Functions that may be NULL say so.
struct endpoint_ops {
  const char *name;
  size_t limit; // the largest message
  // Its descriptor may claim to be readable and not be: a driver without a poll handler.
  bool paced;
  // Both ends are ours and take several messages in one.
  bool bundles;
  // A read of its descriptor can wait, and SO_RCVTIMEO bounds it.
  bool waits;

  // Returns a descriptor, or -errno with *what telling the step that failed. What it makes in the
  // file system becomes `owner`'s where that is not NULL.
  int (*open)(const struct kind_options *options, const struct identity *owner, const char **what);
  // Where in the file system it is opened; NULL where it has no such place.
  const char *(*path)(const struct kind_options *options);

  // Adds the peers that are there from the start, and makes `own`; 0 or -errno. Both may be NULL.
  int (*attach)(struct endpoint *endpoint);
  void (*detach)(struct endpoint *endpoint);

  // As endpoint_receive and endpoint_send. It waits where `flags` lacks MSG_DONTWAIT; -EAGAIN also after many messages in a
  // row that are nobody's, so that whoever sends those keeps no reader from its other duties.
  ssize_t (*receive)(struct endpoint *endpoint, void *buffer, size_t size, int flags, uint32_t *peer);
  int (*send)(struct endpoint *endpoint, const struct peer *peer, const void *message, size_t length);

  // Whether somebody is at a peer's address: 0, or the -errno sending there would give. NULL where
  // only sending can tell.
  int (*probe)(const struct peer *peer);

  // An address from text: its length in *address, or -EINVAL. And back: the length of the text.
  int (*parse_address)(const char *text, union peer_address *address);
  int (*format_address)(const struct peer *peer, char *text, size_t size);
};

// NULL for a number that is no kind.
const struct endpoint_ops *endpoint_kind(int kind);
// KIND_*, or -1 for a name of none.
int endpoint_kind_named(const char *name);

// Takes over a descriptor that its kind opened. Returns 0 or -errno.
int endpoint_attach(struct endpoint *endpoint, int kind, int fd, int wake_fd, bool user_peers);
// Frees what attach made; descriptors stay open.
void endpoint_detach(struct endpoint *endpoint);

// How many messages in a row that are nobody's one receive passes over.
enum { ENDPOINT_MOST_SKIPPED = 64 };

// Waits up to timeout_ms (-1: for ever, 0: not at all; up to 12 ms longer) for a message. Returns its bytes, with the
// sender in *peer; or -EAGAIN (time is up), -ECANCELED (woken), -ENOBUFS (the kernel dropped
// messages: receive queue overflow), -EMSGSIZE (longer than size, dropped), or another -errno.
ssize_t endpoint_receive(struct endpoint *endpoint, void *buffer, size_t size, int timeout_ms, uint32_t *peer);

// Sends without waiting. Returns 0, or -EAGAIN (the peer's queue is full), -ECONNREFUSED or
// -ENOENT (nobody there), -EMSGSIZE (does not fit the transport), -ESRCH (no such peer number).
int endpoint_send(struct endpoint *endpoint, uint32_t peer, const void *message, size_t length);

// As `probe` of the kind: 0 also where only sending can tell. -ESRCH for no such number.
int endpoint_probe(struct endpoint *endpoint, uint32_t peer);

// What tells a peer apart from those that had its number before.
uint32_t endpoint_generation(const struct endpoint *endpoint, uint32_t peer);
// The number of the peer with this address, known or new; or -errno.
int64_t endpoint_peer(struct endpoint *endpoint, const char *address);
// Writes the peer's address as text ("/tmp/ccp/x", "@abstract", "kernel", "netlink:PID",
// "group:N" for a multicast, "device"). Returns its length or -ESRCH.
int endpoint_peer_text(const struct endpoint *endpoint, uint32_t peer, char *text, size_t size);

#endif
