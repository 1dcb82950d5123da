#include "peers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../include/generated/helper.h"

static bool same(const struct peer *peer, const union peer_address *address, socklen_t length);
static uint32_t hash_of(const union peer_address *address, socklen_t length);
static bool grow(struct peers *peers);
static void append(struct peers *peers, uint32_t number);
static void unlink_peer(struct peers *peers, uint32_t number);
static void forget(struct peers *peers, uint32_t number);

int64_t peers_find(struct peers *peers, const union peer_address *address, socklen_t length) {
  if (peers->count && same(&peers->list[peers->newest], address, length)) return peers->newest;
  uint32_t hash = hash_of(address, length);
  if (peers->slots) {
    for (uint32_t slot = hash & peers->slots_mask; peers->slots[slot]; slot = (slot + 1) & peers->slots_mask) {
      uint32_t number = peers->slots[slot] - 1;
      if (peers->list[number].hash == hash && same(&peers->list[number], address, length)) {
        peers_use(peers, number);
        return number;
      }
    }
  }
  uint32_t number = peers->count, generation = 0;
  if (number >= PEER_MAX) {
    number = peers->oldest;
    generation = peers->list[number].generation + 1;
    unlink_peer(peers, number);
    forget(peers, number);
  } else if (number == peers->capacity && !grow(peers)) {
    return -ENOMEM;
  } else {
    peers->count += 1;
  }
  peers->list[number] = (struct peer){.length = length, .hash = hash, .generation = generation};
  memcpy(&peers->list[number].address, address, length);
  append(peers, number);
  uint32_t slot = hash & peers->slots_mask;
  while (peers->slots[slot]) slot = (slot + 1) & peers->slots_mask;
  peers->slots[slot] = number + 1;
  return number;
}

void peers_use(struct peers *peers, uint32_t number) {
  if (number == peers->newest) return;
  unlink_peer(peers, number);
  append(peers, number);
}

// As the newest. With it the table holds one peer or more.
static void append(struct peers *peers, uint32_t number) {
  struct peer *peer = &peers->list[number];
  bool first = peers->count == 1;
  peer->older = first ? number : peers->newest;
  peer->newer = number;
  if (first) peers->oldest = number;
  else peers->list[peers->newest].newer = number;
  peers->newest = number;
}

static void unlink_peer(struct peers *peers, uint32_t number) {
  const struct peer *peer = &peers->list[number];
  if (number == peers->oldest) {
    peers->oldest = peer->newer;
    peers->list[peer->newer].older = peer->newer;
  } else {
    peers->list[peer->older].newer = peer->newer;
    peers->list[peer->newer].older = peer->older;
  }
  if (number == peers->newest) peers->newest = peer->older;
}

// Frees the slot, and moves up what stands behind it because it was taken (Knuth, TAOCP 3, 6.4, algorithm R).
static void forget(struct peers *peers, uint32_t number) {
  uint32_t mask = peers->slots_mask, free_slot = peers->list[number].hash & mask;
  while (peers->slots[free_slot] != number + 1) free_slot = (free_slot + 1) & mask;
  peers->slots[free_slot] = 0;
  for (uint32_t slot = (free_slot + 1) & mask; peers->slots[slot]; slot = (slot + 1) & mask) {
    uint32_t home = peers->list[peers->slots[slot] - 1].hash & mask;
    if (((slot - home) & mask) < ((slot - free_slot) & mask)) continue;
    peers->slots[free_slot] = peers->slots[slot];
    peers->slots[slot] = 0;
    free_slot = slot;
  }
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
