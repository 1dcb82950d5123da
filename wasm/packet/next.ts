// What a header says comes after it: an EtherType, or one of these above their range.
export const NEXT_NONE: u32 = 0;
export const NEXT_ETHERNET: u32 = 0x10000;
export const NEXT_IP: u32 = 0x10001;
export const NEXT_GRE: u32 = 0x10002;

export const TYPE_IPV4: u32 = 0x0800;
export const TYPE_ARP: u32 = 0x0806;
export const TYPE_IPV6: u32 = 0x86dd;
export const TYPE_MPLS: u32 = 0x8847;
