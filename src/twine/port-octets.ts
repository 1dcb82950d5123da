import * as v from 'valibot';
import { number } from '../schema/index.js';

const countedSchema = v.object({ octets: number(0), fromUs: v.number(), toUs: v.number() });

/** See {@link PortOctets}. */
export const portOctetsSchema = v.object({ in: v.nullable(countedSchema), out: v.nullable(countedSchema) });

/**
 * What a switch's port counted around a capture, into the switch and out of it: octets from the last reading before the
 * capture to the first after it (µs since the Unix epoch). Null where there was no such reading, or the counter began anew.
 */
export type PortOctets = Readonly<v.InferOutput<typeof portOctetsSchema>>;

/** A counter's value at a time (µs since the Unix epoch). */
export interface OctetReading {
  readonly atUs: number;
  readonly octets: number;
}

/** Readings of a port's two counters, each the oldest first. */
export interface PortReadings {
  readonly in: readonly OctetReading[];
  readonly out: readonly OctetReading[];
}

/** What a port counted around a time: whoever reads the counters does it once in a while, not when a capture begins. */
export function octetsAround(readings: PortReadings | undefined, startUs: number, endUs: number): PortOctets {
  const counted = (all: readonly OctetReading[] = []) => {
    const first = all.filter(({ atUs }) => atUs <= startUs).length - 1;
    const last = all.findIndex(({ atUs }) => atUs >= endUs);
    if (first < 0 || last < 0) return null;
    const within = all.slice(first, last + 1);
    // What a counter had when it began anew nobody knows.
    if (within.some(({ octets }, at) => octets < (within[at - 1]?.octets ?? 0))) return null;
    const [from, to] = [within[0]!, within.at(-1)!];
    return { octets: to.octets - from.octets, fromUs: from.atUs, toUs: to.atUs };
  };
  return { in: counted(readings?.in), out: counted(readings?.out) };
}
