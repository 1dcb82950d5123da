#include "peers.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../include/generated/helper.h"
#include "check.h"

static socklen_t address_of(unsigned number, union peer_address *address) {
  *address = (union peer_address){0};
  address->unix_path.sun_family = AF_UNIX;
  int length = snprintf(address->unix_path.sun_path, sizeof address->unix_path.sun_path, "/tmp/ccp/%u", number);
  return (socklen_t)(sizeof(sa_family_t) + (size_t)length + 1);
}

int main(void) {
  struct peers peers = {0};
  union peer_address address;
  for (unsigned i = 0; i < PEER_MAX; i += 1) {
    socklen_t length = address_of(i, &address);
    CHECK(peers_find(&peers, &address, length) == i);
  }
  socklen_t length = address_of(PEER_MAX, &address);
  // The table is full: the one not used for longest takes leave of its number.
  int64_t number = peers_find(&peers, &address, length);
  CHECK(number >= 0 && number < PEER_MAX && peers.count == PEER_MAX);
  CHECK(peers_at(&peers, (uint32_t)number)->generation == 1 && !peers_at(&peers, (uint32_t)number)->announced);
  CHECK(peers_find(&peers, &address, length) == number);
  for (unsigned i = PEER_MAX + 1; i < 3 * PEER_MAX; i += 1) {
    // One that speaks between the others is never forgotten.
    socklen_t kept = address_of(PEER_MAX, &address);
    CHECK(peers_find(&peers, &address, kept) == number);
    length = address_of(i, &address);
    int64_t found = peers_find(&peers, &address, length);
    CHECK(found >= 0 && found != number && peers.count == PEER_MAX);
    CHECK(peers_find(&peers, &address, length) == found);
  }
  // Those that are there are found, each under its own number.
  for (uint32_t i = 0; i < PEER_MAX; i += 1) {
    const struct peer *peer = peers_at(&peers, i);
    union peer_address copy = peer->address;
    CHECK(peers_find(&peers, &copy, peer->length) == i);
  }
  CHECK(peers_at(&peers, PEER_MAX) == NULL);
  peers_free(&peers);
  return 0;
}
