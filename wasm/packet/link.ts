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
  ETHERTYPE_PPPOE_SESSION,
  LINKTYPE_ATM_RFC1483,
  LINKTYPE_C_HDLC,
  LINKTYPE_ENC,
  LINKTYPE_ETHERNET,
  LINKTYPE_ETHERNET_MPACKET,
  LINKTYPE_FDDI,
  LINKTYPE_FRELAY,
  LINKTYPE_IEEE802_5,
  LINKTYPE_IEEE802_11,
  LINKTYPE_IEEE802_11_AVS,
  LINKTYPE_IEEE802_11_PRISM,
  LINKTYPE_IEEE802_11_RADIOTAP,
  LINKTYPE_IPOIB,
  LINKTYPE_IPV4,
  LINKTYPE_IPV6,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_LOOP,
  LINKTYPE_MPLS,
  LINKTYPE_NETANALYZER,
  LINKTYPE_NETANALYZER_TRANSPARENT,
  LINKTYPE_NFLOG,
  LINKTYPE_NULL,
  LINKTYPE_PFLOG,
  LINKTYPE_PKTAP,
  LINKTYPE_PPI,
  LINKTYPE_PPP,
  LINKTYPE_PPP_ETHER,
  LINKTYPE_PPP_HDLC,
  LINKTYPE_PPP_PPPD,
  LINKTYPE_PPP_WITH_DIR,
  LINKTYPE_RAW,
  LINKTYPE_RAW_12,
  LINKTYPE_RAW_14,
  NLPID_SNAP,
} from '../generated/capture';
import { be16, be32 } from './bytes';
import { ETHERTYPE_LEAST } from './headers';
import { nlpid } from './llc';
import {
  NEXT_CUT,
  NEXT_ETHERNET,
  NEXT_IP,
  NEXT_LINK,
  NEXT_LLC,
  NEXT_NONE,
  NEXT_PPP,
  NEXT_UNKNOWN,
  NEXT_WLAN,
  NEXT_WRONG,
  skip,
} from './next';
import { openAvs, openPrism, openRadiotap } from './wlan';

/** An address family of 4 bytes; that of IPv4 is 2 everywhere, that of IPv6 is each system's own. */
const LOOPBACK_BYTES: u32 = 4;
/** OpenBSD's and FreeBSD's enc(4): address family, SPI, flags. */
const ENC_BYTES: u32 = 12;
/** Linux cooked v1: the EtherType stands last of 16 bytes; v2: first of 20. */
const SLL_BYTES: u32 = 16;
const SLL_TYPE: usize = 14;
const SLL_HARDWARE: usize = 2;
const SLL2_BYTES: u32 = 20;
const SLL2_HARDWARE: usize = 8;
/** Linux's ETH_P_802_2: an 802.2 header follows, and no type stands before it. */
const ETH_P_802_2: u32 = 4;
/** Linux's ARPHRD_ numbers of 802.11, with a Prism and with a radiotap header. */
const ARPHRD_IEEE80211: u32 = 801;
const ARPHRD_IEEE80211_PRISM: u32 = 802;
const ARPHRD_IEEE80211_RADIOTAP: u32 = 803;
/** Cisco's HDLC: address (unicast or multicast), control, EtherType. */
const C_HDLC_BYTES: u32 = 4;
const C_HDLC_UNICAST: u32 = 0x0f00;
const C_HDLC_MULTICAST: u32 = 0x8f00;
/** Frame control, two addresses. */
const FDDI_BYTES: u32 = 13;
/** Access control, frame control, two addresses; the source's first bit says that a route follows. */
const TOKEN_RING_BYTES: u32 = 14;
const TOKEN_RING_SOURCE: usize = 8;
const ROUTE_LENGTH: u32 = 0x1f;
/** A global route header of InfiniBand, then the EtherType and two unused bytes. */
const IPOIB_BYTES: u32 = 44;
const IPOIB_TYPE: usize = 40;
const NETANALYZER_BYTES: u32 = 4;
/** With the preamble and the start of frame delimiter. */
const NETANALYZER_TRANSPARENT_BYTES: u32 = 12;
/** IEEE 802.3br: preamble and start of mPacket delimiter. */
const MPACKET_BYTES: u32 = 8;
/** spec: RFC 2427 3.1, unnumbered information. */
const UNNUMBERED: u32 = 3;
/** PPP's direction where the address stands, or before it. */
const PPP_CONTROL: u32 = 3;

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
      return captured < LOOPBACK_BYTES ? NEXT_CUT : skip(LOOPBACK_BYTES, afterFamily(be32(data)));
    case LINKTYPE_ENC:
      return captured < ENC_BYTES ? NEXT_CUT : skip(ENC_BYTES, afterFamily(be32(data)));
    case LINKTYPE_PFLOG:
      return pflog(data, captured);
    case LINKTYPE_PPP:
      return NEXT_PPP;
    case LINKTYPE_PPP_HDLC:
      return captured >= C_HDLC_BYTES && isCiscoHdlc(be16(data)) ? ciscoHdlc(data, captured) : NEXT_PPP;
    case LINKTYPE_PPP_WITH_DIR:
      return captured < 1 ? NEXT_CUT : skip(1, NEXT_PPP);
    case LINKTYPE_PPP_PPPD:
      if (captured < 2) return NEXT_CUT;
      return skip(load<u8>(data, 1) == PPP_CONTROL ? 2 : 1, NEXT_PPP);
    case LINKTYPE_PPP_ETHER:
      return ETHERTYPE_PPPOE_SESSION;
    case LINKTYPE_C_HDLC:
      return ciscoHdlc(data, captured);
    case LINKTYPE_FRELAY:
      return frameRelay(data, captured);
    case LINKTYPE_MPLS:
      return ETHERTYPE_MPLS;
    case LINKTYPE_ATM_RFC1483:
      return NEXT_LLC;
    case LINKTYPE_FDDI:
      return captured < FDDI_BYTES ? NEXT_CUT : skip(FDDI_BYTES, NEXT_LLC);
    case LINKTYPE_IEEE802_5:
      return tokenRing(data, captured);
    case LINKTYPE_IEEE802_11:
      return NEXT_WLAN;
    case LINKTYPE_IEEE802_11_RADIOTAP:
      return openRadiotap(data, captured);
    case LINKTYPE_IEEE802_11_PRISM:
      return openPrism(data, captured);
    case LINKTYPE_IEEE802_11_AVS:
      return openAvs(data, captured);
    case LINKTYPE_PPI:
      return ppi(data, captured);
    case LINKTYPE_PKTAP:
      return pktap(data, captured);
    case LINKTYPE_NFLOG:
      return nflog(data, captured);
    case LINKTYPE_LINUX_SLL:
      return captured < SLL_BYTES
        ? NEXT_CUT
        : skip(SLL_BYTES, cooked(be16(data + SLL_TYPE), be16(data + SLL_HARDWARE)));
    case LINKTYPE_LINUX_SLL2:
      return captured < SLL2_BYTES ? NEXT_CUT : skip(SLL2_BYTES, cooked(be16(data), be16(data + SLL2_HARDWARE)));
    case LINKTYPE_IPOIB:
      return captured < IPOIB_BYTES ? NEXT_CUT : skip(IPOIB_BYTES, be16(data + IPOIB_TYPE));
    case LINKTYPE_NETANALYZER:
      return skip(NETANALYZER_BYTES, NEXT_ETHERNET);
    case LINKTYPE_NETANALYZER_TRANSPARENT:
      return skip(NETANALYZER_TRANSPARENT_BYTES, NEXT_ETHERNET);
    case LINKTYPE_ETHERNET_MPACKET:
      return skip(MPACKET_BYTES, NEXT_ETHERNET);
    default:
      return NEXT_UNKNOWN;
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

// What Linux says of the packet, and of the device it came from.
function cooked(type: u32, hardware: u32): u32 {
  if (hardware == ARPHRD_IEEE80211) return NEXT_LINK | LINKTYPE_IEEE802_11;
  if (hardware == ARPHRD_IEEE80211_PRISM) return NEXT_LINK | LINKTYPE_IEEE802_11_PRISM;
  if (hardware == ARPHRD_IEEE80211_RADIOTAP) return NEXT_LINK | LINKTYPE_IEEE802_11_RADIOTAP;
  if (type == ETH_P_802_2) return NEXT_LLC;
  return type < ETHERTYPE_LEAST ? NEXT_NONE : type;
}

// OpenBSD's pflog(4): | length | address family | …, padded to words of 4 bytes.
function pflog(data: usize, captured: u32): u64 {
  if (captured < 2) return NEXT_CUT;
  const bytes = (<u32>load<u8>(data) + 3) & ~3;
  if (bytes < 4) return NEXT_WRONG;
  return skip(bytes, afterFamily(load<u8>(data, 1)));
}

function isCiscoHdlc(word: u32): bool {
  return word == C_HDLC_UNICAST || word == C_HDLC_MULTICAST;
}

function ciscoHdlc(data: usize, captured: u32): u64 {
  return captured < C_HDLC_BYTES ? NEXT_CUT : skip(C_HDLC_BYTES, be16(data + 2));
}

// spec: RFC 2427 3 and 4: an address whose last byte has its lowest bit set, control, padding, NLPID.
// Cisco's own framing has an EtherType behind the address.
function frameRelay(data: usize, captured: u32): u64 {
  let at: u32 = 1;
  while (at < 4 && at < captured && !(load<u8>(data + at) & 1)) at += 1;
  at += 1;
  if (at + 2 > captured) return NEXT_CUT;
  if (load<u8>(data + at) != UNNUMBERED) return skip(at + 2, be16(data + at));
  at += 1;
  if (load<u8>(data + at) == 0) at += 1;
  if (at >= captured) return NEXT_CUT;
  const id = <u32>load<u8>(data + at);
  if (id != NLPID_SNAP) return skip(at + 1, nlpid(id));
  return at + 6 > captured ? NEXT_CUT : skip(at + 6, be16(data + at + 4));
}

function tokenRing(data: usize, captured: u32): u64 {
  if (captured <= TOKEN_RING_BYTES) return NEXT_CUT;
  const routed = load<u8>(data, TOKEN_RING_SOURCE) & 0x80;
  return skip(TOKEN_RING_BYTES + (routed ? load<u8>(data, TOKEN_RING_BYTES) & ROUTE_LENGTH : 0), NEXT_LLC);
}

// CACE's per-packet information: | version | flags | length u16 | link type u32 | fields … |, little-endian.
function ppi(data: usize, captured: u32): u64 {
  if (captured < 8) return NEXT_CUT;
  const length = <u32>load<u16>(data, 2);
  return length < 8 ? NEXT_WRONG : skip(length, NEXT_LINK | (load<u32>(data, 4) & 0xffff));
}

// macOS: | length u32 | kind u32 | link type u32 | … |, in the byte order of the machine that captured.
function pktap(data: usize, captured: u32): u64 {
  if (captured < 12) return NEXT_CUT;
  let length = load<u32>(data);
  let linkType = load<u32>(data, 8);
  if (length > 0xffff) {
    length = bswap<u32>(length);
    linkType = bswap<u32>(linkType);
  }
  return length < 12 || length > 0xffff ? NEXT_WRONG : skip(length, NEXT_LINK | (linkType & 0xffff));
}

// Linux's netfilter log: | family | version | resource u16 |, then attributes | length u16 | type u16 | value | padded
// to 4 bytes, in the byte order of the machine that captured; numbers of attributes are below 256.
function nflog(data: usize, captured: u32): u64 {
  if (captured < 4) return NEXT_CUT;
  let hardwareType: u32 = NEXT_IP;
  let at: u32 = 4;
  while (at + 4 <= captured) {
    let length = <u32>load<u16>(data + at);
    let type = <u32>load<u16>(data + at, 2);
    if (type > 0xff) {
      length = bswap<u16>(<u16>length);
      type = bswap<u16>(<u16>type);
    }
    if (length < 4) return NEXT_WRONG;
    if (type == NFULA_PAYLOAD) {
      const family = afterFamily(load<u8>(data));
      return skip(at + 4, family == NEXT_NONE ? hardwareType : family);
    }
    if (type == NFULA_PACKET_HDR && at + 6 <= captured) hardwareType = be16(data + at + 4);
    at += (length + 3) & ~3;
  }
  return NEXT_CUT;
}

const NFULA_PACKET_HDR: u32 = 1;
const NFULA_PAYLOAD: u32 = 9;
