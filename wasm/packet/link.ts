// Link types of captures (https://www.tcpdump.org/linktypes.html) and the header each puts
// before the network layer.
import { be16, be32 } from './bytes';
import { NEXT_ETHERNET, NEXT_IP, NEXT_NONE, TYPE_IPV4, TYPE_IPV6, TYPE_MPLS } from './next';

/** True where `decodePacket` reads frames of this link type. */
export function linkKnown(linkType: u32): bool {
  switch (linkType) {
    case 0:
    case 1:
    case 9:
    case 12:
    case 14:
    case 101:
    case 108:
    case 113:
    case 228:
    case 229:
    case 276:
      return true;
    default:
      return false;
  }
}

/** What comes next in the low 32 bits (an EtherType or NEXT_), the bytes to skip above them. */
export function openLink(linkType: u32, data: usize, captured: u32): u64 {
  switch (linkType) {
    case 1:
      return NEXT_ETHERNET;
    case 12:
    case 14:
    case 101:
      return NEXT_IP;
    case 228:
      return TYPE_IPV4;
    case 229:
      return TYPE_IPV6;
    // BSD loopback: an address family of 4 bytes in the byte order of the machine that captured;
    // IPv4 is 2 everywhere, IPv6 is 10, 24, 28 or 30.
    case 0:
    case 108: {
      if (captured < 4) return NEXT_NONE;
      const big = be32(data);
      const family = big < 256 ? big : bswap<u32>(big);
      if (family == 2) return skip(4, TYPE_IPV4);
      if (family == 10 || family == 24 || family == 28 || family == 30) return skip(4, TYPE_IPV6);
      return NEXT_NONE;
    }
    // PPP, with or without the two bytes of HDLC framing (RFC 1662).
    case 9: {
      if (captured < 4) return NEXT_NONE;
      const framed = be16(data) == 0xff03;
      const protocol = be16(data + (framed ? 2 : 0));
      const size: u64 = framed ? 4 : 2;
      if (protocol == 0x21) return skip(size, TYPE_IPV4);
      if (protocol == 0x57) return skip(size, TYPE_IPV6);
      if (protocol == 0x281) return skip(size, TYPE_MPLS);
      return NEXT_NONE;
    }
    // Linux cooked v1: the EtherType stands last of 16 bytes; v2: first of 20.
    case 113:
      return captured < 16 ? NEXT_NONE : skip(16, be16(data + 14));
    case 276:
      return captured < 20 ? NEXT_NONE : skip(20, be16(data));
    default:
      return NEXT_NONE;
  }
}

function skip(bytes: u64, next: u32): u64 {
  return (bytes << 32) | next;
}
