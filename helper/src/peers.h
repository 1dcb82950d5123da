// Addresses of peers as small numbers, given in the order the peers were first heard of. With
// PEER_MAX of them known, a new one takes the place and number of the one not used for longest:
// anybody may send from any number of addresses. Its generation tells the two apart.
#ifndef MOORING_PEERS_H
#define MOORING_PEERS_H

#include <stdbool.h>
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
  uint32_t generation; // how many had this number before
  uint32_t older, newer; // its neighbours in order of use; at the ends itself
  bool announced;      // for the owner of the table: whether it told of this peer
  union peer_address address;
};

struct peers {
  struct peer *list;
  uint32_t count, capacity;
  uint32_t *slots; // open addressing: index + 1, 0 is free; always at least half free
  uint32_t slots_mask;
  uint32_t newest; // the peer used last: the usual answer
  uint32_t oldest;
};

// The number of this address, added when new, and used by that; or -ENOMEM.
int64_t peers_find(struct peers *peers, const union peer_address *address, socklen_t length);
// The peer is used: it keeps its number for longer.
void peers_use(struct peers *peers, uint32_t number);
const struct peer *peers_at(const struct peers *peers, uint32_t number);
void peers_free(struct peers *peers);

#endif
