import { SAMPLE_COLUMN as at, SAMPLE_COLUMNS } from '../../generated/capture.js';
import { type ClockFit, fitClock, type Points } from './clock.js';
import type { ClockStatus } from './types.js';

/** What the first look at both captures tells. */
export interface Surveyed {
  readonly status: ClockStatus;
  readonly clock: ClockFit;
  /** The least a packet takes there and back by that clock, and the most that was seen, µs. */
  readonly floorUs: number;
  readonly longestUs: number;
  /** IP identifications are the same at both points; windows; timestamps and SACK blocks. */
  readonly sameIds: boolean;
  readonly sameWindows: boolean;
  readonly sameOptions: boolean;
  /** By number of a pair of hosts: 1 where its orientation 0 travels from A to B, −1 where from B to A. */
  readonly ways: ReadonlyMap<number, 1 | -1>;
}

const ROW = SAMPLE_COLUMNS.length;
/** With one way alone the least delay is not known; matching takes it for this, µs. */
const SUPPOSED_FLOOR_US = 10_000;
/** Timestamps of captures are good for this, µs. */
const NOISE_US = 50;
/** A round trip that lines through the whole capture leave and none of its moments has: the clock was not a line. */
const UNSTEADY_US = 500;
/** No difference of one packet is so far from the others: a drift of days, the fullest of queues. */
const OUTLIER_US = 2e6;
const OUTLIER_SPREADS = 20;

/** Learns clocks and directions from samples, rows of spec/capture.json; `sameClock` where there is nothing to learn. */
export function readSurvey(rows: Float64Array, baseDifferenceUs: number, sameClock: boolean): Surveyed {
  const count = rows.length / ROW;
  const cell = (index: number, column: number): number => rows[index * ROW + column]!;
  const order = believed(
    Array.from({ length: count }, (_, i) => i),
    (i) => cell(i, at.differenceUs),
  );
  order.sort((i, j) => cell(i, at.aUs) - cell(j, at.aUs));
  const same = (column: number): boolean => order.every((i) => cell(i, column) >= 0);
  const { ways, roundTripUs } = readWays(order, cell);
  const towards = (i: number): number => {
    const way = ways.get(cell(i, at.pair));
    return way === undefined ? 0 : cell(i, at.orientation) ? -way : way;
  };
  // Hosts that are seen one way only: routers between the points lower the TTL.
  const byTtl = (i: number): number => Math.sign(cell(i, at.ttlA) - cell(i, at.ttlB));
  let told = order.filter((i) => towards(i) !== 0);
  let toward = towards;
  if (told.length === 0) {
    const routed = order.reduce((sum, i) => sum + byTtl(i), 0);
    const all = routed < 0 ? -1 : 1;
    told = order;
    toward = () => all;
  }
  const points = (sign: number): Points => {
    const chosen = told.filter((i) => toward(i) === sign);
    return {
      t: Float64Array.from(chosen, (i) => cell(i, at.aUs)),
      d: Float64Array.from(chosen, (i) => cell(i, at.differenceUs)),
    };
  };
  const there = points(1);
  const back = points(-1);
  const fitted = sameClock ? { offsetUs: -baseDifferenceUs, drift: 0, roundTripUs } : fitClock(there, back);
  const oneWay = !sameClock && fitted.roundTripUs === null;
  const shift = there.t.length ? -SUPPOSED_FLOOR_US : SUPPOSED_FLOOR_US;
  const clock = oneWay ? { ...fitted, offsetUs: fitted.offsetUs + shift } : fitted;
  const delays = [
    ...Array.from(there.t, (t, i) => there.d[i]! - clock.offsetUs - clock.drift * t),
    ...Array.from(back.t, (t, i) => clock.offsetUs + clock.drift * t - back.d[i]!),
  ];
  const all = new Map(ways);
  for (const i of order) {
    const pair = cell(i, at.pair);
    if (pair === 0 || all.has(pair)) continue;
    const after = cell(i, at.differenceUs) - clock.offsetUs - clock.drift * cell(i, at.aUs);
    const sign = told === order ? toward(i) : Math.sign(after) || 1;
    all.set(pair, (cell(i, at.orientation) ? -sign : sign) as 1 | -1);
  }
  return {
    status: statusOf(sameClock, fitted, roundTripUs),
    clock,
    floorUs: Math.max(0, least(delays)),
    longestUs: delays.reduce((high, value) => Math.max(high, value), 0),
    sameIds: same(at.sameId),
    sameWindows: same(at.sameWindow),
    sameOptions: same(at.sameOptions),
    ways: all,
  };
}

// Two packets of two hosts, one each way, one after the other: the differences of their times are a round trip apart,
// whatever the clocks. So the larger one is of the way from A to B.
function readWays(order: readonly number[], cell: (index: number, column: number) => number) {
  const last = new Map<number, [number | undefined, number | undefined]>();
  const votes = new Map<number, number>();
  let roundTripUs = Number.POSITIVE_INFINITY;
  for (const i of order) {
    const pair = cell(i, at.pair);
    if (pair === 0) continue;
    const orientation = cell(i, at.orientation) ? 1 : 0;
    const pairLast = last.get(pair) ?? [undefined, undefined];
    const own = cell(i, at.differenceUs);
    const other = pairLast[1 - orientation];
    if (other !== undefined) {
      const apart = orientation ? other - own : own - other;
      votes.set(pair, (votes.get(pair) ?? 0) + Math.sign(apart));
      roundTripUs = Math.min(roundTripUs, Math.abs(apart));
      pairLast[1 - orientation] = undefined;
    }
    pairLast[orientation] = own;
    last.set(pair, pairLast);
  }
  const ways = new Map<number, 1 | -1>();
  // Of two captures of one place no way is the first: either serves.
  for (const [pair, sum] of votes) ways.set(pair, sum < 0 ? -1 : 1);
  return { ways, roundTripUs: Number.isFinite(roundTripUs) ? roundTripUs : null };
}

function statusOf(sameClock: boolean, fitted: ClockFit, closest: number | null): ClockStatus {
  if (sameClock) return 'trusted';
  if (fitted.roundTripUs === null) return 'one-way';
  if (fitted.roundTripUs < -NOISE_US) return 'unsteady';
  // At some moment both queues are nearly empty; a line through all moments that leaves less has bent.
  if (closest !== null && closest - fitted.roundTripUs > Math.max(UNSTEADY_US, closest / 2)) return 'unsteady';
  return 'joined';
}

// Two packets of equal bytes, one seen at A alone, the other at B alone, are taken for one: hours apart, perhaps.
function believed(order: readonly number[], difference: (index: number) => number): number[] {
  const middle = median(order.map(difference));
  const spread = median(order.map((i) => Math.abs(difference(i) - middle)));
  const near = order.filter((i) => Math.abs(difference(i) - middle) <= Math.max(OUTLIER_US, OUTLIER_SPREADS * spread));
  // More than a few are no accident: a clock was set.
  return order.length - near.length > Math.max(3, order.length / 100) ? [...order] : near;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

function least(values: readonly number[]): number {
  return values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
}
