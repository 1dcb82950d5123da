// From a link-layer frame to its innermost transport header. Each step reads one header at the
// cursor and says what comes next; the number of steps is bounded, so no nesting can hang us.
//
//   data            cursor                 limit                      end
//   | link | … | header being read | captured … | not captured, but on the wire |
import {
  ENCAP_AH,
  ENCAP_IPIP,
  ENCAP_MINIMAL,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  ETHERTYPE_MPLS,
  ETHERTYPE_MPLS_UPSTREAM,
  KIND_ARP,
  KIND_FRAGMENT,
  KIND_ICMP,
  KIND_ICMP6,
  KIND_IP,
  KIND_OTHER,
  LINKTYPE_ETHERNET,
  NOTE_FIRST_FRAGMENT,
  NOTE_MALFORMED,
  NOTE_TOO_DEEP,
  NOTE_TRUNCATED,
  PROTOCOL_AH,
  PROTOCOL_ETHERIP,
  PROTOCOL_GRE,
  PROTOCOL_HIP,
  PROTOCOL_HOPOPT,
  PROTOCOL_ICMP,
  PROTOCOL_IPV4,
  PROTOCOL_IPV6,
  PROTOCOL_IPV6_FRAG,
  PROTOCOL_IPV6_ICMP,
  PROTOCOL_IPV6_OPTS,
  PROTOCOL_IPV6_ROUTE,
  PROTOCOL_L2TP,
  PROTOCOL_MINIMAL,
  PROTOCOL_MOBILITY,
  PROTOCOL_MPLS_IN_IP,
  PROTOCOL_SHIM6,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  UNREAD_LINK,
  UNREAD_PROTOCOL,
} from '../generated/capture';
import { be16, be32 } from './bytes';
import { openEtherIp, openGre, openL2tpSession } from './gre';
import {
  AH_BYTES,
  ETHERNET_BYTES,
  ETHERNET_MAX_LENGTH,
  ETHERNET_TYPE,
  ETHERTYPE_LEAST,
  IPV4_BYTES,
  IPV4_FRAGMENT_OFFSET,
  IPV4_MORE_FRAGMENTS,
  IPV6_BYTES,
  IPV6_EXTENSION_BYTES,
  IPV6_FRAGMENT_OFFSET,
  IPV6_MORE_FRAGMENTS,
  MINIMAL_BYTES,
  MINIMAL_SOURCE,
  UDP_BYTES,
} from './headers';
import { unread } from './identity';
import { openLink } from './link';
import { openLlc, openPpp } from './llc';
import {
  NEXT_CUT,
  NEXT_ETHERNET,
  NEXT_GRE,
  NEXT_IP,
  NEXT_LINK,
  NEXT_LLC,
  NEXT_NONE,
  NEXT_PPP,
  NEXT_PROTOCOL,
  NEXT_UNKNOWN,
  NEXT_WLAN,
  NEXT_WRONG,
  WLAN_CHECKED,
  WLAN_PADDED,
} from './next';
import { ipOf, openMpls } from './pseudowire';
import { openTag } from './tags';
import { broken, decodeIcmp, decodeTcp, decodeUdp } from './transport';
import { openUdpTunnel } from './udp-tunnel';
import { clearView, ECN_BITS, view } from './view';
import { openWlan, WLAN_CHECK_BYTES } from './wlan';

/** Lengths on the wire above this are lies; the bound keeps address arithmetic from wrapping. */
const MAX_WIRE: u32 = 1 << 28;
/** Headers in one packet, tags and labels included. */
const MAX_DEPTH: u32 = 32;
/** Extension headers in one IPv6 packet. */
const MAX_EXTENSIONS: u32 = 16;

let cursor: usize = 0;
let limit: usize = 0;
let end: usize = 0;

export function decodePacket(linkType: u32, data: usize, captured: u32, wire: u32): void {
  clearView();
  limit = data + captured;
  end = data + max(min(wire, MAX_WIRE), captured);
  let next: u32;
  // The usual frame first: Ethernet, IPv4.
  if (linkType == LINKTYPE_ETHERNET && captured >= ETHERNET_BYTES) {
    next = be16(data + ETHERNET_TYPE);
    cursor = data + ETHERNET_BYTES;
  } else {
    cursor = data;
    next = link(linkType);
  }
  for (let depth: u32 = 0; depth < MAX_DEPTH; depth += 1) {
    if (next == ETHERTYPE_IPV4) next = ipv4();
    else if (next == ETHERTYPE_IPV6) next = ipv6();
    else next = other(next);
    if (next == NEXT_NONE) return;
  }
  broken(NOTE_TOO_DEEP);
}

// @seldom
function other(type: u32): u32 {
  if (type < ETHERTYPE_LEAST) return type ? lengthInsteadOfType(type) : NEXT_NONE;
  if (type & NEXT_PROTOCOL) return transport(type & 0xff);
  if (type & NEXT_LINK) return link(type & 0xffff);
  if ((type & ~(WLAN_CHECKED | WLAN_PADDED)) == NEXT_WLAN) return wlan(type);
  switch (type) {
    case NEXT_IP: {
      if (cursor >= limit) return stop(NOTE_TRUNCATED);
      const next = ipOf(cursor, limit);
      return next == NEXT_NONE ? stop(NOTE_MALFORMED) : next;
    }
    case NEXT_ETHERNET: {
      if (cursor + ETHERNET_BYTES > limit) return stop(NOTE_TRUNCATED);
      cursor += ETHERNET_BYTES;
      return be16(cursor - 2);
    }
    case NEXT_GRE:
      return enter(openGre(cursor, limit));
    case NEXT_LLC:
      return enter(openLlc(cursor, limit));
    case NEXT_PPP:
      return enter(openPpp(cursor, limit));
    case ETHERTYPE_ARP:
      view.kind = KIND_ARP;
      return NEXT_NONE;
    case ETHERTYPE_MPLS:
    case ETHERTYPE_MPLS_UPSTREAM:
      return enter(openMpls(cursor, limit, end));
    default:
      return enter(openTag(type, cursor, limit));
  }
}

// What a reader of one header found: the cursor goes behind that header.
function enter(found: u64): u32 {
  const next = <u32>found;
  if (next == NEXT_CUT) return stop(NOTE_TRUNCATED);
  if (next == NEXT_WRONG) return stop(NOTE_MALFORMED);
  cursor += <usize>(found >> 32);
  return next;
}

// IEEE 802.3 3.2.6: up to 1500 it is the length of the payload, behind which is padding.
function lengthInsteadOfType(length: u32): u32 {
  if (length > ETHERNET_MAX_LENGTH) return NEXT_NONE;
  if (cursor + length < end) end = cursor + length;
  if (end < limit) limit = end;
  return NEXT_LLC;
}

// @seldom
function link(linkType: u32): u32 {
  const opened = openLink(linkType, cursor, limit > cursor ? <u32>(limit - cursor) : 0);
  if (<u32>opened != NEXT_UNKNOWN) return enter(opened);
  unread(UNREAD_LINK, linkType);
  return NEXT_NONE;
}

function wlan(form: u32): u32 {
  if (form & WLAN_CHECKED) {
    end -= WLAN_CHECK_BYTES;
    if (end < limit) limit = end;
  }
  return enter(openWlan(cursor, limit, form));
}

// spec: RFC 791 3.1
function ipv4(): u32 {
  const at = cursor;
  if (at + IPV4_BYTES > limit) return stop(NOTE_TRUNCATED);
  const first = <u32>load<u8>(at);
  const header = (first & 15) << 2;
  if (first >> 4 != 4 || header < IPV4_BYTES) return stop(NOTE_MALFORMED);
  const total = be16(at + 2);
  // A sender's capture before segmentation offload has total length 0 above 64 KiB.
  if (total) {
    if (total < header) return stop(NOTE_MALFORMED);
    end = at + total;
  }
  // Link padding after the packet is not its payload.
  if (end < limit) limit = end;
  view.family = 4;
  view.src = at + 12;
  view.dst = at + 16;
  view.ecn = load<u8>(at, 1) & ECN_BITS;
  view.ttl = load<u8>(at, 8);
  view.ipId = be16(at + 4);
  view.moreFragments = 0;
  const protocol = <u32>load<u8>(at, 9);
  view.protocol = protocol;
  const fragment = be16(at + 6);
  cursor = at + header;
  if (fragment & (IPV4_MORE_FRAGMENTS | IPV4_FRAGMENT_OFFSET)) {
    noteFragment((fragment & IPV4_FRAGMENT_OFFSET) << 3, fragment & IPV4_MORE_FRAGMENTS);
    if (fragment & IPV4_FRAGMENT_OFFSET) {
      view.kind = KIND_FRAGMENT;
      return NEXT_NONE;
    }
    view.notes |= NOTE_FIRST_FRAGMENT;
  }
  return transport(protocol);
}

// spec: RFC 8200 3 and 4
// @seldom
function ipv6(): u32 {
  const at = cursor;
  if (at + IPV6_BYTES > limit) return stop(NOTE_TRUNCATED);
  const word = be32(at);
  if (word >> 28 != 6) return stop(NOTE_MALFORMED);
  const length = be16(at + 4);
  // Payload length 0: a jumbogram or an offloaded packet, whose length is the frame's.
  if (length) end = at + IPV6_BYTES + length;
  if (end < limit) limit = end;
  view.family = 6;
  view.src = at + 8;
  view.dst = at + 24;
  view.ecn = (word >> 20) & ECN_BITS;
  view.ttl = load<u8>(at, 7);
  view.ipId = 0;
  view.moreFragments = 0;
  let protocol = <u32>load<u8>(at, 6);
  cursor = at + IPV6_BYTES;
  for (let count: u32 = 0; count < MAX_EXTENSIONS; count += 1) {
    if (hasExtensionShape(protocol)) {
      if (cursor + IPV6_EXTENSION_BYTES > limit) return stop(NOTE_TRUNCATED);
      protocol = load<u8>(cursor);
      cursor += (<usize>load<u8>(cursor, 1) + 1) << 3;
    } else if (protocol == PROTOCOL_IPV6_FRAG) {
      if (cursor + IPV6_EXTENSION_BYTES > limit) return stop(NOTE_TRUNCATED);
      protocol = load<u8>(cursor);
      const fragment = be16(cursor + 2);
      view.ipId = be32(cursor + 4);
      cursor += IPV6_EXTENSION_BYTES;
      noteFragment(fragment & IPV6_FRAGMENT_OFFSET, fragment & IPV6_MORE_FRAGMENTS);
      if (fragment & IPV6_FRAGMENT_OFFSET) {
        view.protocol = protocol;
        view.kind = KIND_FRAGMENT;
        return NEXT_NONE;
      }
      // An atomic fragment (RFC 6946) is whole.
      if (fragment & IPV6_MORE_FRAGMENTS) view.notes |= NOTE_FIRST_FRAGMENT;
    } else {
      view.protocol = protocol;
      return transport(protocol);
    }
  }
  return stop(NOTE_TOO_DEEP);
}

// The cursor stands behind the headers of the network.
// @seldom
function noteFragment(offset: u32, more: u32): void {
  view.fragmentOffset = offset;
  view.fragmentBytes = end > cursor ? <u32>(end - cursor) : 0;
  view.moreFragments = more;
}

// Length in units of 8 bytes, the first not counted (RFC 6564 4).
function hasExtensionShape(protocol: u32): bool {
  return (
    protocol == PROTOCOL_HOPOPT ||
    protocol == PROTOCOL_IPV6_ROUTE ||
    protocol == PROTOCOL_IPV6_OPTS ||
    protocol == PROTOCOL_MOBILITY ||
    protocol == PROTOCOL_HIP ||
    protocol == PROTOCOL_SHIM6
  );
}

function transport(protocol: u32): u32 {
  if (protocol != PROTOCOL_TCP) return otherTransport(protocol);
  decodeTcp(cursor, limit, end);
  return NEXT_NONE;
}

// @seldom
function otherTransport(protocol: u32): u32 {
  const at = cursor;
  switch (protocol) {
    case PROTOCOL_UDP:
      decodeUdp(at, limit, end);
      return view.notes & NOTE_TRUNCATED ? NEXT_NONE : udpTunnel(at + UDP_BYTES);
    case PROTOCOL_ICMP:
      decodeIcmp(at, limit, end, KIND_ICMP);
      return NEXT_NONE;
    case PROTOCOL_IPV6_ICMP:
      decodeIcmp(at, limit, end, KIND_ICMP6);
      return NEXT_NONE;
    case PROTOCOL_IPV4:
    case PROTOCOL_IPV6:
      view.encapsulations |= ENCAP_IPIP;
      return NEXT_IP;
    case PROTOCOL_MPLS_IN_IP:
      return ETHERTYPE_MPLS;
    case PROTOCOL_GRE:
      return inside(openGre(at, limit));
    case PROTOCOL_ETHERIP:
      return inside(openEtherIp(at, limit));
    case PROTOCOL_L2TP:
      return inside(openL2tpSession(at, limit, end));
    case PROTOCOL_MINIMAL:
      return minimal();
    case PROTOCOL_AH:
      return authenticated();
    default:
      view.kind = KIND_IP;
      view.payloadBytes = end > at ? <u32>(end - at) : 0;
      unread(UNREAD_PROTOCOL, protocol);
      return NEXT_NONE;
  }
}

// A tunnel that is an IP protocol: where nothing of it can be read, the packet is of that protocol.
function inside(found: u64): u32 {
  const next = enter(found);
  if (next == NEXT_NONE && view.kind == KIND_OTHER) view.kind = KIND_IP;
  return next;
}

function udpTunnel(at: usize): u32 {
  const found = openUdpTunnel(at, limit, end);
  if (<u32>found == NEXT_NONE) return NEXT_NONE;
  // What the outer transport header said must not be taken for the inner packet's.
  view.kind = KIND_OTHER;
  view.srcPort = 0;
  view.dstPort = 0;
  view.payloadBytes = 0;
  cursor = at;
  return enter(found);
}

// spec: RFC 2004 3.1; the packet's own addresses stand here, and the tunnel's in the IP header.
function minimal(): u32 {
  const at = cursor;
  if (at + MINIMAL_BYTES > limit) return stop(NOTE_TRUNCATED);
  const sourced = load<u8>(at, 1) & MINIMAL_SOURCE;
  if (view.family != 4) return stop(NOTE_MALFORMED);
  if (sourced && at + MINIMAL_BYTES + 4 > limit) return stop(NOTE_TRUNCATED);
  view.encapsulations |= ENCAP_MINIMAL;
  view.dst = at + 4;
  if (sourced) view.src = at + MINIMAL_BYTES;
  cursor = at + MINIMAL_BYTES + (sourced ? 4 : 0);
  return further(load<u8>(at));
}

// spec: RFC 4302 2.2
function authenticated(): u32 {
  const at = cursor;
  if (at + AH_BYTES > limit) return stop(NOTE_TRUNCATED);
  view.encapsulations |= ENCAP_AH;
  cursor = at + ((<usize>load<u8>(at, 1) + 2) << 2);
  return further(load<u8>(at));
}

function further(protocol: u32): u32 {
  view.protocol = protocol;
  return NEXT_PROTOCOL | protocol;
}

function stop(note: u32): u32 {
  broken(note);
  return NEXT_NONE;
}
