// Functions that hosts' libraries round differently, built from + − × ÷ and √, which WebAssembly
// defines to the last bit.

const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;
const SQRT2: f64 = Math.SQRT2;

/** ln x for x > 0: x = 2^k · m with m in [1/√2, √2), then 2·atanh((m − 1)/(m + 1)) as a series. */
export function logarithm(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  let k = <i32>(bits >> 52) - 1023;
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m > SQRT2) {
    m *= 0.5;
    k += 1;
  }
  const s = (m - 1) / (m + 1);
  const s2 = s * s;
  let sum: f64 = 0;
  for (let n = 23; n >= 1; n -= 2) sum = sum * s2 + 1.0 / <f64>n;
  return <f64>k * LN2_HIGH + (2 * s * sum + <f64>k * LN2_LOW);
}

/** e^x, 0 and the greatest number beyond their range: x = k·ln 2 + r, Taylor series in r. */
export function exponential(x: f64): f64 {
  if (x > 709) return f64.MAX_VALUE;
  if (x < -708) return 0;
  const k = <i32>nearest(x / (LN2_HIGH + LN2_LOW));
  const r = x - <f64>k * LN2_HIGH - <f64>k * LN2_LOW;
  let sum: f64 = 1;
  for (let n = 18; n >= 1; n--) sum = 1 + (sum * r) / <f64>n;
  return sum * reinterpret<f64>((<u64>(k + 1023)) << 52);
}

/** ∛x for x ≥ 0: a third of the exponent as the first guess, then Newton's steps. */
export function cubeRoot(x: f64): f64 {
  if (x <= 0) return 0;
  let y = reinterpret<f64>(reinterpret<u64>(x) / 3 + 0x2a9f789300000000);
  for (let i = 0; i < 4; i++) y = (2 * y + x / (y * y)) / 3;
  return y;
}
