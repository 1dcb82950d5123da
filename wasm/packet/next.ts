// What a header says comes after it: an EtherType, or one of these above their range.
export const NEXT_NONE: u32 = 0;
export const NEXT_ETHERNET: u32 = 0x10000;
export const NEXT_IP: u32 = 0x10001;
export const NEXT_GRE: u32 = 0x10002;
/** Only of `openLink`: nothing here reads frames of that link type. */
export const NEXT_UNKNOWN: u32 = 0x10003;
/** IEEE 802.2 */
export const NEXT_LLC: u32 = 0x10004;
/** A protocol number of one or two bytes, address and control before it or not. */
export const NEXT_PPP: u32 = 0x10005;
/** The captured bytes end inside the header. */
export const NEXT_CUT: u32 = 0x10006;
/** The header contradicts itself. */
export const NEXT_WRONG: u32 = 0x10007;
/** IEEE 802.11, with these bits in it: a check sequence at the end, padding behind the header. */
export const NEXT_WLAN: u32 = 0x10008;
export const WLAN_CHECKED: u32 = 1;
export const WLAN_PADDED: u32 = 2;
/** An IP protocol, its number in the low bits. */
export const NEXT_PROTOCOL: u32 = 0x20000;
/** A frame of another link type, its number in the low bits. */
export const NEXT_LINK: u32 = 0x40000;

/** `next` in the low 32 bits, the bytes to skip before it above them: what the readers of headers give. */
export function skip(bytes: u32, next: u32): u64 {
  return ((<u64>bytes) << 32) | next;
}
