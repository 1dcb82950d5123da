import type { Queue, QueueLimit } from './normalised.js';
import type { QueueSize } from './quantity.js';
import type { ParsedQueue } from './scenario.js';

/** A full-sized IPv4 packet on the wire. */
export const PACKET_BYTES = 1500;

/** A queue with every parameter; `1bdp` where nothing is said. `refuse` is told of a field at fault. */
export function normaliseQueue(
  queue: ParsedQueue | undefined,
  bdpBytes: number,
  refuse: (field: string, message: string) => void,
): Queue {
  const limitOf = (size: QueueSize): QueueLimit => limit(size, bdpBytes);
  const oneBdp: QueueSize = { unit: 'bdp', value: 1 };
  if (queue === undefined) return { kind: 'droptail', limit: limitOf(oneBdp) };
  if ('unit' in queue) return { kind: 'droptail', limit: limitOf(queue) };
  switch (queue.kind) {
    case 'droptail':
      return { kind: 'droptail', limit: limitOf(queue.limit ?? oneBdp) };
    case 'red': {
      const own = limitOf(queue.limit ?? { unit: 'bdp', value: 2 });
      const inBytes = own.bytes > 0;
      const whole = inBytes ? own.bytes : own.packets;
      const threshold = (size: QueueSize | undefined, share: number): number => {
        if (size === undefined) return whole * share;
        const asked = limitOf(size);
        if (inBytes) return asked.bytes || asked.packets * PACKET_BYTES;
        return asked.packets || asked.bytes / PACKET_BYTES;
      };
      // Floyd's advice: maxThreshold three times minThreshold, the limit at least twice that.
      const minThreshold = threshold(queue.minThreshold, 1 / 6);
      const maxThreshold = threshold(queue.maxThreshold, 1 / 2);
      if (minThreshold >= maxThreshold) refuse('minThreshold', 'must be below maxThreshold');
      return {
        kind: 'red',
        limit: own,
        minThreshold,
        maxThreshold,
        maxProbability: queue.maxProbability ?? 0.1,
        weight: queue.weight ?? 0.002,
        gentle: queue.gentle ?? true,
        ecn: queue.ecn ?? false,
      };
    }
    case 'codel':
      return { kind: 'codel', limit: limitOf(queue.limit ?? packets(1000)), ...codel(queue) };
    case 'fqcodel':
      return {
        kind: 'fqcodel',
        limit: limitOf(queue.limit ?? packets(10_240)),
        ...codel(queue),
        flows: queue.flows ?? 1024,
        quantumBytes: queue.quantum ?? 1514,
      };
  }
}

function limit(size: QueueSize, bdpBytes: number): QueueLimit {
  if (size.unit === 'packets') return { packets: size.value, bytes: 0 };
  // Less than two packets would let nothing through but lone ones.
  const bytes = size.unit === 'bdp' ? size.value * bdpBytes : size.value;
  return { packets: 0, bytes: Math.max(2 * PACKET_BYTES, Math.round(bytes)) };
}

function packets(value: number): QueueSize {
  return { unit: 'packets', value };
}

function codel(given: { target?: number | undefined; interval?: number | undefined; ecn?: boolean | undefined }) {
  // RFC 8289 section 4.2 and 4.3.
  return { targetUs: given.target ?? 5_000, intervalUs: given.interval ?? 100_000, ecn: given.ecn ?? false };
}
