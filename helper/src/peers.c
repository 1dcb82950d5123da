#include "peers.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../include/generated/helper.h"

static bool same(const struct peer *peer, const union peer_address *address, socklen_t length);
static uint32_t hash_of(const union peer_address *address, socklen_t length);
static bool grow(struct peers *peers);

int64_t peers_find(struct peers *peers, const union peer_address *address, socklen_t length) {
  if (peers->last < peers->count && same(&peers->list[peers->last], address, length)) return peers->last;
  uint32_t hash = hash_of(address, length);
  if (peers->slots) {
    for (uint32_t slot = hash & peers->slots_mask; peers->slots[slot]; slot = (slot + 1) & peers->slots_mask) {
      uint32_t number = peers->slots[slot] - 1;
      if (peers->list[number].hash == hash && same(&peers->list[number], address, length)) {
        peers->last = number;
        return number;
      }
    }
  }
  if (peers->count >= PEER_MAX) return -EUSERS;
  if (peers->count == peers->capacity && !grow(peers)) return -ENOMEM;
  uint32_t number = peers->count;
  peers->list[number] = (struct peer){.length = length, .hash = hash};
  memcpy(&peers->list[number].address, address, length);
  peers->count += 1;
  uint32_t slot = hash & peers->slots_mask;
  while (peers->slots[slot]) slot = (slot + 1) & peers->slots_mask;
  peers->slots[slot] = number + 1;
  peers->last = number;
  return number;
}

const struct peer *peers_at(const struct peers *peers, uint32_t number) {
  return number < peers->count ? &peers->list[number] : NULL;
}

void peers_free(struct peers *peers) {
  free(peers->list);
  free(peers->slots);
  *peers = (struct peers){0};
}

static bool same(const struct peer *peer, const union peer_address *address, socklen_t length) {
  return peer->length == length && memcmp(&peer->address, address, length) == 0;
}

// FNV-1a, 32 bits.
static uint32_t hash_of(const union peer_address *address, socklen_t length) {
  const unsigned char *bytes = (const unsigned char *)address;
  uint32_t hash = 2166136261u;
  for (socklen_t i = 0; i < length; i += 1) hash = (hash ^ bytes[i]) * 16777619u;
  return hash;
}

static bool grow(struct peers *peers) {
  uint32_t capacity = peers->capacity ? peers->capacity * 2 : 8;
  struct peer *list = realloc(peers->list, capacity * sizeof *list);
  if (!list) return false;
  peers->list = list;
  uint32_t *slots = calloc((size_t)capacity * 2, sizeof *slots);
  if (!slots) return false;
  uint32_t mask = capacity * 2 - 1;
  for (uint32_t number = 0; number < peers->count; number += 1) {
    uint32_t slot = list[number].hash & mask;
    while (slots[slot]) slot = (slot + 1) & mask;
    slots[slot] = number + 1;
  }
  free(peers->slots);
  peers->slots = slots;
  peers->slots_mask = mask;
  peers->capacity = capacity;
  return true;
}
