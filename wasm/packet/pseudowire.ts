// What follows the bottom MPLS label. The label does not say, so the bytes must (RFC 4928): a
// first nibble of 4 or 6 is usually IP, 0 usually a control word before an Ethernet frame. But
// virtual machines have locally administered addresses such as 02:…, 42:… or 66:…, whose first
// nibble is 0, 4 or 6 too, so each reading is tried and the one whose inner headers hold wins.
import {
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
import { ETHERNET_BYTES, ETHERNET_MAX_LENGTH, ETHERNET_TYPE, IPV4_BYTES, IPV6_BYTES, VLAN_BYTES } from './headers';
import { NEXT_ETHERNET } from './next';

/** spec: RFC 4448 4.6 */
const CONTROL_WORD_BYTES: u32 = 4;
const MAX_TAGS: u32 = 4;
/** IEEE 802.2: the least an IEEE 802.3 frame with a length instead of a type holds. */
const LLC_BYTES: u32 = 3;
/** Some captures keep the frame check sequence at the end. */
const CHECK_SEQUENCE_BYTES: u32 = 4;
/** spec: RFC 826: hardware type, protocol type, two lengths, operation */
const ARP_BYTES: u32 = 8;
const ARP_ETHERNET: u32 = 1;

/** What comes next in the low 24 bits, the bytes to skip above them; 0 for what we do not read. */
export function afterMpls(at: usize, limit: usize, end: usize): u32 {
  if (at >= limit) return 0;
  const nibble = load<u8>(at) >> 4;
  const plain = ethernetScore(at, limit, end);
  if (nibble == 4) return ipv4Score(at, limit, end) >= plain ? ETHERTYPE_IPV4 : NEXT_ETHERNET;
  if (nibble == 6) return ipv6Score(at, limit, end) >= plain ? ETHERTYPE_IPV6 : NEXT_ETHERNET;
  if (nibble == 0) {
    // spec: RFC 4448 4.6, |0000|0000|FRG LEN|sequence number|
    const word = ethernetScore(at + CONTROL_WORD_BYTES, limit, end);
    return word >= plain && word > 0 ? (CONTROL_WORD_BYTES << 24) | NEXT_ETHERNET : plain > 0 ? NEXT_ETHERNET : 0;
  }
  return plain > 0 ? NEXT_ETHERNET : 0;
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
