// Link types of captures (spec/capture.json) and the header each puts before the network layer.
import {
  ADDRESS_FAMILY_INET,
  ADDRESS_FAMILY_INET6_BSD,
  ADDRESS_FAMILY_INET6_DARWIN,
  ADDRESS_FAMILY_INET6_FREEBSD,
  ADDRESS_FAMILY_INET6_LINUX,
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  ETHERTYPE_MPLS,
  LINKTYPE_ETHERNET,
  LINKTYPE_IPV4,
  LINKTYPE_IPV6,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_LOOP,
  LINKTYPE_NULL,
  LINKTYPE_PPP,
  LINKTYPE_RAW,
  LINKTYPE_RAW_12,
  LINKTYPE_RAW_14,
  PPP_IPV4,
  PPP_IPV6,
  PPP_MPLS,
} from '../generated/capture';
import { be16, be32 } from './bytes';
import { NEXT_ETHERNET, NEXT_IP, NEXT_NONE, NEXT_UNKNOWN } from './next';

/** An address family of 4 bytes; that of IPv4 is 2 everywhere, that of IPv6 is each system's own. */
const LOOPBACK_BYTES: u32 = 4;
/** spec: RFC 1662 3.1: address and control, which a link may leave out, then the protocol. */
const PPP_FRAMING: u32 = 0xff03;
const PPP_FRAMED_BYTES: u32 = 4;
const PPP_PLAIN_BYTES: u32 = 2;
/** Linux cooked v1: the EtherType stands last of 16 bytes; v2: first of 20. */
const SLL_BYTES: u32 = 16;
const SLL_TYPE: usize = 14;
const SLL2_BYTES: u32 = 20;

/** True where `decodePacket` reads frames of this link type. */
export function linkKnown(linkType: u32): bool {
  return <u32>openLink(linkType, 0, 0) != NEXT_UNKNOWN;
}

/** What comes next in the low 32 bits (an EtherType or NEXT_), the bytes to skip above them. */
export function openLink(linkType: u32, data: usize, captured: u32): u64 {
  switch (linkType) {
    case LINKTYPE_ETHERNET:
      return NEXT_ETHERNET;
    case LINKTYPE_RAW_12:
    case LINKTYPE_RAW_14:
    case LINKTYPE_RAW:
      return NEXT_IP;
    case LINKTYPE_IPV4:
      return ETHERTYPE_IPV4;
    case LINKTYPE_IPV6:
      return ETHERTYPE_IPV6;
    case LINKTYPE_NULL:
    case LINKTYPE_LOOP:
      return captured < LOOPBACK_BYTES ? NEXT_NONE : skip(LOOPBACK_BYTES, afterFamily(be32(data)));
    case LINKTYPE_PPP: {
      if (captured < PPP_FRAMED_BYTES) return NEXT_NONE;
      const size = be16(data) == PPP_FRAMING ? PPP_FRAMED_BYTES : PPP_PLAIN_BYTES;
      return skip(size, afterPpp(be16(data + size - PPP_PLAIN_BYTES)));
    }
    case LINKTYPE_LINUX_SLL:
      return captured < SLL_BYTES ? NEXT_NONE : skip(SLL_BYTES, be16(data + SLL_TYPE));
    case LINKTYPE_LINUX_SLL2:
      return captured < SLL2_BYTES ? NEXT_NONE : skip(SLL2_BYTES, be16(data));
    default:
      return NEXT_UNKNOWN;
  }
}

/** The EtherType of what a PPP protocol number announces. */
export function afterPpp(protocol: u32): u32 {
  switch (protocol) {
    case PPP_IPV4:
      return ETHERTYPE_IPV4;
    case PPP_IPV6:
      return ETHERTYPE_IPV6;
    case PPP_MPLS:
      return ETHERTYPE_MPLS;
    default:
      return NEXT_NONE;
  }
}

// In the byte order of the machine that captured.
function afterFamily(word: u32): u32 {
  switch (word < 256 ? word : bswap<u32>(word)) {
    case ADDRESS_FAMILY_INET:
      return ETHERTYPE_IPV4;
    case ADDRESS_FAMILY_INET6_LINUX:
    case ADDRESS_FAMILY_INET6_BSD:
    case ADDRESS_FAMILY_INET6_FREEBSD:
    case ADDRESS_FAMILY_INET6_DARWIN:
      return ETHERTYPE_IPV6;
    default:
      return NEXT_NONE;
  }
}

function skip(bytes: u32, next: u32): u64 {
  return ((<u64>bytes) << 32) | next;
}
