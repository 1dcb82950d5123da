// Big-endian loads, as networks write numbers.

export function be16(at: usize): u32 {
  return <u32>bswap<u16>(load<u16>(at));
}

export function be32(at: usize): u32 {
  return bswap<u32>(load<u32>(at));
}
