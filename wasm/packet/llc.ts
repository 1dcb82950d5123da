// What a link says of its payload where it has no EtherType: IEEE 802.2 headers, PPP protocol numbers.
import {
  ENCAP_LLC,
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  ETHERTYPE_MPLS,
  NLPID_IPV4,
  NLPID_IPV6,
  NLPID_PPP,
  PPP_IPV4,
  PPP_IPV6,
  PPP_MPLS,
  PPP_MPLS_MULTICAST,
  PPP_MULTILINK,
  SAP_IP,
  SAP_ISO,
  SAP_SNAP,
  UNREAD_LLC,
  UNREAD_PPP,
} from '../generated/capture';
import { be16, be32 } from './bytes';
import { unread } from './identity';
import { NEXT_CUT, NEXT_ETHERNET, NEXT_IP, NEXT_NONE, NEXT_PPP, skip } from './next';
import { view } from './view';

/** Two access points and the control field of unnumbered information. */
const LLC_BYTES: u32 = 3;
const UNNUMBERED: u32 = 3;
/** With an organization and its protocol number (IEEE 802 9.5). */
const SNAP_BYTES: u32 = 8;
/** The organizations whose protocol numbers are EtherTypes: RFC 1042 and IEEE 802.1H. */
const OUI_ETHERTYPE: u32 = 0;
const OUI_TUNNEL: u32 = 0x0000f8;
/** spec: RFC 2684 5.2, bridged frames, with and without their check sequence; ATM pads before them. */
const OUI_BRIDGED: u32 = 0x0080c2;
const BRIDGED_CHECKED: u32 = 1;
const BRIDGED: u32 = 7;
const BRIDGED_PAD: u32 = 2;

/** spec: RFC 1662 3.1: address and control, which a link may leave out. */
const PPP_FRAMING: u32 = 0xff03;
/** spec: RFC 1990 3, a packet in one piece has both bits; 24 bits of sequence number follow. */
const MULTILINK_BYTES: u32 = 4;
const MULTILINK_WHOLE: u32 = 0xc0;

/** The IEEE 802.2 header at `at`. */
export function openLlc(at: usize, limit: usize): u64 {
  if (at + LLC_BYTES > limit) return NEXT_CUT;
  const sap = <u32>load<u8>(at);
  if (sap == load<u8>(at, 1) && load<u8>(at, 2) == UNNUMBERED) {
    if (sap == SAP_SNAP) return snap(at, limit);
    if (sap == SAP_IP) return passed(LLC_BYTES, NEXT_IP);
    if (sap == SAP_ISO) {
      if (at + LLC_BYTES >= limit) return NEXT_CUT;
      const next = nlpid(load<u8>(at, LLC_BYTES));
      if (next != NEXT_NONE) return passed(LLC_BYTES + 1, next);
    }
  }
  unread(UNREAD_LLC, sap);
  return NEXT_NONE;
}

function snap(at: usize, limit: usize): u64 {
  if (at + SNAP_BYTES > limit) return NEXT_CUT;
  const organization = be32(at + LLC_BYTES) >> 8;
  const protocol = be16(at + SNAP_BYTES - 2);
  if (organization == OUI_ETHERTYPE || organization == OUI_TUNNEL) return passed(SNAP_BYTES, protocol);
  if (organization == OUI_BRIDGED && (protocol == BRIDGED || protocol == BRIDGED_CHECKED)) {
    const padded = at + SNAP_BYTES + BRIDGED_PAD <= limit && be16(at + SNAP_BYTES) == 0;
    return passed(padded ? SNAP_BYTES + BRIDGED_PAD : SNAP_BYTES, NEXT_ETHERNET);
  }
  unread(UNREAD_LLC, SAP_SNAP);
  return NEXT_NONE;
}

function passed(bytes: u32, next: u32): u64 {
  view.encapsulations |= ENCAP_LLC;
  return skip(bytes, next);
}

/** What follows a network layer protocol identifier (ISO/IEC TR 9577). */
export function nlpid(id: u32): u32 {
  switch (id) {
    case NLPID_IPV4:
      return ETHERTYPE_IPV4;
    case NLPID_IPV6:
      return ETHERTYPE_IPV6;
    case NLPID_PPP:
      return NEXT_PPP;
    default:
      return NEXT_NONE;
  }
}

/** PPP at `at`: address and control where they are, a protocol number of two bytes, or of one where it is odd. */
export function openPpp(at: usize, limit: usize): u64 {
  let bytes: u32 = at + 2 <= limit && be16(at) == PPP_FRAMING ? 2 : 0;
  if (at + bytes >= limit) return NEXT_CUT;
  let protocol = <u32>load<u8>(at + bytes);
  bytes += 1;
  // spec: RFC 1661 2 and 6.5: the last byte of a protocol number is odd, the first of two is even.
  if (!(protocol & 1)) {
    if (at + bytes >= limit) return NEXT_CUT;
    protocol = (protocol << 8) | load<u8>(at + bytes);
    bytes += 1;
  }
  switch (protocol) {
    case PPP_IPV4:
      return skip(bytes, ETHERTYPE_IPV4);
    case PPP_IPV6:
      return skip(bytes, ETHERTYPE_IPV6);
    case PPP_MPLS:
    case PPP_MPLS_MULTICAST:
      return skip(bytes, ETHERTYPE_MPLS);
    case PPP_MULTILINK:
      if (at + bytes + MULTILINK_BYTES > limit) return NEXT_CUT;
      if ((load<u8>(at + bytes) & MULTILINK_WHOLE) == MULTILINK_WHOLE) return skip(bytes + MULTILINK_BYTES, NEXT_PPP);
  }
  unread(UNREAD_PPP, protocol);
  return NEXT_NONE;
}
