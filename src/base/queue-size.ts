import { ERROR } from '../generated/errors.js';
import { MooringError } from './errors.js';
import { parseSize } from './units.js';

/** How much a queue may hold: packets, bytes, or a multiple of the path's bandwidth-delay product. */
export interface QueueSize {
  readonly unit: 'packets' | 'bytes' | 'bdp';
  readonly value: number;
}

const QUEUE_SIZE = /^\s*(\d+(?:\.\d+)?)\s*(bdp|pkts?|packets?)\s*$/i;

/**
 * A queue's size: `1bdp` (bandwidth × base RTT), `100pkt`, or bytes such as `64KiB`.
 * Throws MOORING_ERR_BAD_UNIT.
 *
 * @example
 * ```ts
 * parseQueueSize('100pkt'); // { unit: 'packets', value: 100 }
 * ```
 */
export function parseQueueSize(given: string): QueueSize {
  const match = QUEUE_SIZE.exec(given);
  if (!match) {
    try {
      return { unit: 'bytes', value: parseSize(given) };
    } catch (error) {
      const { code, detail } = error as MooringError;
      throw new MooringError(
        code,
        `"${given}" is not a queue size: write bandwidth-delay products (1bdp), packets (100pkt) or bytes (64KiB)`,
        { ...detail, known: 'bdp, pkt, B, kB, MB, GB, KiB, MiB, GiB' },
      );
    }
  }
  const value = Number(match[1]);
  if (/^b/i.test(match[2]!)) return { unit: 'bdp', value };
  if (value < 1)
    throw new MooringError(ERROR.MOORING_ERR_BAD_UNIT, `"${given}" has room for no packet: write 1pkt or more`, {
      text: given,
      known: '1pkt or more',
    });
  return { unit: 'packets', value: Math.round(value) };
}
