// Headers that EtherTypes announce before the network layer: tags, sessions, service functions.
import {
  ENCAP_CMD,
  ENCAP_HSR,
  ENCAP_MACSEC,
  ENCAP_NSH,
  ENCAP_PBB,
  ENCAP_PPPOE,
  ENCAP_VLAN,
  ENCAP_VN_TAG,
  ETHERTYPE_C_TAG,
  ETHERTYPE_CMD,
  ETHERTYPE_E_TAG,
  ETHERTYPE_HSR,
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  ETHERTYPE_MACSEC,
  ETHERTYPE_MPLS,
  ETHERTYPE_NSH,
  ETHERTYPE_PBB,
  ETHERTYPE_PPP,
  ETHERTYPE_PPPOE_SESSION,
  ETHERTYPE_QINQ_9100,
  ETHERTYPE_QINQ_9200,
  ETHERTYPE_S_TAG,
  ETHERTYPE_TRANSPARENT_ETHERNET,
  ETHERTYPE_VN_TAG,
  NSH_ETHERNET,
  NSH_IPV4,
  NSH_IPV6,
  NSH_MPLS,
  NSH_NSH,
  UNREAD_ETHERTYPE,
} from '../generated/capture';
import { be16, be32 } from './bytes';
import { passTenant, unread } from './identity';
import { NEXT_CUT, NEXT_ETHERNET, NEXT_NONE, NEXT_PPP, NEXT_WRONG, skip } from './next';
import { view } from './view';

/** IEEE 802.1Q: tag control information and the type that follows. */
const VLAN_BYTES: u32 = 4;
const VLAN_ID: u32 = 0x0fff;
/** IEEE 802.1Q 9.7: flags and the 24 bits of a service, then a whole frame. */
const PBB_BYTES: u32 = 4;
const SERVICE_ID: u32 = 0x00ff_ffff;
/** Virtual interfaces of source and destination, then the type. */
const VN_TAG_BYTES: u32 = 6;
/** IEEE 802.1BR: the ports of a bridge, then the type. */
const E_TAG_BYTES: u32 = 8;
/** | version | length in words | options … | type |. */
const CMD_BYTES: u32 = 4;
/** IEC 62439-3: path, size and sequence number, then the type. */
const HSR_BYTES: u32 = 6;
/** IEEE 802.1AE 9.3: control, short length, packet number, and a channel's identifier where the control says so. */
const MACSEC_BYTES: u32 = 6;
const MACSEC_CHANNEL: u32 = 0x20;
const MACSEC_CHANNEL_BYTES: u32 = 8;
/** Encrypted, or changed in another way. */
const MACSEC_HIDDEN: u32 = 0x0c;
/** spec: RFC 2516 4: version and type, code, session, length. */
const PPPOE_BYTES: u32 = 6;
/** spec: RFC 8300 2.2: | version, flags, TTL, length in words of 4 bytes | type of metadata | next | path |. */
const NSH_BYTES: u32 = 8;
const NSH_WORDS: u32 = 0x3f;

/** The header that `type` announces at `at`; NEXT_NONE with the type noted where nothing here reads it. */
export function openTag(type: u32, at: usize, limit: usize): u64 {
  switch (type) {
    case ETHERTYPE_C_TAG:
    case ETHERTYPE_S_TAG:
    case ETHERTYPE_QINQ_9100:
    case ETHERTYPE_QINQ_9200: {
      if (at + VLAN_BYTES > limit) return NEXT_CUT;
      const control = be16(at);
      if (!view.vlan) view.vlan = control + 1;
      view.encapsulations |= ENCAP_VLAN;
      // A tag of VLAN 0 has a priority only.
      if (control & VLAN_ID) passTenant(ENCAP_VLAN, control & VLAN_ID);
      return skip(VLAN_BYTES, be16(at + VLAN_BYTES - 2));
    }
    case ETHERTYPE_PPPOE_SESSION: {
      if (at + PPPOE_BYTES > limit) return NEXT_CUT;
      view.encapsulations |= ENCAP_PPPOE;
      passTenant(ENCAP_PPPOE, be16(at + 2));
      return skip(PPPOE_BYTES, NEXT_PPP);
    }
    case ETHERTYPE_PBB: {
      if (at + PBB_BYTES > limit) return NEXT_CUT;
      view.encapsulations |= ENCAP_PBB;
      passTenant(ENCAP_PBB, be32(at) & SERVICE_ID);
      return skip(PBB_BYTES, NEXT_ETHERNET);
    }
    case ETHERTYPE_VN_TAG:
      return tag(ENCAP_VN_TAG, VN_TAG_BYTES, at, limit);
    case ETHERTYPE_E_TAG:
      return tag(ENCAP_VN_TAG, E_TAG_BYTES, at, limit);
    case ETHERTYPE_HSR:
      return tag(ENCAP_HSR, HSR_BYTES, at, limit);
    case ETHERTYPE_CMD:
      if (at + CMD_BYTES > limit) return NEXT_CUT;
      return tag(ENCAP_CMD, CMD_BYTES + ((<u32>load<u8>(at, 1)) << 2), at, limit);
    case ETHERTYPE_MACSEC:
      return macsec(at, limit);
    case ETHERTYPE_NSH:
      return openNsh(at, limit);
    case ETHERTYPE_PPP:
      return NEXT_PPP;
    case ETHERTYPE_TRANSPARENT_ETHERNET:
      return NEXT_ETHERNET;
    default:
      if (type) unread(UNREAD_ETHERTYPE, type);
      return NEXT_NONE;
  }
}

// A header of `bytes`, of which the last two are the type of what follows.
function tag(encapsulation: u32, bytes: u32, at: usize, limit: usize): u64 {
  if (at + bytes > limit) return NEXT_CUT;
  view.encapsulations |= encapsulation;
  return skip(bytes, be16(at + bytes - 2));
}

// Frames that are only signed can be read.
function macsec(at: usize, limit: usize): u64 {
  if (at + MACSEC_BYTES > limit) return NEXT_CUT;
  const control = <u32>load<u8>(at);
  view.encapsulations |= ENCAP_MACSEC;
  if (control & MACSEC_HIDDEN) {
    unread(UNREAD_ETHERTYPE, ETHERTYPE_MACSEC);
    return NEXT_NONE;
  }
  const bytes = MACSEC_BYTES + (control & MACSEC_CHANNEL ? MACSEC_CHANNEL_BYTES : 0);
  return at + bytes + 2 > limit ? NEXT_CUT : skip(bytes + 2, be16(at + bytes));
}

export function openNsh(at: usize, limit: usize): u64 {
  if (at + NSH_BYTES > limit) return NEXT_CUT;
  const bytes = (<u32>load<u8>(at, 1) & NSH_WORDS) << 2;
  if (load<u8>(at) >> 6 != 0 || bytes < NSH_BYTES) return NEXT_WRONG;
  view.encapsulations |= ENCAP_NSH;
  const next = afterNsh(load<u8>(at, 3));
  if (next == NEXT_NONE) unread(UNREAD_ETHERTYPE, ETHERTYPE_NSH);
  return skip(bytes, next);
}

/** What the next protocol of NSH, VXLAN-GPE and LISP-GPE says. */
export function afterNsh(protocol: u32): u32 {
  switch (protocol) {
    case NSH_IPV4:
      return ETHERTYPE_IPV4;
    case NSH_IPV6:
      return ETHERTYPE_IPV6;
    case NSH_ETHERNET:
      return NEXT_ETHERNET;
    case NSH_NSH:
      return ETHERTYPE_NSH;
    case NSH_MPLS:
      return ETHERTYPE_MPLS;
    default:
      return NEXT_NONE;
  }
}
