// What a header says comes after it: an EtherType, or one of these above their range.
export const NEXT_NONE: u32 = 0;
export const NEXT_ETHERNET: u32 = 0x10000;
export const NEXT_IP: u32 = 0x10001;
export const NEXT_GRE: u32 = 0x10002;
/** Only of `openLink`: nothing here reads frames of that link type. */
export const NEXT_UNKNOWN: u32 = 0x10003;
