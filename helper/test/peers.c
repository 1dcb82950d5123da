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
  CHECK(peers_find(&peers, &address, length) == -EUSERS);
  for (unsigned i = 0; i < PEER_MAX; i += 7) {
    length = address_of(i, &address);
    CHECK(peers_find(&peers, &address, length) == i);
    CHECK(memcmp(&peers_at(&peers, i)->address, &address, length) == 0);
  }
  CHECK(peers_at(&peers, PEER_MAX) == NULL);
  peers_free(&peers);
  return 0;
}
