// What follows the bottom MPLS label. The label does not say, so the bytes must (RFC 4928): a
// first nibble of 4 or 6 is usually IP, 0 usually a control word before an Ethernet frame. But
// virtual machines have locally administered addresses such as 02:…, 42:… or 66:…, whose first
// nibble is 0, 4 or 6 too, so each reading is tried and the one whose inner headers hold wins.
import {
  ENCAP_MPLS,
  ENCAP_PSEUDOWIRE,
  ETHERTYPE_ARP,
  ETHERTYPE_C_TAG,
  ETHERTYPE_EAPOL,
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  ETHERTYPE_LLDP,
  ETHERTYPE_MPLS,
  ETHERTYPE_PPPOE_DISCOVERY,
  ETHERTYPE_PPPOE_SESSION,
  ETHERTYPE_S_TAG,
  PPP_IPV4,
  PPP_IPV6,
  PROTOCOL_HOPOPT,
  PROTOCOL_IPV4,
  PROTOCOL_IPV6,
  PROTOCOL_IPV6_FRAG,
  PROTOCOL_IPV6_ICMP,
  PROTOCOL_IPV6_OPTS,
  PROTOCOL_IPV6_ROUTE,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
} from '../generated/capture';
import { be16, be32 } from './bytes';
import { ETHERNET_BYTES, ETHERNET_MAX_LENGTH, ETHERNET_TYPE, IPV4_BYTES, IPV6_BYTES } from './headers';
import { passTenant } from './identity';
import { NEXT_CUT, NEXT_ETHERNET, NEXT_NONE, NEXT_PPP, NEXT_WRONG, skip } from './next';
import { view } from './view';

/** spec: RFC 3032 2.1, a label stack entry: label, class, bottom of the stack, TTL; more are a lie. */
const LABEL_BYTES: u32 = 4;
const BOTTOM: u32 = 0x100;
const MOST_LABELS: u32 = 32;
/** spec: RFC 7274: labels below are not of a path; RFC 6790 4.2: the one that says that entropy follows. */
const FIRST_LABEL: u32 = 16;
const ENTROPY_NEXT: u32 = 7;
/** spec: RFC 4448 4.6 */
const CONTROL_WORD_BYTES: u32 = 4;
const MAX_TAGS: u32 = 4;
const VLAN_BYTES: u32 = 4;
/** IEEE 802.2: the least an IEEE 802.3 frame with a length instead of a type holds. */
const LLC_BYTES: u32 = 3;
/** Some captures keep the frame check sequence at the end. */
const CHECK_SEQUENCE_BYTES: u32 = 4;
/** spec: RFC 826: hardware type, protocol type, two lengths, operation */
const ARP_BYTES: u32 = 8;
const ARP_ETHERNET: u32 = 1;
/** spec: RFC 1662 3.1 */
const PPP_FRAMING: u32 = 0xff03;
const PPP_BYTES: u32 = 4;

/** The label stack at `at`, and what stands behind it. */
export function openMpls(at: usize, limit: usize, end: usize): u64 {
  view.encapsulations |= ENCAP_MPLS;
  let label: u32 = 0;
  let previous: u32 = 0;
  for (let bytes: u32 = 0; bytes < MOST_LABELS * LABEL_BYTES; bytes += LABEL_BYTES) {
    if (at + bytes + LABEL_BYTES > limit) return NEXT_CUT;
    const entry = be32(at + bytes);
    // The network is that of the last label of a path; a label of entropy is of a flow.
    if (entry >> 12 >= FIRST_LABEL && previous != ENTROPY_NEXT) label = entry >> 12;
    previous = entry >> 12;
    if (!(entry & BOTTOM)) continue;
    if (label) passTenant(ENCAP_MPLS, label);
    return afterLabels(at, bytes + LABEL_BYTES, limit, end);
  }
  return NEXT_WRONG;
}

function afterLabels(stack: usize, bytes: u32, limit: usize, end: usize): u64 {
  const at = stack + bytes;
  if (at >= limit) return NEXT_NONE;
  const nibble = load<u8>(at) >> 4;
  const plain = ethernetScore(at, limit, end);
  if (nibble == 4 && ipv4Score(at, limit, end) >= plain) return skip(bytes, ETHERTYPE_IPV4);
  if (nibble == 6 && ipv6Score(at, limit, end) >= plain) return skip(bytes, ETHERTYPE_IPV6);
  if (nibble == 0) {
    // spec: RFC 4448 4.6, |0000|0000|FRG LEN|sequence number|
    const word = ethernetScore(at + CONTROL_WORD_BYTES, limit, end);
    if (word >= plain && word > 0) return frame(bytes + CONTROL_WORD_BYTES);
  }
  return plain > 0 || nibble == 4 || nibble == 6 ? frame(bytes) : NEXT_NONE;
}

function frame(bytes: u32): u64 {
  view.encapsulations |= ENCAP_PSEUDOWIRE;
  return skip(bytes, NEXT_ETHERNET);
}

/** IP of either version by its first nibble; NEXT_NONE for anything else, and where nothing was captured. */
export function ipOf(at: usize, limit: usize): u32 {
  if (at >= limit) return NEXT_NONE;
  const nibble = load<u8>(at) >> 4;
  return nibble == 4 ? ETHERTYPE_IPV4 : nibble == 6 ? ETHERTYPE_IPV6 : NEXT_NONE;
}

/** How surely a frame of Ethernet, PPP or an IP packet begins at `at`: 0 impossible … 6 certain. */
export function innerScore(at: usize, limit: usize, end: usize): u32 {
  return max(max(ethernetScore(at, limit, end), pppScore(at, limit, end)), ipScore(at, limit, end));
}

/** Which of the three `innerScore` spoke of. */
export function innerOf(at: usize, limit: usize, end: usize): u32 {
  const score = innerScore(at, limit, end);
  if (ethernetScore(at, limit, end) == score) return NEXT_ETHERNET;
  return pppScore(at, limit, end) == score ? NEXT_PPP : ipOf(at, limit);
}

function ipScore(at: usize, limit: usize, end: usize): u32 {
  return max(ipv4Score(at, limit, end), ipv6Score(at, limit, end));
}

// With address and control; without them a protocol number alone says too little.
function pppScore(at: usize, limit: usize, end: usize): u32 {
  if (at + PPP_BYTES > limit || be16(at) != PPP_FRAMING) return 0;
  const protocol = be16(at + 2);
  if (protocol == PPP_IPV4) return ipv4Score(at + PPP_BYTES, limit, end);
  return protocol == PPP_IPV6 ? ipv6Score(at + PPP_BYTES, limit, end) : 1;
}

// 0 impossible … 6 certain.
function ethernetScore(at: usize, limit: usize, end: usize): u32 {
  if (at + ETHERNET_BYTES > limit) return 0;
  let type = be16(at + ETHERNET_TYPE);
  let inner = at + ETHERNET_BYTES;
  // Tags between; each must be followed by a type we know.
  for (let tags: u32 = 0; tags < MAX_TAGS && (type == ETHERTYPE_C_TAG || type == ETHERTYPE_S_TAG); tags += 1) {
    if (inner + VLAN_BYTES > limit) return 2;
    type = be16(inner + 2);
    inner += VLAN_BYTES;
  }
  // A group address as source does not occur (IEEE 802.3 3.2.3).
  const penalty: u32 = load<u8>(at, 6) & 1 ? 2 : 0;
  let score: u32 = 0;
  if (type == ETHERTYPE_IPV4) score = ipv4Score(inner, limit, end);
  else if (type == ETHERTYPE_IPV6) score = ipv6Score(inner, limit, end);
  else if (type == ETHERTYPE_ARP)
    score = inner + ARP_BYTES <= limit && be16(inner) == ARP_ETHERNET && be16(inner + 2) == ETHERTYPE_IPV4 ? 5 : 1;
  else if (isCommon(type)) score = 2;
  else if (type >= LLC_BYTES && type <= ETHERNET_MAX_LENGTH) score = inner + type <= end + CHECK_SEQUENCE_BYTES ? 1 : 0;
  return score > penalty ? score - penalty : 0;
}

// Other than IP and ARP, what travels in Ethernet frames.
function isCommon(type: u32): bool {
  return (
    type == ETHERTYPE_MPLS ||
    type == ETHERTYPE_LLDP ||
    type == ETHERTYPE_PPPOE_SESSION ||
    type == ETHERTYPE_PPPOE_DISCOVERY ||
    type == ETHERTYPE_EAPOL
  );
}

function ipv4Score(at: usize, limit: usize, end: usize): u32 {
  if (at + IPV4_BYTES > limit) return at < limit && load<u8>(at) >> 4 == 4 ? 1 : 0;
  const first = <u32>load<u8>(at);
  if (first >> 4 != 4) return 0;
  const header = (first & 15) << 2;
  const total = be16(at + 2);
  if (header < IPV4_BYTES || (total != 0 && total < header)) return 0;
  let score: u32 = 2;
  if (total == 0 || at + total <= end) score += 1;
  if (at + header > limit) return score;
  // spec: RFC 1071, the sum over the header is all ones
  let sum: u32 = 0;
  for (let i: u32 = 0; i < header; i += 2) sum += be16(at + i);
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return sum == 0xffff ? score + 3 : score;
}

function ipv6Score(at: usize, limit: usize, end: usize): u32 {
  if (at + IPV6_BYTES > limit) return at < limit && load<u8>(at) >> 4 == 6 ? 1 : 0;
  if (be32(at) >> 28 != 6) return 0;
  const length = be16(at + 4);
  let score: u32 = 2;
  if (at + IPV6_BYTES + length == end) score += 2;
  else if (at + IPV6_BYTES + length < end) score += 1;
  return score + nextHeaderScore(load<u8>(at, 6));
}

function nextHeaderScore(protocol: u32): u32 {
  switch (protocol) {
    case PROTOCOL_TCP:
    case PROTOCOL_UDP:
    case PROTOCOL_IPV6_ICMP:
      return 2;
    case PROTOCOL_HOPOPT:
    case PROTOCOL_IPV6_ROUTE:
    case PROTOCOL_IPV6_FRAG:
    case PROTOCOL_IPV6_OPTS:
    case PROTOCOL_IPV4:
    case PROTOCOL_IPV6:
      return 1;
    default:
      return 0;
  }
}
