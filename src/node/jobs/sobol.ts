// Sobol's sequence with the direction numbers of Joe and Kuo (SIAM J. Sci. Comput. 30, 2635–2654, 2008; their table
// new-joe-kuo-6), scrambled after Owen by a hash of the bits above each bit (Laine and Karras, EGSR 2011; Burley, JCGT 2020).

/** Of dimension 2 on: the inner coefficients of its primitive polynomial, and its first direction numbers m. */
const DIRECTIONS: readonly (readonly [number, readonly number[]])[] = [
  [0, [1]],
  [1, [1, 3]],
  [1, [1, 3, 1]],
  [2, [1, 1, 1]],
  [1, [1, 1, 3, 3]],
  [4, [1, 3, 5, 13]],
  [2, [1, 1, 5, 5, 17]],
  [4, [1, 1, 5, 5, 5]],
  [7, [1, 1, 7, 11, 19]],
  [11, [1, 1, 5, 1, 1]],
  [13, [1, 1, 1, 3, 11]],
  [14, [1, 3, 5, 5, 31]],
  [1, [1, 3, 3, 9, 7, 49]],
  [13, [1, 1, 1, 15, 21, 21]],
  [16, [1, 3, 1, 13, 27, 49]],
  [19, [1, 1, 1, 15, 7, 5]],
  [22, [1, 3, 1, 15, 13, 25]],
  [25, [1, 1, 5, 5, 19, 61]],
  [1, [1, 3, 7, 11, 23, 15, 103]],
  [4, [1, 3, 7, 13, 13, 15, 69]],
];

export const SOBOL_DIMENSIONS = DIRECTIONS.length + 1;

const BITS = 32;

/** 32 bits of coordinate `dimension` (from 0) of point `at` (from 0), not scrambled. */
export function sobolBits(at: number, dimension: number): number {
  const vectors = vectorsOf(dimension);
  let bits = 0;
  for (let bit = 0; at >>> bit !== 0 && bit < BITS; bit += 1) if ((at >>> bit) & 1) bits ^= vectors[bit]!;
  return bits >>> 0;
}

/** Coordinate `dimension` of point `at` in [0, 1), scrambled by `seed`: each seed another net of the same evenness. */
export function sobolUnit(at: number, dimension: number, seed: number): number {
  const own = mix(seed ^ Math.imul(dimension + 1, 0x9e3779b9));
  return owen(sobolBits(at, dimension), own) / 2 ** BITS;
}

const known = new Map<number, Uint32Array>();

function vectorsOf(dimension: number): Uint32Array {
  const vectors = known.get(dimension) ?? makeVectors(dimension);
  known.set(dimension, vectors);
  return vectors;
}

function makeVectors(dimension: number): Uint32Array {
  const vectors = new Uint32Array(BITS);
  // The first dimension is van der Corput's sequence.
  if (dimension === 0) return vectors.map((_, bit) => 2 ** (BITS - 1 - bit));
  const [coefficients, first] = DIRECTIONS[dimension - 1]!;
  const degree = first.length;
  for (let bit = 0; bit < BITS; bit += 1) {
    if (bit < degree) vectors[bit] = first[bit]! * 2 ** (BITS - 1 - bit);
    else {
      let vector = vectors[bit - degree]! ^ (vectors[bit - degree]! >>> degree);
      for (let k = 1; k < degree; k += 1) {
        if ((coefficients >>> (degree - 1 - k)) & 1) vector ^= vectors[bit - k]!;
      }
      vectors[bit] = vector;
    }
  }
  return vectors;
}

/** Flips each bit or not by a hash of those above it. */
function owen(bits: number, seed: number): number {
  let x = reverse(bits);
  x = (x + seed) | 0;
  x ^= Math.imul(x, 0x6c50b47c);
  x ^= Math.imul(x, 0xb82f1e52);
  x ^= Math.imul(x, 0xc7afe638);
  x ^= Math.imul(x, 0x8d22f6e6);
  return reverse(x);
}

function reverse(bits: number): number {
  let x = bits;
  x = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8);
  return ((x >>> 16) | (x << 16)) >>> 0;
}

/** MurmurHash3's last step: near seeds are far apart. */
function mix(seed: number): number {
  let x = seed | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) | 0;
}
