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
  KIND_ARP,
  KIND_FRAGMENT,
  KIND_IP,
  NOTE_FIRST_FRAGMENT,
  NOTE_MALFORMED,
  NOTE_TOO_DEEP,
  NOTE_TRUNCATED,
} from '../generated/capture';
import { be16, be32 } from './bytes';
import { openLink } from './link';
import { NEXT_ETHERNET, NEXT_GRE, NEXT_IP, NEXT_NONE, TYPE_ARP, TYPE_IPV4, TYPE_IPV6, TYPE_MPLS } from './next';
import { afterMpls } from './pseudowire';
import { broken, decodeIcmp, decodeTcp, decodeUdp } from './transport';
import { VIEW_BYTES, view } from './view';

/** Lengths on the wire above this are lies; the bound keeps address arithmetic from wrapping. */
const MAX_WIRE: u32 = 1 << 28;
/** Headers in one packet, tags and labels included. */
const MAX_DEPTH: u32 = 32;

const PORT_VXLAN: u32 = 4789;
const PORT_VXLAN_LINUX: u32 = 8472;
const PORT_GENEVE: u32 = 6081;

let cursor: usize = 0;
let limit: usize = 0;
let end: usize = 0;

export function decodePacket(linkType: u32, data: usize, captured: u32, wire: u32): void {
  memory.fill(changetype<usize>(view), 0, VIEW_BYTES);
  limit = data + captured;
  end = data + max(min(wire, MAX_WIRE), captured);
  let next: u32;
  // The usual frame first: Ethernet, IPv4.
  if (linkType == 1 && captured >= 14) {
    next = be16(data + 12);
    cursor = data + 14;
  } else {
    const opened = openLink(linkType, data, captured);
    next = <u32>opened;
    cursor = data + <usize>(opened >> 32);
  }
  for (let depth: u32 = 0; depth < MAX_DEPTH; depth += 1) {
    if (next == TYPE_IPV4) next = ipv4();
    else if (next == TYPE_IPV6) next = ipv6();
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
      return version == 4 ? TYPE_IPV4 : version == 6 ? TYPE_IPV6 : stop(NOTE_MALFORMED);
    }
    case NEXT_ETHERNET: {
      if (cursor + 14 > limit) return stop(NOTE_TRUNCATED);
      cursor += 14;
      return be16(cursor - 2);
    }
    case NEXT_GRE:
      return gre();
    case TYPE_ARP:
      view.kind = KIND_ARP;
      return NEXT_NONE;
    case 0x8100:
    case 0x88a8:
    case 0x9100:
    case 0x9200: {
      if (cursor + 4 > limit) return stop(NOTE_TRUNCATED);
      view.encapsulations |= ENCAP_VLAN;
      if (!view.vlan) view.vlan = be16(cursor) + 1;
      cursor += 4;
      return be16(cursor - 2);
    }
    case TYPE_MPLS:
    case 0x8848: {
      if (cursor + 4 > limit) return stop(NOTE_TRUNCATED);
      view.encapsulations |= ENCAP_MPLS;
      cursor += 4;
      // spec: RFC 3032 2.1, the bottom-of-stack bit
      if (!(load<u8>(cursor - 2) & 1)) return TYPE_MPLS;
      const found = afterMpls(cursor, limit, end);
      if (found == NEXT_NONE) return NEXT_NONE;
      cursor += <usize>(found >> 24);
      const next = found & 0xff_ffff;
      if (next == NEXT_ETHERNET) view.encapsulations |= ENCAP_PSEUDOWIRE;
      return next;
    }
    // spec: RFC 2516 4, then the PPP protocol number
    case 0x8864: {
      if (cursor + 8 > limit) return stop(NOTE_TRUNCATED);
      view.encapsulations |= ENCAP_PPPOE;
      cursor += 8;
      const protocol = be16(cursor - 2);
      return protocol == 0x21 ? TYPE_IPV4 : protocol == 0x57 ? TYPE_IPV6 : NEXT_NONE;
    }
    default:
      return NEXT_NONE;
  }
}

// spec: RFC 791 3.1
function ipv4(): u32 {
  const at = cursor;
  if (at + 20 > limit) return stop(NOTE_TRUNCATED);
  const first = <u32>load<u8>(at);
  const header = (first & 15) << 2;
  if (first >> 4 != 4 || header < 20) return stop(NOTE_MALFORMED);
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
  view.ecn = load<u8>(at, 1) & 3;
  view.ttl = load<u8>(at, 8);
  view.ipId = be16(at + 4);
  const protocol = <u32>load<u8>(at, 9);
  view.protocol = protocol;
  const fragment = be16(at + 6);
  cursor = at + header;
  if (fragment & 0x3fff) {
    if (fragment & 0x1fff) {
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
  if (at + 40 > limit) return stop(NOTE_TRUNCATED);
  const word = be32(at);
  if (word >> 28 != 6) return stop(NOTE_MALFORMED);
  const length = be16(at + 4);
  // Payload length 0: a jumbogram or an offloaded packet, whose length is the frame's.
  if (length) end = at + 40 + length;
  if (end < limit) limit = end;
  view.family = 6;
  view.src = at + 8;
  view.dst = at + 24;
  view.ecn = (word >> 20) & 3;
  view.ttl = load<u8>(at, 7);
  view.ipId = 0;
  let protocol = <u32>load<u8>(at, 6);
  cursor = at + 40;
  for (let count = 0; count < 16; count += 1) {
    // Hop-by-hop, routing, destination options, mobility, HIP, Shim6 share one shape.
    if (protocol == 0 || protocol == 43 || protocol == 60 || protocol == 135 || protocol == 139 || protocol == 140) {
      if (cursor + 8 > limit) return stop(NOTE_TRUNCATED);
      protocol = load<u8>(cursor);
      cursor += (<usize>load<u8>(cursor, 1) + 1) << 3;
    } else if (protocol == 44) {
      if (cursor + 8 > limit) return stop(NOTE_TRUNCATED);
      protocol = load<u8>(cursor);
      const fragment = be16(cursor + 2);
      cursor += 8;
      if (fragment & 0xfff8) {
        view.protocol = protocol;
        view.kind = KIND_FRAGMENT;
        return NEXT_NONE;
      }
      // An atomic fragment (RFC 6946) is whole.
      if (fragment & 1) view.notes |= NOTE_FIRST_FRAGMENT;
    } else if (protocol == 51) {
      // spec: RFC 4302 2.2, length in words of 4 bytes minus 2
      if (cursor + 8 > limit) return stop(NOTE_TRUNCATED);
      protocol = load<u8>(cursor);
      cursor += (<usize>load<u8>(cursor, 1) + 2) << 2;
    } else {
      view.protocol = protocol;
      return transport(protocol);
    }
  }
  return stop(NOTE_TOO_DEEP);
}

function transport(protocol: u32): u32 {
  const at = cursor;
  if (protocol == 6) {
    decodeTcp(at, limit, end);
    return NEXT_NONE;
  }
  switch (protocol) {
    case 17:
      decodeUdp(at, limit, end);
      return view.notes & NOTE_TRUNCATED ? NEXT_NONE : udpTunnel(at);
    case 1:
      decodeIcmp(at, limit, end, false);
      return NEXT_NONE;
    case 58:
      decodeIcmp(at, limit, end, true);
      return NEXT_NONE;
    case 4:
    case 41:
      view.encapsulations |= ENCAP_IPIP;
      return NEXT_IP;
    case 137:
      return TYPE_MPLS;
    case 47:
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
    // spec: RFC 7348 5, flags have only the I bit, the last byte is reserved
    if (at + 16 > limit || load<u8>(at, 8) != 8 || load<u8>(at, 15) != 0) return NEXT_NONE;
    view.encapsulations |= ENCAP_VXLAN;
    cursor = at + 16;
    return enterTunnel(NEXT_ETHERNET);
  }
  if (port == PORT_GENEVE) {
    // spec: RFC 8926 3.4
    if (at + 16 > limit || load<u8>(at, 8) >> 6 != 0) return NEXT_NONE;
    const type = be16(at + 10);
    if (type != 0x6558 && type != TYPE_IPV4 && type != TYPE_IPV6) return NEXT_NONE;
    view.encapsulations |= ENCAP_GENEVE;
    cursor = at + 16 + ((<usize>load<u8>(at, 8) & 63) << 2);
    return enterTunnel(type == 0x6558 ? NEXT_ETHERNET : type);
  }
  return NEXT_NONE;
}

// spec: RFC 2784 2.1, RFC 2890 2
function gre(): u32 {
  const at = cursor;
  if (at + 4 > limit) return stop(NOTE_TRUNCATED);
  const flags = be16(at);
  const type = be16(at + 2);
  if (flags & 7) {
    // Version 1 is PPTP's.
    view.kind = KIND_IP;
    return NEXT_NONE;
  }
  cursor = at + 4;
  if (flags & 0xc000) cursor += 4;
  if (flags & 0x2000) cursor += 4;
  if (flags & 0x1000) cursor += 4;
  view.encapsulations |= ENCAP_GRE;
  if (type == 0x6558) return NEXT_ETHERNET;
  // ERSPAN: type II has a header of 8 bytes and a sequence number, type I has neither; type III has 12 bytes or 20.
  if (type == 0x88be) {
    if (flags & 0x1000) cursor += 8;
    return NEXT_ETHERNET;
  }
  if (type == 0x22eb) {
    if (cursor + 12 > limit) return stop(NOTE_TRUNCATED);
    cursor += load<u8>(cursor, 11) & 1 ? 20 : 12;
    return NEXT_ETHERNET;
  }
  if (type == TYPE_IPV4 || type == TYPE_IPV6 || type == TYPE_MPLS || type == 0x8848) return type;
  view.kind = KIND_IP;
  return NEXT_NONE;
}

// What the outer transport header said must not be taken for the inner packet's.
function enterTunnel(next: u32): u32 {
  view.kind = 0;
  view.srcPort = 0;
  view.dstPort = 0;
  view.payloadBytes = 0;
  return next;
}

function stop(note: u32): u32 {
  broken(note);
  return NEXT_NONE;
}
