import { type Members, membersOf, rows } from './members.js';

/** Bytes per second, both directions together, by site in capitals and port: `INDI HundredGigE0/0/0/26`. */
export type PortLoads = ReadonlyMap<string, number>;

/** Counters of a switch's ports, as they are called there: what came into the switch, and what went out. */
export const OCTET_COUNTERS = { in: 'ifHCInOctets', out: 'ifHCOutOctets' } as const;

/** A name that means itself inside a regular expression, and inside quotes. */
const PLAIN_NAME = /^[\w/-]+$/;

/** What a window of rates of all ports is asked for with. */
export function loadQuery(counter: string, window: string): string {
  return `rate(${counter}{job="data-sw"}[${window}])`;
}

/**
 * What the readings of some ports of a site over the last `seconds` are asked for with; undefined where none has a name
 * that can be asked for.
 */
export function readingsQuery(
  counter: string,
  site: string,
  ports: readonly string[],
  seconds: number,
): string | undefined {
  const plain = ports.filter((port) => PLAIN_NAME.test(port));
  if (plain.length === 0 || !PLAIN_NAME.test(site)) return undefined;
  return `${counter}{job="data-sw",rack="${site.toLowerCase()}",ifName=~"${plain.join('|')}"}[${Math.ceil(seconds)}s]`;
}

/** Loads from answers of Prometheus, vectors of rates for each direction; what is not understood is left out. */
export function portLoadsOf(answers: readonly unknown[]): PortLoads {
  const loads = new Map<string, number>();
  for (const { metric, value } of answers.flatMap(resultOf)) {
    const { rack, ifName } = membersOf(metric);
    const rate = Array.isArray(value) ? Number(value[1]) : Number.NaN;
    if (typeof rack !== 'string' || typeof ifName !== 'string' || !(rate >= 0)) continue;
    const key = `${rack.toUpperCase()} ${ifName}`;
    loads.set(key, (loads.get(key) ?? 0) + rate);
  }
  return loads;
}

/** Readings by port from an answer of Prometheus, a matrix; the oldest first, what is not understood left out. */
export function readingsOf(answer: unknown): ReadonlyMap<string, readonly { atUs: number; octets: number }[]> {
  const ports = new Map<string, { atUs: number; octets: number }[]>();
  for (const { metric, values } of resultOf(answer)) {
    const { ifName } = membersOf(metric);
    if (typeof ifName !== 'string' || !Array.isArray(values)) continue;
    const readings = values.flatMap((pair) => {
      const [seconds, octets] = Array.isArray(pair) ? pair.map(Number) : [];
      return seconds !== undefined && octets !== undefined && Number.isFinite(seconds) && octets >= 0
        ? [{ atUs: Math.round(seconds * 1e6), octets }]
        : [];
    });
    // A port that two series name is one nobody can tell.
    ports.set(ifName, ports.has(ifName) ? [] : readings.sort((one, other) => one.atUs - other.atUs));
  }
  return ports;
}

const resultOf = (answer: unknown): Members[] => rows(membersOf(membersOf(answer)['data'])['result']);
