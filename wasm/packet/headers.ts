// Least lengths of headers, in bytes, and the bits in them that say what follows.

/** IEEE 802.3: two addresses and a type, or below 1536 a length. */
export const ETHERNET_BYTES: u32 = 14;
export const ETHERNET_TYPE: usize = 12;
export const ETHERNET_MAX_LENGTH: u32 = 1500;
export const ETHERTYPE_LEAST: u32 = 0x0600;

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
/** spec: RFC 2004 3.1: protocol, a flag that the source follows, checksum, destination. */
export const MINIMAL_BYTES: u32 = 8;
export const MINIMAL_SOURCE: u32 = 0x80;
/** spec: RFC 4302 2.2: next header, length in words of 4 bytes minus 2. */
export const AH_BYTES: u32 = 8;
