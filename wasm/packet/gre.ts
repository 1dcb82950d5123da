// Tunnels that are IP protocols: GRE of both versions with what Cisco put into it, L2TPv3, EtherIP.
import {
  ENCAP_ETHERIP,
  ENCAP_GRE,
  ENCAP_L2TP,
  ENCAP_PPTP,
  ETHERTYPE_ERSPAN,
  ETHERTYPE_ERSPAN_III,
  ETHERTYPE_IPV4,
  ETHERTYPE_PPP,
  ETHERTYPE_WCCP,
  PROTOCOL_ETHERIP,
  PROTOCOL_L2TP,
  UNREAD_GRE,
  UNREAD_PROTOCOL,
} from '../generated/capture';
import { be16, be32 } from './bytes';
import { passTenant, unread } from './identity';
import { NEXT_CUT, NEXT_ETHERNET, NEXT_NONE, NEXT_PPP, NEXT_WRONG, skip } from './next';
import { innerOf, innerScore } from './pseudowire';
import { view } from './view';

/** spec: RFC 2784 2.1, RFC 2890 2; the routing bit is RFC 1701's. */
const GRE_BYTES: u32 = 4;
const GRE_CHECKSUM: u32 = 0x8000;
const GRE_ROUTING: u32 = 0x4000;
const GRE_KEY: u32 = 0x2000;
const GRE_SEQUENCE: u32 = 0x1000;
const GRE_VERSION: u32 = 0x0007;
/** spec: RFC 2637 4.1: an acknowledgement number follows; without a sequence number there is no payload. */
const PPTP_ACKNOWLEDGEMENT: u32 = 0x0080;
const PPTP_VERSION: u32 = 1;
const PPTP_CALL: u32 = 0xffff;
/** Source routes are | family u16 | offset | length | addresses |, the last of length 0; more are a lie. */
const ROUTE_BYTES: u32 = 4;
const MOST_ROUTES: u32 = 16;
/** spec: draft-foschiano-erspan: type II, and type III with and without the platform's 8 bytes. */
const ERSPAN_II_BYTES: u32 = 8;
const ERSPAN_III_BYTES: u32 = 12;
const ERSPAN_III_LONG_BYTES: u32 = 20;
/** WCCP version 2 has a word before the packet, version 1 none. */
const WCCP_BYTES: u32 = 4;
/** spec: RFC 3378 3; early writers had the nibbles of the first byte the other way round. */
const ETHERIP_BYTES: u32 = 2;
const ETHERIP_VERSION: u32 = 3;
/** spec: RFC 3931 4.1.1: a session, then a cookie and a sublayer of 0, 4 or 8 and 0 or 4 bytes that only the ends know. */
const SESSION_BYTES: u32 = 4;
const MOST_UNTOLD: u32 = 12;

export function openGre(at: usize, limit: usize): u64 {
  if (at + GRE_BYTES > limit) return NEXT_CUT;
  const flags = be16(at);
  const type = be16(at + 2);
  if ((flags & GRE_VERSION) == PPTP_VERSION) return pptp(at, limit, flags, type);
  if (flags & GRE_VERSION) return nothingOf(type);
  let bytes = GRE_BYTES;
  // Each is a word of 4 bytes; checksum and routing share one.
  if (flags & (GRE_CHECKSUM | GRE_ROUTING)) bytes += 4;
  if (flags & GRE_KEY) {
    if (at + bytes + 4 > limit) return NEXT_CUT;
    passTenant(ENCAP_GRE, be32(at + bytes));
    bytes += 4;
  }
  if (flags & GRE_SEQUENCE) bytes += 4;
  if (flags & GRE_ROUTING) {
    for (let routes: u32 = 0; ; routes += 1) {
      if (at + bytes + ROUTE_BYTES > limit) return NEXT_CUT;
      if (routes == MOST_ROUTES) return NEXT_WRONG;
      const length = <u32>load<u8>(at + bytes, 3);
      bytes += ROUTE_BYTES + length;
      if (!length) break;
    }
  }
  view.encapsulations |= ENCAP_GRE;
  switch (type) {
    // Type II has a header and a sequence number, type I has neither.
    case ETHERTYPE_ERSPAN:
      return skip(flags & GRE_SEQUENCE ? bytes + ERSPAN_II_BYTES : bytes, NEXT_ETHERNET);
    case ETHERTYPE_ERSPAN_III: {
      if (at + bytes + ERSPAN_III_BYTES > limit) return NEXT_CUT;
      const long = load<u8>(at + bytes, 11) & 1;
      return skip(bytes + (long ? ERSPAN_III_LONG_BYTES : ERSPAN_III_BYTES), NEXT_ETHERNET);
    }
    case ETHERTYPE_WCCP: {
      if (at + bytes >= limit) return NEXT_CUT;
      const plain = load<u8>(at + bytes) >> 4 == 4;
      return skip(plain ? bytes : bytes + WCCP_BYTES, ETHERTYPE_IPV4);
    }
    case NEXT_NONE:
      return nothingOf(type);
    default:
      return skip(bytes, type);
  }
}

// Its key is the length of the payload and the number of the call.
function pptp(at: usize, limit: usize, flags: u32, type: u32): u64 {
  if (type != ETHERTYPE_PPP || !(flags & GRE_KEY)) return nothingOf(type);
  if (at + GRE_BYTES + 4 > limit) return NEXT_CUT;
  view.encapsulations |= ENCAP_PPTP;
  if (!(flags & GRE_SEQUENCE)) return NEXT_NONE;
  passTenant(ENCAP_PPTP, be32(at + GRE_BYTES) & PPTP_CALL);
  return skip(GRE_BYTES + (flags & PPTP_ACKNOWLEDGEMENT ? 12 : 8), NEXT_PPP);
}

function nothingOf(type: u32): u64 {
  unread(UNREAD_GRE, type);
  return NEXT_NONE;
}

export function openEtherIp(at: usize, limit: usize): u64 {
  if (at + ETHERIP_BYTES > limit) return NEXT_CUT;
  const first = <u32>load<u8>(at);
  if (first >> 4 != ETHERIP_VERSION && first != ETHERIP_VERSION) {
    unread(UNREAD_PROTOCOL, PROTOCOL_ETHERIP);
    return NEXT_NONE;
  }
  view.encapsulations |= ENCAP_ETHERIP;
  return skip(ETHERIP_BYTES, NEXT_ETHERNET);
}

/** L2TPv3 at its session; over IP a session of 0 is a control message. */
export function openL2tpSession(at: usize, limit: usize, end: usize): u64 {
  if (at + SESSION_BYTES > limit) return NEXT_CUT;
  const session = be32(at);
  if (!session) return NEXT_NONE;
  let best: u32 = 0;
  let found: u32 = 0;
  for (let untold: u32 = 0; untold <= MOST_UNTOLD; untold += 4) {
    const score = innerScore(at + SESSION_BYTES + untold, limit, end);
    if (score <= best) continue;
    best = score;
    found = untold;
  }
  if (!best) {
    unread(UNREAD_PROTOCOL, PROTOCOL_L2TP);
    return NEXT_NONE;
  }
  view.encapsulations |= ENCAP_L2TP;
  passTenant(ENCAP_L2TP, session);
  return skip(SESSION_BYTES + found, innerOf(at + SESSION_BYTES + found, limit, end));
}
