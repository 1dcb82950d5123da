// Least lengths of headers, in bytes, and the bits in them that say what follows.

/** IEEE 802.3: two addresses and a type, or below 1536 a length. */
export const ETHERNET_BYTES: u32 = 14;
export const ETHERNET_TYPE: usize = 12;
export const ETHERNET_MAX_LENGTH: u32 = 1500;
/** IEEE 802.1Q: tag control information and the type that follows. */
export const VLAN_BYTES: u32 = 4;
/** spec: RFC 3032 2.1, a label stack entry; the lowest bit of its third byte ends the stack. */
export const MPLS_BYTES: u32 = 4;
/** spec: RFC 2516 4, then the PPP protocol number. */
export const PPPOE_BYTES: u32 = 8;

/** spec: RFC 791 3.1 */
export const IPV4_BYTES: u32 = 20;
export const IPV4_MORE_FRAGMENTS: u32 = 0x2000;
export const IPV4_FRAGMENT_OFFSET: u32 = 0x1fff;
/** spec: RFC 8200 3 */
export const IPV6_BYTES: u32 = 40;
/** spec: RFC 8200 4: the least length of an extension header, and of a fragment header. */
export const IPV6_EXTENSION_BYTES: u32 = 8;
export const IPV6_MORE_FRAGMENTS: u32 = 1;
export const IPV6_FRAGMENT_OFFSET: u32 = 0xfff8;

/** spec: RFC 9293 3.1 */
export const TCP_BYTES: u32 = 20;
export const UDP_BYTES: u32 = 8;
/** The fixed part of an ICMP header; echoes have identifier and sequence number after it. */
export const ICMP_BYTES: u32 = 4;
export const ICMP_ECHO_BYTES: u32 = 8;

/** spec: RFC 7348 5 and RFC 8926 3.4: both follow the UDP header. */
export const VXLAN_BYTES: u32 = 8;
export const VXLAN_VALID_VNI: u32 = 0x08;
export const GENEVE_BYTES: u32 = 8;

/** spec: RFC 2784 2.1, RFC 2890 2; the routing bit is RFC 1701's. */
export const GRE_BYTES: u32 = 4;
export const GRE_CHECKSUM: u32 = 0x8000;
export const GRE_ROUTING: u32 = 0x4000;
export const GRE_KEY: u32 = 0x2000;
export const GRE_SEQUENCE: u32 = 0x1000;
export const GRE_VERSION: u32 = 0x0007;
/** spec: draft-foschiano-erspan: type II, and type III with and without the platform's 8 bytes. */
export const ERSPAN_II_BYTES: u32 = 8;
export const ERSPAN_III_BYTES: u32 = 12;
export const ERSPAN_III_LONG_BYTES: u32 = 20;
