import { createRng, ERROR, MooringError, type Rng } from '../base/index.js';

// Traces of links whose rate moves, made by processes that are written down here: the swings of a kind of link, not the
// record of one. The same seed gives the same trace everywhere.

/** Names of the processes. */
export type TraceName = 'lte' | 'lte-drive' | 'wifi' | 'mmwave' | 'leo';

/** A process that traces are made by. */
export interface TraceProcess {
  readonly name: TraceName;
  readonly description: string;
}

/** How a trace is made. */
export interface TraceOptions {
  /** Decides the whole trace; 1 where it is not said. */
  readonly seed?: number;
  /** After which it repeats, ms; 1 … 600,000, a minute where it is not said. */
  readonly durationMs?: number;
}

/** Mbit/s at each millisecond, counted from 1. */
type RateAt = (ms: number) => number;

const CHANCE_BITS = 12_000;
const MOST_MS = 600_000;

/** The processes, as `mooring sim --help` lists them. */
export const TRACES: readonly TraceProcess[] = [
  { name: 'lte', description: 'LTE at rest: 0.3 to 40 Mbit/s within seconds, 12 in the long run' },
  {
    name: 'lte-drive',
    description: 'LTE in a car: faster and deeper swings around 10 Mbit/s, a handover of 80 to 400 ms every 25 s',
  },
  {
    name: 'wifi',
    description: 'a station of 802.11n: bursts of up to 4 ms at a rate that steps, pauses while others send',
  },
  { name: 'mmwave', description: '5G at 28 GHz: 300 Mbit/s in sight, 20 while something stands between' },
  { name: 'leo', description: 'a low satellite: another rate every 15 s, 40 to 180 Mbit/s, a gap between' },
];

const STARTS: { readonly [Name in TraceName]: (rng: Rng) => RateAt } = {
  lte,
  'lte-drive': lteDrive,
  wifi,
  mmwave,
  leo,
};

/**
 * Whether `text` is the name of a process.
 *
 * @example
 * ```ts
 * isTraceName('wifi'); // true
 * ```
 */
export function isTraceName(text: string): text is TraceName {
  return Object.hasOwn(STARTS, text);
}

/**
 * A trace in mahimahi's terms: a stamp in ms for each chance to send 1500 bytes, ascending; the last is that of its end.
 * Throws MOORING_ERR_BAD_ARGUMENT.
 *
 * @example
 * ```ts
 * const trace = linkTrace('wifi', { seed: 7 });
 * const { summary } = simulate({
 *   links: [{ trace, delay: '10ms', queue: '200pkt' }],
 *   flows: [{ algorithm: 'cubic' }],
 *   duration: '10s',
 * });
 * ```
 */
export function linkTrace(name: TraceName, { seed = 1, durationMs = 60_000 }: TraceOptions = {}): number[] {
  if (!isTraceName(name)) throw refused('name', `there are ${Object.keys(STARTS).join(', ')}, not "${String(name)}"`);
  if (!Number.isInteger(durationMs) || durationMs < 1 || durationMs > MOST_MS)
    throw refused('durationMs', `must be a whole number from 1 to ${MOST_MS}`);
  const rateAt = STARTS[name](createRng(seed));
  const stampsMs: number[] = [];
  let credit = 0;
  for (let ms = 1; ms <= durationMs; ms += 1) {
    credit += (rateAt(ms) * 1000) / CHANCE_BITS;
    for (; credit >= 1; credit -= 1) stampsMs.push(ms);
  }
  stampsMs.push(durationMs);
  return stampsMs;
}

/**
 * The text of a trace file as mahimahi reads it: a stamp a line.
 *
 * @example
 * ```ts
 * traceText(linkTrace('lte', { durationMs: 1000 })); // '2\n3\n4\n…'
 * ```
 */
export function traceText(stampsMs: readonly number[]): string {
  return `${stampsMs.join('\n')}\n`;
}

/** A walk in the logarithm, every 100 ms by up to a quarter, drawn back to 12 Mbit/s. */
function lte(rng: Rng): RateAt {
  return walk(rng, { everyMs: 100, mean: 12, pull: 0.02, least: 0.3, most: 40, by: 0.25 });
}

/** A walk every 20 ms by up to a fifth; every 25 s or so nothing for a while. */
function lteDrive(rng: Rng): RateAt {
  const rate = walk(rng, { everyMs: 20, mean: 10, pull: 0.01, least: 0.1, most: 60, by: 0.2 });
  let nextMs = exponential(rng, 25_000);
  let untilMs = 0;
  return (ms) => {
    const mbit = rate(ms);
    if (ms >= nextMs) {
      untilMs = ms + 80 + rng.nextUnit() * 320;
      nextMs = untilMs + exponential(rng, 25_000);
    }
    return ms < untilMs ? 0 : mbit;
  };
}

/** Rates of 802.11n in 20 MHz with two streams (IEEE 802.11n-2009, MCS 8 … 15), of which two thirds carry data. */
const MCS_MBIT = [13, 26, 39, 52, 78, 104, 117, 130];
const EFFICIENCY = 0.65;

/** Sends for 1 to 4 ms, waits its turn; others are quiet and busy by turns. */
function wifi(rng: Rng): RateAt {
  let step = 5;
  let isBusy = false;
  let turnMs = 0;
  let sendsUntilMs = 0;
  let waitsUntilMs = 0;
  return (ms) => {
    if (ms % 250 === 0) step = Math.min(MCS_MBIT.length - 1, Math.max(0, step + rng.nextBelow(3) - 1));
    if (ms >= turnMs) {
      isBusy = !isBusy;
      turnMs = ms + 500 + rng.nextUnit() * 2500;
    }
    if (ms >= waitsUntilMs) {
      sendsUntilMs = ms + 1 + rng.nextBelow(4);
      waitsUntilMs = sendsUntilMs + exponential(rng, isBusy ? 12 : 1);
    }
    return ms < sendsUntilMs ? MCS_MBIT[step]! * EFFICIENCY : 0;
  };
}

/** In sight for 4 s, behind something for 0.4 s, both exponential; a little noise on either. */
function mmwave(rng: Rng): RateAt {
  let isBlocked = true;
  let turnMs = 0;
  return (ms) => {
    if (ms >= turnMs) {
      isBlocked = !isBlocked;
      turnMs = ms + exponential(rng, isBlocked ? 400 : 4000);
    }
    return (isBlocked ? 20 : 300) * (0.9 + 0.2 * rng.nextUnit());
  };
}

/** Capacity is dealt out anew every 15 s (Mohan et al., WWW 2024), with 20 to 60 ms of nothing; within, a tenth of noise every 100 ms. */
function leo(rng: Rng): RateAt {
  let share = 0;
  let noise = 1;
  let backMs = 0;
  return (ms) => {
    if (ms % 15_000 === 1) {
      share = 40 + 140 * rng.nextUnit();
      backMs = ms + (ms === 1 ? 0 : 20 + rng.nextUnit() * 40);
    }
    if (ms % 100 === 0) noise = 0.9 + 0.2 * rng.nextUnit();
    return ms < backMs ? 0 : share * noise;
  };
}

interface Walk {
  readonly everyMs: number;
  readonly mean: number;
  readonly pull: number;
  readonly least: number;
  readonly most: number;
  readonly by: number;
}

function walk(rng: Rng, { everyMs, mean, pull, least, most, by }: Walk): RateAt {
  let mbit = mean;
  return (ms) => {
    if (ms % everyMs === 0) {
      const drawn = (mean - mbit) * pull;
      mbit = Math.min(most, Math.max(least, (mbit + drawn) * (1 - by + rng.nextUnit() * 2 * by)));
    }
    return mbit;
  };
}

function exponential(rng: Rng, mean: number): number {
  return -mean * Math.log(1 - rng.nextUnit());
}

function refused(argument: string, message: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, `${argument}: ${message}`, { argument });
}
