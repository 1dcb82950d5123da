import { ERROR, MooringError } from '../base/index.js';

/** The 16 bytes of an address, IPv4 as ::ffff:a.b.c.d, as text: dotted quad, or RFC 5952. */
export function formatAddress(bytes: Uint8Array, offset = 0): string {
  const word = (i: number): number => (bytes[offset + 2 * i]! << 8) | bytes[offset + 2 * i + 1]!;
  const words = Array.from({ length: 8 }, (_, i) => word(i));
  if (words.slice(0, 5).every((value) => value === 0) && words[5] === 0xffff) return dotted(words[6]!, words[7]!);
  return colons(words);
}

/** An address of a row: four 32-bit words, for IPv4 only the first. */
export function formatWords(family: number, words: ArrayLike<number>, at: number): string {
  if (family === 4) return dotted(words[at]! >>> 16, words[at]! & 0xffff);
  const halves: number[] = [];
  for (let i = 0; i < 4; i += 1) halves.push(Math.floor(words[at + i]! / 65536), words[at + i]! & 0xffff);
  return colons(halves);
}

/**
 * An address or network as 16 bytes (IPv4 as ::ffff:a.b.c.d) and a prefix length of 0 … 128 bits.
 * Throws MOORING_ERR_BAD_ARGUMENT.
 *
 * @example
 * ```ts
 * parseNetwork('10.0.0.0/8').bits; // 104
 * parseNetwork('fd00::1').bits; // 128
 * ```
 */
export function parseNetwork(text: string): { bytes: Uint8Array; bits: number } {
  const [address = '', prefix, ...more] = text.trim().split('/');
  const four = /^\d+\.\d+\.\d+\.\d+$/.test(address);
  const bytes = four ? parseFour(address) : parseSix(address);
  const most = four ? 32 : 128;
  const bits = prefix === undefined ? most : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
  if (!bytes || bits < 0 || bits > most || more.length) {
    throw new MooringError(
      ERROR.MOORING_ERR_BAD_ARGUMENT,
      `"${text}" is no address or network: write 10.0.0.1, 10.0.0.0/8, fd00::1 or fd00::/8`,
      { argument: 'host', text },
    );
  }
  return { bytes, bits: four ? bits + 96 : bits };
}

function dotted(high: number, low: number): string {
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

// spec: RFC 5952 4: no leading zeros, lower case, the longest run of two or more zeros shortened,
// the first of equals; 5: IPv4-mapped addresses end in dotted decimal.
function colons(words: readonly number[]): string {
  if (words.slice(0, 5).every((value) => value === 0) && words[5] === 0xffff) {
    return `::ffff:${dotted(words[6]!, words[7]!)}`;
  }
  let bestAt = -1;
  let best = 1;
  for (let i = 0; i < 8; i += 1) {
    let run = 0;
    while (i + run < 8 && words[i + run] === 0) run += 1;
    if (run > best) {
      best = run;
      bestAt = i;
    }
    i += run;
  }
  const hex = words.map((value) => value.toString(16));
  if (bestAt < 0) return hex.join(':');
  return `${hex.slice(0, bestAt).join(':')}::${hex.slice(bestAt + best).join(':')}`;
}

function parseFour(text: string): Uint8Array | undefined {
  const parts = text.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => part > 255)) return undefined;
  return Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...parts]);
}

function parseSix(text: string): Uint8Array | undefined {
  const mapped = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const four = mapped ? parseFour(mapped[2]!) : undefined;
  if (mapped && !four) return undefined;
  const plain = four
    ? `${mapped![1]}${((four[12]! << 8) | four[13]!).toString(16)}:${((four[14]! << 8) | four[15]!).toString(16)}`
    : text;
  const halves = plain.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - groups.reduce((sum, group) => sum + group.length, 0);
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const all = halves.length === 1 ? groups[0]! : [...groups[0]!, ...Array<string>(missing).fill('0'), ...groups[1]!];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  const words = all.map((group) => Number.parseInt(group, 16));
  return Uint8Array.from(words.flatMap((word) => [word >> 8, word & 255]));
}
