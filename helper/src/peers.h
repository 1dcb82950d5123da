// Addresses of peers as small numbers, given in the order the peers were first heard of and kept
// for the life of the table.
#ifndef MOORING_PEERS_H
#define MOORING_PEERS_H

#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <linux/netlink.h>

union peer_address {
  struct sockaddr any;
  struct sockaddr_un unix_path;
  struct sockaddr_nl netlink;
};

struct peer {
  socklen_t length;
  uint32_t hash;
  union peer_address address;
};

struct peers {
  struct peer *list;
  uint32_t count, capacity;
  uint32_t *slots; // open addressing: index + 1, 0 is free; always at least half free
  uint32_t slots_mask;
  uint32_t last; // the peer found last: the usual answer
};

// The number of this address, added when new; -ENOMEM, or -EUSERS with PEER_MAX already known.
int64_t peers_find(struct peers *peers, const union peer_address *address, socklen_t length);
const struct peer *peers_at(const struct peers *peers, uint32_t number);
void peers_free(struct peers *peers);

#endif
