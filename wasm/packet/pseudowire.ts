// What follows the bottom MPLS label. The label does not say, so the bytes must (RFC 4928): a
// first nibble of 4 or 6 is usually IP, 0 usually a control word before an Ethernet frame. But
// virtual machines have locally administered addresses such as 02:…, 42:… or 66:…, whose first
// nibble is 0, 4 or 6 too, so each reading is tried and the one whose inner headers hold wins.
import { be16, be32 } from './bytes';
import { NEXT_ETHERNET, TYPE_IPV4, TYPE_IPV6 } from './next';

/** What comes next in the low 24 bits, the bytes to skip above them; 0 for what we do not read. */
export function afterMpls(at: usize, limit: usize, end: usize): u32 {
  if (at >= limit) return 0;
  const nibble = load<u8>(at) >> 4;
  const plain = ethernetScore(at, limit, end);
  if (nibble == 4) return ipv4Score(at, limit, end) >= plain ? TYPE_IPV4 : NEXT_ETHERNET;
  if (nibble == 6) return ipv6Score(at, limit, end) >= plain ? TYPE_IPV6 : NEXT_ETHERNET;
  if (nibble == 0) {
    // spec: RFC 4448 4.6, |0000|0000|FRG LEN|sequence number|
    const word = ethernetScore(at + 4, limit, end);
    return word >= plain && word > 0 ? (4 << 24) | NEXT_ETHERNET : plain > 0 ? NEXT_ETHERNET : 0;
  }
  return plain > 0 ? NEXT_ETHERNET : 0;
}

// 0 impossible … 6 certain.
function ethernetScore(at: usize, limit: usize, end: usize): u32 {
  if (at + 14 > limit) return 0;
  let type = be16(at + 12);
  let inner = at + 14;
  // Tags between; each must be followed by a type we know.
  for (let tags = 0; tags < 4 && (type == 0x8100 || type == 0x88a8); tags += 1) {
    if (inner + 4 > limit) return 2;
    type = be16(inner + 2);
    inner += 4;
  }
  // A group address as source does not occur (IEEE 802.3 3.2.3).
  const penalty: u32 = load<u8>(at, 6) & 1 ? 2 : 0;
  let score: u32 = 0;
  if (type == TYPE_IPV4) score = ipv4Score(inner, limit, end);
  else if (type == TYPE_IPV6) score = ipv6Score(inner, limit, end);
  else if (type == 0x0806) score = inner + 8 <= limit && be16(inner) == 1 && be16(inner + 2) == TYPE_IPV4 ? 5 : 1;
  else if (type == 0x8847 || type == 0x88cc || type == 0x8864 || type == 0x8863 || type == 0x888e) score = 2;
  // IEEE 802.3 length with an LLC header
  else if (type >= 3 && type <= 1500) score = inner + type <= end + 4 ? 1 : 0;
  return score > penalty ? score - penalty : 0;
}

function ipv4Score(at: usize, limit: usize, end: usize): u32 {
  if (at + 20 > limit) return at < limit && load<u8>(at) >> 4 == 4 ? 1 : 0;
  const first = <u32>load<u8>(at);
  if (first >> 4 != 4) return 0;
  const header = (first & 15) << 2;
  const total = be16(at + 2);
  if (header < 20 || (total != 0 && total < header)) return 0;
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
  if (at + 40 > limit) return at < limit && load<u8>(at) >> 4 == 6 ? 1 : 0;
  if (be32(at) >> 28 != 6) return 0;
  const length = be16(at + 4);
  let score: u32 = 2;
  if (at + 40 + length == end) score += 2;
  else if (at + 40 + length < end) score += 1;
  const next = load<u8>(at, 6);
  if (next == 6 || next == 17 || next == 58) score += 2;
  else if (next == 0 || next == 43 || next == 44 || next == 60 || next == 4 || next == 41) score += 1;
  return score;
}
