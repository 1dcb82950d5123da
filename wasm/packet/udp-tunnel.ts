// Tunnels over UDP, told by their port and believed where their header holds.
import {
  ENCAP_GENEVE,
  ENCAP_GTP,
  ENCAP_L2TP,
  ENCAP_LISP,
  ENCAP_TEREDO,
  ENCAP_TZSP,
  ENCAP_VXLAN,
  ETHERTYPE_IPV6,
  ETHERTYPE_MPLS,
  LINKTYPE_ETHERNET,
  LINKTYPE_IEEE802_11,
  LINKTYPE_IEEE802_11_AVS,
  LINKTYPE_IEEE802_11_PRISM,
  PORT_CAPWAP,
  PORT_ESP,
  PORT_GENEVE,
  PORT_GRE,
  PORT_GTP_U,
  PORT_GUE,
  PORT_L2TP,
  PORT_LISP,
  PORT_MPLS,
  PORT_TEREDO,
  PORT_TZSP,
  PORT_VXLAN,
  PORT_VXLAN_GPE,
  PORT_VXLAN_LINUX,
  UNREAD_UDP_PORT,
} from '../generated/capture';
import { be16, be32 } from './bytes';
import { openL2tpSession } from './gre';
import { passTenant, unread } from './identity';
import { NEXT_ETHERNET, NEXT_GRE, NEXT_LINK, NEXT_NONE, NEXT_PPP, skip } from './next';
import { innerScore, ipOf } from './pseudowire';
import { afterNsh } from './tags';
import { view } from './view';

/** spec: RFC 7348 5; the policy of draft-smith-vxlan-group-policy and the bits of RFC 9305 keep its place. */
const VXLAN_BYTES: u32 = 8;
const VXLAN_VALID_VNI: u32 = 0x08;
/** spec: RFC 9305 3, draft-ietf-nvo3-vxlan-gpe 3: the last byte of the first word is a next protocol. */
const GPE_NEXT: u32 = 0x04;
/** spec: RFC 8926 3.4: version in two bits, length of the options in words of 4 bytes, type. */
const GENEVE_BYTES: u32 = 8;
/** spec: 3GPP TS 29.281 5.1: flags, kind of message, length, tunnel; 4 bytes more where any of three flags is set. */
const GTP_BYTES: u32 = 8;
const GTP_VERSION: u32 = 0xf0;
const GTP_VERSION_1: u32 = 0x30;
const GTP_OPTIONAL: u32 = 0x07;
const GTP_OPTIONAL_BYTES: u32 = 4;
const GTP_EXTENDED: u32 = 0x04;
const GTP_PDU: u32 = 0xff;
const MOST_EXTENSIONS: u32 = 16;
/** spec: RFC 9300 5.1 */
const LISP_BYTES: u32 = 8;
const LISP_INSTANCE: u32 = 0x08;
/** spec: RFC 2661 3.1 */
const L2TP_CONTROL: u32 = 0x8000;
const L2TP_LENGTH: u32 = 0x4000;
const L2TP_SEQUENCE: u32 = 0x0800;
const L2TP_OFFSET: u32 = 0x0200;
const L2TP_VERSION: u32 = 0x000f;
/** spec: RFC 3931 4.1.2.1: version 3 has 16 unused bits before its session. */
const L2TP_3_BYTES: u32 = 4;
/** spec: RFC 4380 5.1.1 */
const TEREDO_AUTHENTICATION: u32 = 1;
const TEREDO_AUTHENTICATION_BYTES: u32 = 13;
const TEREDO_ORIGIN: u32 = 0;
const TEREDO_ORIGIN_BYTES: u32 = 8;
/** TaZmen Sniffer Protocol: | version | kind | what is inside u16 | tags … |; a tag is | kind | length | value |. */
const TZSP_BYTES: u32 = 4;
const TZSP_VERSION: u32 = 1;
const TZSP_SENT: u32 = 1;
const TZSP_PADDING: u32 = 0;
const TZSP_END: u32 = 1;
const TZSP_ETHERNET: u32 = 1;
const TZSP_IEEE802_11: u32 = 18;
const TZSP_PRISM: u32 = 119;
const TZSP_AVS: u32 = 127;
/** spec: RFC 3948 2.2: IKE stands behind four zero bytes, and one byte keeps a NAT open. */
const ESP_LEAST: u32 = 8;

/** The tunnel over the datagram whose payload is at `at`; NEXT_NONE where there is none, or none that can be read. */
export function openUdpTunnel(at: usize, limit: usize, end: usize): u64 {
  switch (view.dstPort) {
    case PORT_VXLAN:
    case PORT_VXLAN_LINUX:
      return orUnread(PORT_VXLAN, vxlan(at, limit));
    case PORT_VXLAN_GPE:
      return orUnread(PORT_VXLAN_GPE, vxlanGpe(at, limit));
    case PORT_GENEVE:
      return orUnread(PORT_GENEVE, geneve(at, limit));
    case PORT_LISP:
      return orUnread(PORT_LISP, lisp(at, limit));
    case PORT_MPLS:
      return at < limit ? ETHERTYPE_MPLS : NEXT_NONE;
    case PORT_GRE:
      return at < limit ? NEXT_GRE : NEXT_NONE;
    case PORT_TZSP:
      return tzsp(at, limit);
  }
  const low = min(view.srcPort, view.dstPort);
  if (isEither(PORT_GTP_U)) return gtp(at, limit, end);
  if (low == PORT_L2TP) return l2tp(at, limit, end);
  if (isEither(PORT_TEREDO)) return orUnread(PORT_TEREDO, teredo(at, limit));
  if (isEither(PORT_ESP) && at + ESP_LEAST <= limit && be32(at) != 0) unread(UNREAD_UDP_PORT, PORT_ESP);
  else if (isEither(PORT_CAPWAP)) unread(UNREAD_UDP_PORT, PORT_CAPWAP);
  else if (view.dstPort == PORT_GUE) unread(UNREAD_UDP_PORT, PORT_GUE);
  return NEXT_NONE;
}

function isEither(port: u32): bool {
  return view.dstPort == port || view.srcPort == port;
}

function orUnread(port: u32, found: u64): u64 {
  if (<u32>found == NEXT_NONE) unread(UNREAD_UDP_PORT, port);
  return found;
}

function vxlan(at: usize, limit: usize): u64 {
  if (at + VXLAN_BYTES > limit || !(load<u8>(at) & VXLAN_VALID_VNI)) return NEXT_NONE;
  return network(ENCAP_VXLAN, at, VXLAN_BYTES, NEXT_ETHERNET);
}

function vxlanGpe(at: usize, limit: usize): u64 {
  if (at + VXLAN_BYTES > limit) return NEXT_NONE;
  return network(ENCAP_VXLAN, at, VXLAN_BYTES, load<u8>(at) & GPE_NEXT ? afterNsh(load<u8>(at, 3)) : NEXT_ETHERNET);
}

function geneve(at: usize, limit: usize): u64 {
  if (at + GENEVE_BYTES > limit || load<u8>(at) >> 6 != 0) return NEXT_NONE;
  return network(ENCAP_GENEVE, at, GENEVE_BYTES + ((<u32>load<u8>(at) & 63) << 2), be16(at + 2));
}

// The number of the network is the upper 24 bits of the second word.
function network(encapsulation: u32, at: usize, bytes: u32, next: u32): u64 {
  if (next == NEXT_NONE) return NEXT_NONE;
  view.encapsulations |= encapsulation;
  passTenant(encapsulation, be32(at + 4) >> 8);
  return skip(bytes, next);
}

function lisp(at: usize, limit: usize): u64 {
  if (at + LISP_BYTES > limit) return NEXT_NONE;
  const flags = <u32>load<u8>(at);
  const next = flags & GPE_NEXT ? afterNsh(load<u8>(at, 3)) : ipOf(at + LISP_BYTES, limit);
  if (next == NEXT_NONE) return NEXT_NONE;
  view.encapsulations |= ENCAP_LISP;
  if (flags & LISP_INSTANCE) passTenant(ENCAP_LISP, be32(at + 4) >> 8);
  return skip(LISP_BYTES, next);
}

// Messages other than packets are between the ends of the tunnel.
function gtp(at: usize, limit: usize, end: usize): u64 {
  if (at + GTP_BYTES > limit) return NEXT_NONE;
  const flags = <u32>load<u8>(at);
  if ((flags & GTP_VERSION) != GTP_VERSION_1) {
    unread(UNREAD_UDP_PORT, PORT_GTP_U);
    return NEXT_NONE;
  }
  if (load<u8>(at, 1) != GTP_PDU) return NEXT_NONE;
  let bytes = GTP_BYTES;
  if (flags & GTP_OPTIONAL) bytes += GTP_OPTIONAL_BYTES;
  if (flags & GTP_EXTENDED) {
    // Each is | length in words of 4 bytes | … | kind of the next |, the first kind being the byte before it.
    for (let count: u32 = 0; at + bytes < limit && load<u8>(at + bytes - 1) != 0; count += 1) {
      const words = <u32>load<u8>(at + bytes);
      if (!words || count == MOST_EXTENSIONS) return orUnread(PORT_GTP_U, NEXT_NONE);
      bytes += words << 2;
    }
  }
  // IP, or a frame of Ethernet (3GPP TS 23.501 5.6.10): the session knows, the packet does not say.
  const plain = ipOf(at + bytes, limit);
  const next = plain != NEXT_NONE ? plain : innerScore(at + bytes, limit, end) ? NEXT_ETHERNET : NEXT_NONE;
  if (next == NEXT_NONE) return orUnread(PORT_GTP_U, NEXT_NONE);
  view.encapsulations |= ENCAP_GTP;
  passTenant(ENCAP_GTP, be32(at + 4));
  return skip(bytes, next);
}

function l2tp(at: usize, limit: usize, end: usize): u64 {
  if (at + 2 > limit) return NEXT_NONE;
  const flags = be16(at);
  if (flags & L2TP_CONTROL) return NEXT_NONE;
  const version = flags & L2TP_VERSION;
  if (version == 3) {
    const found = openL2tpSession(at + L2TP_3_BYTES, limit, end);
    return <u32>found == NEXT_NONE ? NEXT_NONE : found + ((<u64>L2TP_3_BYTES) << 32);
  }
  let bytes: u32 = flags & L2TP_LENGTH ? 4 : 2;
  if (version != 2 || at + bytes + 4 > limit) return orUnread(PORT_L2TP, NEXT_NONE);
  const session = be32(at + bytes);
  bytes += flags & L2TP_SEQUENCE ? 8 : 4;
  if (flags & L2TP_OFFSET) {
    if (at + bytes + 2 > limit) return NEXT_NONE;
    bytes += 2 + be16(at + bytes);
  }
  view.encapsulations |= ENCAP_L2TP;
  passTenant(ENCAP_L2TP, session);
  return skip(bytes, NEXT_PPP);
}

function teredo(at: usize, limit: usize): u64 {
  let bytes: u32 = 0;
  if (at + TEREDO_AUTHENTICATION_BYTES <= limit && be16(at) == TEREDO_AUTHENTICATION) {
    bytes = TEREDO_AUTHENTICATION_BYTES + load<u8>(at, 2) + load<u8>(at, 3);
  }
  if (at + bytes + TEREDO_ORIGIN_BYTES <= limit && be16(at + bytes) == TEREDO_ORIGIN) bytes += TEREDO_ORIGIN_BYTES;
  if (ipOf(at + bytes, limit) != ETHERTYPE_IPV6) return NEXT_NONE;
  view.encapsulations |= ENCAP_TEREDO;
  return skip(bytes, ETHERTYPE_IPV6);
}

function tzsp(at: usize, limit: usize): u64 {
  if (at + TZSP_BYTES > limit || load<u8>(at) != TZSP_VERSION) return orUnread(PORT_TZSP, NEXT_NONE);
  // Other kinds keep the stream alive or set it up.
  if (load<u8>(at, 1) > TZSP_SENT) return NEXT_NONE;
  let tag = at + TZSP_BYTES;
  while (tag < limit && load<u8>(tag) != TZSP_END) {
    if (load<u8>(tag) == TZSP_PADDING) tag += 1;
    else if (tag + 2 > limit) break;
    else tag += 2 + <usize>load<u8>(tag, 1);
  }
  const linkType = tzspLink(be16(at + 2));
  if (linkType == NEXT_NONE || tag >= limit) return orUnread(PORT_TZSP, NEXT_NONE);
  view.encapsulations |= ENCAP_TZSP;
  return skip(<u32>(tag + 1 - at), NEXT_LINK | linkType);
}

function tzspLink(inside: u32): u32 {
  switch (inside) {
    case TZSP_ETHERNET:
      return LINKTYPE_ETHERNET;
    case TZSP_IEEE802_11:
      return LINKTYPE_IEEE802_11;
    case TZSP_PRISM:
      return LINKTYPE_IEEE802_11_PRISM;
    case TZSP_AVS:
      return LINKTYPE_IEEE802_11_AVS;
    default:
      return NEXT_NONE;
  }
}
