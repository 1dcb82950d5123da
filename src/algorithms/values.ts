import { VALUE } from '../generated/isa.js';

/**
 * Infinity as programs and reports have it, 2^32 − 1: what a field defined as `+infinity` starts with, an RTT without
 * a sample, and, as a `Rate`, no pacing.
 *
 * @example
 * ```ts
 * class Unpaced extends AlgBase {
 *   override onCreate() { this.datapath.install('(def) (when false (report))', { fields: { Rate: INFINITY } }); }
 *   override onReport() {}
 * }
 * ```
 */
export const INFINITY: number = VALUE.INFINITY;

/**
 * An address and a port of `datapathInfo` as text, `10.0.0.1:443`, from the kernel's form: network byte order in a
 * little-endian word.
 *
 * @example
 * ```ts
 * endpointText(0x0100000a, 0xbb01); // '10.0.0.1:443'
 * ```
 */
export function endpointText(ip: number, port: number): string {
  const bytes = [ip & 0xff, (ip >>> 8) & 0xff, (ip >>> 16) & 0xff, ip >>> 24];
  return `${bytes.join('.')}:${((port & 0xff) << 8) | ((port >>> 8) & 0xff)}`;
}
