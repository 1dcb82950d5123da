/**
 * The magnitudes of the discrete Fourier transform of real `samples`, whose number is a power of two: of frequencies
 * 0, 1, … n/2 periods in all. By radix 2 (Cooley and Tukey, Mathematics of Computation 19, 1965).
 */
export function spectrum(samples: readonly number[]): Float64Array {
  const n = samples.length;
  const real = new Float64Array(n);
  const imaginary = new Float64Array(n);
  const bits = Math.log2(n);
  for (const [index, value] of samples.entries()) real[reversed(index, bits)] = value;
  for (let size = 2; size <= n; size *= 2) combine(real, imaginary, size);
  return Float64Array.from({ length: n / 2 + 1 }, (_, k) => Math.hypot(real[k]!, imaginary[k]!));
}

/** Joins transforms of half of `size` to transforms of `size`. */
function combine(real: Float64Array, imaginary: Float64Array, size: number): void {
  const half = size / 2;
  for (let k = 0; k < half; k += 1) {
    const angle = (-2 * Math.PI * k) / size;
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    for (let low = k; low < real.length; low += size) {
      const high = low + half;
      const re = real[high]! * cos - imaginary[high]! * sin;
      const im = real[high]! * sin + imaginary[high]! * cos;
      real[high] = real[low]! - re;
      imaginary[high] = imaginary[low]! - im;
      real[low]! += re;
      imaginary[low]! += im;
    }
  }
}

function reversed(index: number, bits: number): number {
  let from = index;
  let to = 0;
  for (let bit = 0; bit < bits; bit += 1) {
    to = (to << 1) | (from & 1);
    from >>= 1;
  }
  return to;
}
