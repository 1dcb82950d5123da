// A descriptor that carries CCP messages: AF_UNIX datagram, AF_NETLINK USERSOCK or a character
// device. One message (for the device: one read) at a time, each with the peer it came from.
// The helper's verbs and the Node addon share it; it knows neither frames nor JavaScript.
#ifndef MOORING_ENDPOINT_H
#define MOORING_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../include/generated/helper.h"
#include "peers.h"
#include "privilege.h"

struct endpoint {
  int kind; // KIND_*
  int fd;
  // An eventfd, or -1. Once written, every waiting or later receive gives -ECANCELED.
  int wake_fd;
  // Netlink: take messages of user processes too, not only the kernel's. For tests.
  bool user_peers;
  struct peers peers;
};

struct unix_options {
  const char *path; // "@name" for the abstract name space
  int64_t socket_mode;    // -1: what the umask leaves
  int64_t directory_mode; // of directories that have to be made
  const struct identity *owner; // of socket and made directories; NULL: whoever we are
};

// Each returns a descriptor, or -errno with *what telling the step that failed.
int open_unix(const struct unix_options *options, const char **what);
int open_netlink(uint32_t group, const char **what);
int open_char(const char *path, const char **what);
// SO_RCVBUF, SO_SNDBUF (0: as the system has it) and SO_RCVTIMEO.
int set_buffers(int fd, int receive_bytes, int send_bytes, int timeout_ms, const char **what);

// Takes over descriptors opened above. Returns 0 or -errno.
int endpoint_attach(struct endpoint *endpoint, int kind, int fd, int wake_fd, bool user_peers);
// Frees what attach made; descriptors stay open.
void endpoint_detach(struct endpoint *endpoint);

// Waits up to timeout_ms (-1: for ever, 0: not at all) for a message. Returns its bytes, with the
// sender in *peer; or -EAGAIN (time is up), -ECANCELED (woken), -ENOBUFS (the kernel dropped
// messages: receive queue overflow), -EMSGSIZE (longer than size, dropped), or another -errno.
ssize_t endpoint_receive(struct endpoint *endpoint, void *buffer, size_t size, int timeout_ms, uint32_t *peer);

// Sends without waiting. Returns 0, or -EAGAIN (the peer's queue is full), -ECONNREFUSED or
// -ENOENT (nobody there), -EMSGSIZE (does not fit the transport), -ESRCH (no such peer number).
int endpoint_send(struct endpoint *endpoint, uint32_t peer, const void *message, size_t length);

// The number of the peer with this address, known or new; or -errno.
int64_t endpoint_peer(struct endpoint *endpoint, const char *address);
// Writes the peer's address as text ("/tmp/ccp/x", "@abstract", "kernel", "netlink:PID",
// "group:N" for a multicast, "device"). Returns its length or -ESRCH.
int endpoint_peer_text(const struct endpoint *endpoint, uint32_t peer, char *text, size_t size);

// The largest message the transport takes.
size_t endpoint_limit(const struct endpoint *endpoint);

#endif
