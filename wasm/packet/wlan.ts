// IEEE 802.11 data frames, and the headers that drivers put before them. Little-endian, unlike all
// that is inside.
import { UNREAD_WLAN, WLAN_FRAGMENT, WLAN_PROTECTED } from '../generated/capture';
import { unread } from './identity';
import { NEXT_CUT, NEXT_LLC, NEXT_NONE, NEXT_WLAN, NEXT_WRONG, skip, WLAN_CHECKED, WLAN_PADDED } from './next';

// Frame control (IEEE 802.11 9.2.4.1).
const TYPE: u32 = 0x000c;
const TYPE_DATA: u32 = 0x0008;
const SUBTYPE_NULL: u32 = 0x0040;
const SUBTYPE_QOS: u32 = 0x0080;
const BOTH_DS: u32 = 0x0300;
const PROTECTED: u32 = 0x4000;
const ORDER: u32 = 0x8000;

const HEADER_BYTES: u32 = 24;
const FOURTH_ADDRESS_BYTES: u32 = 6;
/** The frame check sequence at the end. */
export const WLAN_CHECK_BYTES: u32 = 4;
const SEQUENCE: usize = 22;
const FRAGMENT: u32 = 0x0f;
const QOS_BYTES: u32 = 2;
/** An aggregate of frames, each with addresses and a length of its own before its LLC header. */
const QOS_AMSDU: u32 = 0x80;
const SUBFRAME_BYTES: u32 = 14;
const HT_CONTROL_BYTES: u32 = 4;

const RADIOTAP_BYTES: u32 = 8;
const RADIOTAP_TSFT: u32 = 1;
const RADIOTAP_FLAGS: u32 = 2;
const RADIOTAP_MORE: u32 = 0x8000_0000;
/** Of the flags field: a check sequence at the end; padding between header and payload. */
const FLAG_CHECKED: u32 = 0x10;
const FLAG_PADDED: u32 = 0x20;

/** wlan-ng's: message code, message length; big-endian AVS headers begin with this. */
const PRISM_BYTES: u32 = 144;
const AVS_MAGIC: u32 = 0x80211000;
const AVS_MAGIC_BITS: u32 = 0xffff_f000;
const AVS_BYTES: u32 = 8;

/** The 802.11 header at `at`; `form` has WLAN_ bits. */
export function openWlan(at: usize, limit: usize, form: u32): u64 {
  if (at + HEADER_BYTES > limit) return NEXT_CUT;
  const control = <u32>load<u16>(at);
  if ((control & TYPE) != TYPE_DATA || control & SUBTYPE_NULL) return NEXT_NONE;
  if (control & PROTECTED) {
    unread(UNREAD_WLAN, WLAN_PROTECTED);
    return NEXT_NONE;
  }
  if (load<u8>(at, SEQUENCE) & FRAGMENT) {
    unread(UNREAD_WLAN, WLAN_FRAGMENT);
    return NEXT_NONE;
  }
  let bytes = HEADER_BYTES;
  if ((control & BOTH_DS) == BOTH_DS) bytes += FOURTH_ADDRESS_BYTES;
  if (control & SUBTYPE_QOS) {
    if (at + bytes + QOS_BYTES > limit) return NEXT_CUT;
    const amsdu = load<u8>(at + bytes) & QOS_AMSDU;
    bytes += QOS_BYTES;
    if (control & ORDER) bytes += HT_CONTROL_BYTES;
    if (form & WLAN_PADDED) bytes = (bytes + 3) & ~3;
    if (amsdu) bytes += SUBFRAME_BYTES;
  } else if (form & WLAN_PADDED) bytes = (bytes + 3) & ~3;
  return skip(bytes, NEXT_LLC);
}

/** | version | unused | length u16 | present u32 … | fields, each at a multiple of its own size | */
export function openRadiotap(data: usize, captured: u32): u64 {
  if (captured < RADIOTAP_BYTES) return NEXT_CUT;
  const length = <u32>load<u16>(data, 2);
  if (length < RADIOTAP_BYTES) return NEXT_WRONG;
  const whole = min(length, captured);
  const present = load<u32>(data, 4);
  let at: u32 = 4;
  while (at + 4 <= whole && load<u32>(data + at) & RADIOTAP_MORE) at += 4;
  at += 4;
  if (present & RADIOTAP_TSFT) at = ((at + 7) & ~7) + 8;
  let form: u32 = 0;
  if (present & RADIOTAP_FLAGS && at < whole) {
    const flags = <u32>load<u8>(data + at);
    if (flags & FLAG_CHECKED) form |= WLAN_CHECKED;
    if (flags & FLAG_PADDED) form |= WLAN_PADDED;
  }
  return skip(length, NEXT_WLAN | form);
}

/** wlan-ng's header, or that of AVS, which drivers write under the same link type. */
export function openPrism(data: usize, captured: u32): u64 {
  if (captured < AVS_BYTES) return NEXT_CUT;
  if ((bswap<u32>(load<u32>(data)) & AVS_MAGIC_BITS) == AVS_MAGIC) return openAvs(data, captured);
  return skip(PRISM_BYTES, NEXT_WLAN);
}

export function openAvs(data: usize, captured: u32): u64 {
  if (captured < AVS_BYTES) return NEXT_CUT;
  const length = bswap<u32>(load<u32>(data, 4));
  return length < AVS_BYTES || length > 0xffff ? NEXT_WRONG : skip(length, NEXT_WLAN);
}
