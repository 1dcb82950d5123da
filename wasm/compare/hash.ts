// Multiplication spreads low bits upwards, shifts bring high bits down: two 64-bit numbers to one.
const ODD: u64 = ((<u64>0x9e37_79b9) << 32) | 0x7f4a_7c15;
const OTHER: u64 = ((<u64>0xd6e8_feb8) << 32) | 0x6659_fd93;

export function mixed(hash: u64, value: u64): u64 {
  const product = (hash ^ value) * ODD;
  return (product ^ (product >> 29)) + rotl<u64>(hash, 17);
}

/** Every bit of the result depends on every bit of `hash`; never 0. */
export function finished(hash: u64): u64 {
  const once = (hash ^ (hash >> 32)) * OTHER;
  const twice = (once ^ (once >> 32)) * OTHER;
  return (twice ^ (twice >> 32)) | 1;
}
