#include "ring.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>

#define BLOCK_BYTES (1u << 20)
#define FRAME_BYTES 2048 // nominal: version 3 packs frames of any size
#define MAC_BYTES 12
#define TAG_BYTES 4

static struct tpacket_block_desc *block_at(const struct ring *ring);
static void read_header(struct ring *ring, const struct tpacket3_hdr *head, struct ring_frame *frame);

int ring_open(struct ring *ring, int fd, uint32_t megabytes, uint32_t snap, uint32_t retire_ms) {
  *ring = (struct ring){.fd = fd, .block_bytes = BLOCK_BYTES, .blocks = megabytes, .snap = snap};
  int version = TPACKET_V3;
  if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version) < 0) return -errno;
  struct tpacket_req3 request = {
      .tp_block_size = BLOCK_BYTES,
      .tp_block_nr = megabytes,
      .tp_frame_size = FRAME_BYTES,
      .tp_frame_nr = BLOCK_BYTES / FRAME_BYTES * megabytes,
      .tp_retire_blk_tov = retire_ms,
  };
  if (setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof request) < 0) return -errno;
  size_t size = (size_t)BLOCK_BYTES * megabytes;
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) return -errno;
  ring->memory = memory;
  return 0;
}

bool ring_next(struct ring *ring, struct ring_frame *frame) {
  for (;;) {
    struct tpacket_block_desc *block = block_at(ring);
    if (ring->next) {
      if (ring->left) break;
      // All read: the block is the kernel's again.
      ring->next = NULL;
      atomic_thread_fence(memory_order_release);
      block->hdr.bh1.block_status = TP_STATUS_KERNEL;
      ring->current = (ring->current + 1) % ring->blocks;
      continue;
    }
    if (!(*(volatile uint32_t *)&block->hdr.bh1.block_status & TP_STATUS_USER)) return false;
    atomic_thread_fence(memory_order_acquire);
    ring->next = (const uint8_t *)block + block->hdr.bh1.offset_to_first_pkt;
    ring->left = block->hdr.bh1.num_pkts;
  }
  const struct tpacket3_hdr *head = (const struct tpacket3_hdr *)ring->next;
  read_header(ring, head, frame);
  ring->left -= 1;
  ring->next += head->tp_next_offset;
  return true;
}

void ring_close(struct ring *ring) {
  if (ring->memory) munmap(ring->memory, (size_t)ring->block_bytes * ring->blocks);
  ring->memory = NULL;
}

void ring_count(const struct ring *ring, struct ring_counters *counters) {
  struct tpacket_stats_v3 stats;
  socklen_t size = sizeof stats;
  if (getsockopt(ring->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size) < 0) return;
  counters->received += stats.tp_packets;
  counters->dropped += stats.tp_drops;
}

static struct tpacket_block_desc *block_at(const struct ring *ring) {
  return (struct tpacket_block_desc *)(ring->memory + (size_t)ring->current * ring->block_bytes);
}

static void read_header(struct ring *ring, const struct tpacket3_hdr *head, struct ring_frame *frame) {
  const uint8_t *bytes = (const uint8_t *)head + head->tp_mac;
  uint32_t captured = head->tp_snaplen < ring->snap ? head->tp_snaplen : ring->snap;
  *frame = (struct ring_frame){
      .time_ns = (uint64_t)head->tp_sec * 1000000000 + head->tp_nsec,
      .length = head->tp_len,
      .first = bytes,
      .first_length = captured,
  };
  if (!(head->tp_status & TP_STATUS_VLAN_VALID) || captured < MAC_BYTES) return;
  // The outermost tag was taken out of the frame and belongs after the addresses.
  uint16_t tpid = head->tp_status & TP_STATUS_VLAN_TPID_VALID ? head->hv1.tp_vlan_tpid : ETH_P_8021Q;
  memcpy(ring->tagged, bytes, MAC_BYTES);
  ring->tagged[12] = (uint8_t)(tpid >> 8);
  ring->tagged[13] = (uint8_t)tpid;
  ring->tagged[14] = (uint8_t)(head->hv1.tp_vlan_tci >> 8);
  ring->tagged[15] = (uint8_t)head->hv1.tp_vlan_tci;
  uint32_t total = captured + TAG_BYTES < ring->snap ? captured + TAG_BYTES : ring->snap;
  frame->length += TAG_BYTES;
  frame->first = ring->tagged;
  frame->first_length = total < MAC_BYTES + TAG_BYTES ? total : MAC_BYTES + TAG_BYTES;
  frame->second = bytes + MAC_BYTES;
  frame->second_length = total - frame->first_length;
}
