import { CONNECTION_COLUMN as column } from '../generated/capture.js';
import { parseNetwork } from './address.js';
import type { CaptureFilter } from './types.js';

/** A test of connection rows for the hosts and ports of a filter; undefined where it names none. */
export function connectionFilter(filter: CaptureFilter = {}): ((row: Float64Array) => boolean) | undefined {
  const networks = (filter.hosts ?? []).map(parseNetwork);
  const ports = new Set(filter.ports ?? []);
  if (networks.length === 0 && ports.size === 0) return undefined;
  const hostMatches = (row: Float64Array): boolean => {
    const ends = [addressBytes(row, column.src0), addressBytes(row, column.dst0)];
    return networks.some(({ bytes, bits }) => ends.some((end) => within(end, bytes, bits)));
  };
  const portMatches = (row: Float64Array): boolean =>
    ports.has(row[column.srcPort]!) || ports.has(row[column.dstPort]!);
  return (row) => (networks.length === 0 || hostMatches(row)) && (ports.size === 0 || portMatches(row));
}

function addressBytes(row: Float64Array, at: number): Uint8Array {
  const four = row[column.family] === 4;
  const words = four ? [0, 0, 0xffff, row[at]!] : [row[at]!, row[at + 1]!, row[at + 2]!, row[at + 3]!];
  return Uint8Array.from(words.flatMap((word) => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255]));
}

function within(address: Uint8Array, network: Uint8Array, bits: number): boolean {
  const whole = bits >> 3;
  for (let i = 0; i < whole; i += 1) if (address[i] !== network[i]) return false;
  return (bits & 7) === 0 || (address[whole]! ^ network[whole]!) >> (8 - (bits & 7)) === 0;
}
