// What one packet says, filled by `decodePacket` and read until the next one. One static
// instance: its address is a constant, so every field access is a plain load or store.

export const TCP_FIN: u32 = 0x01;
export const TCP_SYN: u32 = 0x02;
export const TCP_RST: u32 = 0x04;
export const TCP_PSH: u32 = 0x08;
export const TCP_ACK: u32 = 0x10;
export const TCP_URG: u32 = 0x20;
export const TCP_ECE: u32 = 0x40;
export const TCP_CWR: u32 = 0x80;
/** Accurate ECN (RFC 9768 3.1.1), once the nonce sum: the bit before the eight of RFC 9293. */
export const TCP_AE: u32 = 0x100;

/** spec: RFC 3168 5: congestion experienced */
export const ECN_CE: u32 = 3;
export const ECN_BITS: u32 = 3;

@unmanaged
export class PacketView {
  kind: u32 = 0;
  notes: u32 = 0;
  /** ENCAP_ bits of the headers passed on the way in. */
  encapsulations: u32 = 0;
  /** Outermost 802.1Q tag control information + 1; 0 where there is none. */
  vlan: u32 = 0;
  /** A hash of the numbers of all tags and tunnels passed that tell networks apart; 0 without any. */
  tenant: u32 = 0;
  /** The innermost of these numbers, and the ENCAP_ bit of the header it stands in. */
  tenantOf: u32 = 0;
  tenantId: u32 = 0;
  /** What nothing here reads: an UNREAD_ number above 16 bits of its list's number; 0 where all was read. */
  unread: u32 = 0;
  /** 4, 6, or 0 where there is no IP header. */
  family: u32 = 0;
  /** Addresses stand in the record: 4 or 16 bytes. */
  src: usize = 0;
  dst: usize = 0;
  protocol: u32 = 0;
  /** The two ECN bits (RFC 3168 5). */
  ecn: u32 = 0;
  ipId: u32 = 0;
  /** Of a fragment: where its bytes stand in the datagram, how many they are, whether more follow. */
  fragmentOffset: u32 = 0;
  fragmentBytes: u32 = 0;
  moreFragments: u32 = 0;
  ttl: u32 = 0;
  /** UDP and TCP ports; ICMP echo identifier and sequence number. */
  srcPort: u32 = 0;
  dstPort: u32 = 0;
  /** ICMP type and code. */
  icmpType: u32 = 0;
  icmpCode: u32 = 0;
  /** Bytes above the transport header, from the lengths in the headers, not from what was captured. */
  payloadBytes: u32 = 0;

  /** Captured bytes above an ICMP header. */
  payload: usize = 0;
  payloadCaptured: u32 = 0;

  /** The TCP or UDP header and the end of what was captured of the packet. */
  header: usize = 0;
  capturedEnd: usize = 0;
  headerBytes: u32 = 0;
  seq: u32 = 0;
  ack: u32 = 0;
  flags: u32 = 0;
  /** As in the header, not scaled. */
  window: u32 = 0;
  hasTimestamps: u32 = 0;
  tsval: u32 = 0;
  tsecr: u32 = 0;
  /** Blocks of 8 bytes, big-endian left and right edge. */
  sackBlocks: usize = 0;
  sackCount: u32 = 0;
  /** The AccECN option (RFC 9768 3.2.3), kind and length included; 0 where there is none. */
  accurateEcn: usize = 0;
  /** An option of Multipath TCP stands among the others (RFC 8684 3). */
  multipath: u32 = 0;
  mss: u32 = 0;
  /** Shift + 1; 0 where the option is absent. */
  windowScale: u32 = 0;
  sackPermitted: u32 = 0;
}

export const VIEW_BYTES: usize = offsetof<PacketView>();

export const view = changetype<PacketView>(memory.data(256, 8));

/** A packet begins: nothing is known of it. Store by store: memory.fill is a call out of the module. */
export function clearView(): void {
  const from = changetype<usize>(view);
  for (let at = from; at < from + VIEW_BYTES; at += 64) {
    store<u64>(at, 0);
    store<u64>(at, 0, 8);
    store<u64>(at, 0, 16);
    store<u64>(at, 0, 24);
    store<u64>(at, 0, 32);
    store<u64>(at, 0, 40);
    store<u64>(at, 0, 48);
    store<u64>(at, 0, 56);
  }
}
