// From a link-layer frame to its innermost transport header. Each step reads one header at the
// cursor and says what comes next; the number of steps is bounded, so no nesting can hang us.
//
//   data            cursor                 limit                      end
//   | link | … | header being read | captured … | not captured, but on the wire |
import {
  ENCAP_GENEVE,
  ENCAP_GRE,
  ENCAP_IPIP,
  ENCAP_MPLS,
  ENCAP_PPPOE,
  ENCAP_PSEUDOWIRE,
  ENCAP_VLAN,
  ENCAP_VXLAN,
  ETHERTYPE_ARP,
  ETHERTYPE_C_TAG,
  ETHERTYPE_ERSPAN,
  ETHERTYPE_ERSPAN_III,
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  ETHERTYPE_MPLS,
  ETHERTYPE_MPLS_UPSTREAM,
  ETHERTYPE_PPPOE_SESSION,
  ETHERTYPE_QINQ_9100,
  ETHERTYPE_QINQ_9200,
  ETHERTYPE_S_TAG,
  ETHERTYPE_TRANSPARENT_ETHERNET,
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
  PORT_GENEVE,
  PORT_VXLAN,
  PORT_VXLAN_LINUX,
  PROTOCOL_AH,
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
  PROTOCOL_MOBILITY,
  PROTOCOL_MPLS_IN_IP,
  PROTOCOL_SHIM6,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
} from '../generated/capture';
import { be16, be32 } from './bytes';
import {
  ERSPAN_II_BYTES,
  ERSPAN_III_BYTES,
  ERSPAN_III_LONG_BYTES,
  ETHERNET_BYTES,
  ETHERNET_TYPE,
  GENEVE_BYTES,
  GRE_BYTES,
  GRE_CHECKSUM,
  GRE_KEY,
  GRE_ROUTING,
  GRE_SEQUENCE,
  GRE_VERSION,
  IPV4_BYTES,
  IPV4_FRAGMENT_OFFSET,
  IPV4_MORE_FRAGMENTS,
  IPV6_BYTES,
  IPV6_EXTENSION_BYTES,
  IPV6_FRAGMENT_OFFSET,
  IPV6_MORE_FRAGMENTS,
  MPLS_BYTES,
  PPPOE_BYTES,
  UDP_BYTES,
  VLAN_BYTES,
  VXLAN_BYTES,
  VXLAN_VALID_VNI,
} from './headers';
import { afterPpp, openLink } from './link';
import { NEXT_ETHERNET, NEXT_GRE, NEXT_IP, NEXT_NONE } from './next';
import { afterMpls } from './pseudowire';
import { broken, decodeIcmp, decodeTcp, decodeUdp } from './transport';
import { ECN_BITS, VIEW_BYTES, view } from './view';

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
  memory.fill(changetype<usize>(view), 0, VIEW_BYTES);
  limit = data + captured;
  end = data + max(min(wire, MAX_WIRE), captured);
  let next: u32;
  // The usual frame first: Ethernet, IPv4.
  if (linkType == LINKTYPE_ETHERNET && captured >= ETHERNET_BYTES) {
    next = be16(data + ETHERNET_TYPE);
    cursor = data + ETHERNET_BYTES;
  } else {
    const opened = openLink(linkType, data, captured);
    next = <u32>opened;
    cursor = data + <usize>(opened >> 32);
  }
  for (let depth: u32 = 0; depth < MAX_DEPTH; depth += 1) {
    if (next == ETHERTYPE_IPV4) next = ipv4();
    else if (next == ETHERTYPE_IPV6) next = ipv6();
    else next = other(next);
    if (next == NEXT_NONE) return;
  }
  broken(NOTE_TOO_DEEP);
}

function other(type: u32): u32 {
  switch (type) {
    case NEXT_IP: {
      if (cursor >= limit) return stop(NOTE_TRUNCATED);
      const version = load<u8>(cursor) >> 4;
      return version == 4 ? ETHERTYPE_IPV4 : version == 6 ? ETHERTYPE_IPV6 : stop(NOTE_MALFORMED);
    }
    case NEXT_ETHERNET: {
      if (cursor + ETHERNET_BYTES > limit) return stop(NOTE_TRUNCATED);
      cursor += ETHERNET_BYTES;
      return be16(cursor - 2);
    }
    case NEXT_GRE:
      return gre();
    case ETHERTYPE_ARP:
      view.kind = KIND_ARP;
      return NEXT_NONE;
    case ETHERTYPE_C_TAG:
    case ETHERTYPE_S_TAG:
    case ETHERTYPE_QINQ_9100:
    case ETHERTYPE_QINQ_9200: {
      if (cursor + VLAN_BYTES > limit) return stop(NOTE_TRUNCATED);
      view.encapsulations |= ENCAP_VLAN;
      if (!view.vlan) view.vlan = be16(cursor) + 1;
      cursor += VLAN_BYTES;
      return be16(cursor - 2);
    }
    case ETHERTYPE_MPLS:
    case ETHERTYPE_MPLS_UPSTREAM: {
      if (cursor + MPLS_BYTES > limit) return stop(NOTE_TRUNCATED);
      view.encapsulations |= ENCAP_MPLS;
      cursor += MPLS_BYTES;
      if (!(load<u8>(cursor - 2) & 1)) return ETHERTYPE_MPLS;
      const found = afterMpls(cursor, limit, end);
      if (found == NEXT_NONE) return NEXT_NONE;
      cursor += <usize>(found >> 24);
      const next = found & 0xff_ffff;
      if (next == NEXT_ETHERNET) view.encapsulations |= ENCAP_PSEUDOWIRE;
      return next;
    }
    case ETHERTYPE_PPPOE_SESSION: {
      if (cursor + PPPOE_BYTES > limit) return stop(NOTE_TRUNCATED);
      view.encapsulations |= ENCAP_PPPOE;
      cursor += PPPOE_BYTES;
      return afterPpp(be16(cursor - 2));
    }
    default:
      return NEXT_NONE;
  }
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
    } else if (protocol == PROTOCOL_AH) {
      // spec: RFC 4302 2.2, length in words of 4 bytes minus 2
      if (cursor + IPV6_EXTENSION_BYTES > limit) return stop(NOTE_TRUNCATED);
      protocol = load<u8>(cursor);
      cursor += (<usize>load<u8>(cursor, 1) + 2) << 2;
    } else {
      view.protocol = protocol;
      return transport(protocol);
    }
  }
  return stop(NOTE_TOO_DEEP);
}

// The cursor stands behind the headers of the network.
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
  const at = cursor;
  if (protocol == PROTOCOL_TCP) {
    decodeTcp(at, limit, end);
    return NEXT_NONE;
  }
  switch (protocol) {
    case PROTOCOL_UDP:
      decodeUdp(at, limit, end);
      return view.notes & NOTE_TRUNCATED ? NEXT_NONE : udpTunnel(at);
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
      return NEXT_GRE;
    default:
      view.kind = KIND_IP;
      view.payloadBytes = end > at ? <u32>(end - at) : 0;
      return NEXT_NONE;
  }
}

function udpTunnel(at: usize): u32 {
  const port = view.dstPort;
  if (port == PORT_VXLAN || port == PORT_VXLAN_LINUX) {
    const header = at + UDP_BYTES;
    // spec: RFC 7348 5, flags have only the I bit, the last byte is reserved
    if (header + VXLAN_BYTES > limit || load<u8>(header) != VXLAN_VALID_VNI || load<u8>(header, 7) != 0)
      return NEXT_NONE;
    view.encapsulations |= ENCAP_VXLAN;
    cursor = header + VXLAN_BYTES;
    return enterTunnel(NEXT_ETHERNET);
  }
  if (port == PORT_GENEVE) {
    const header = at + UDP_BYTES;
    // spec: RFC 8926 3.4: version in two bits, length of the options in words of 4 bytes, type
    if (header + GENEVE_BYTES > limit || load<u8>(header) >> 6 != 0) return NEXT_NONE;
    const type = be16(header + 2);
    if (type != ETHERTYPE_TRANSPARENT_ETHERNET && type != ETHERTYPE_IPV4 && type != ETHERTYPE_IPV6) return NEXT_NONE;
    view.encapsulations |= ENCAP_GENEVE;
    cursor = header + GENEVE_BYTES + ((<usize>load<u8>(header) & 63) << 2);
    return enterTunnel(type == ETHERTYPE_TRANSPARENT_ETHERNET ? NEXT_ETHERNET : type);
  }
  return NEXT_NONE;
}

function gre(): u32 {
  const at = cursor;
  if (at + GRE_BYTES > limit) return stop(NOTE_TRUNCATED);
  const flags = be16(at);
  const type = be16(at + 2);
  if (flags & GRE_VERSION) {
    // Version 1 is PPTP's.
    view.kind = KIND_IP;
    return NEXT_NONE;
  }
  cursor = at + GRE_BYTES;
  // Each is a word of 4 bytes; checksum and routing share one.
  if (flags & (GRE_CHECKSUM | GRE_ROUTING)) cursor += 4;
  if (flags & GRE_KEY) cursor += 4;
  if (flags & GRE_SEQUENCE) cursor += 4;
  view.encapsulations |= ENCAP_GRE;
  switch (type) {
    case ETHERTYPE_TRANSPARENT_ETHERNET:
      return NEXT_ETHERNET;
    // Type II has a header and a sequence number, type I has neither.
    case ETHERTYPE_ERSPAN:
      if (flags & GRE_SEQUENCE) cursor += ERSPAN_II_BYTES;
      return NEXT_ETHERNET;
    case ETHERTYPE_ERSPAN_III:
      if (cursor + ERSPAN_III_BYTES > limit) return stop(NOTE_TRUNCATED);
      cursor += load<u8>(cursor, 11) & 1 ? ERSPAN_III_LONG_BYTES : ERSPAN_III_BYTES;
      return NEXT_ETHERNET;
    case ETHERTYPE_IPV4:
    case ETHERTYPE_IPV6:
    case ETHERTYPE_MPLS:
    case ETHERTYPE_MPLS_UPSTREAM:
      return type;
    default:
      view.kind = KIND_IP;
      return NEXT_NONE;
  }
}

// What the outer transport header said must not be taken for the inner packet's.
function enterTunnel(next: u32): u32 {
  view.kind = KIND_OTHER;
  view.srcPort = 0;
  view.dstPort = 0;
  view.payloadBytes = 0;
  return next;
}

function stop(note: u32): u32 {
  broken(note);
  return NEXT_NONE;
}
