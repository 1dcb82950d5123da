// The clock of one capture beside that of the other. Of every packet seen at both points we have the difference of its two
// times: offset + drift · t + delay for packets from A to B, offset + drift · t − delay for the others. The least delay
// does not change, so a line under the first and a line over the second have the slope of the drift (Moon, Skelly, Towsley,
// "Estimation and removal of clock skew from network delay measurements", INFOCOM 1999: the line under all points that is
// nearest to them in sum is an edge of their convex hull). Halfway between the two lines is the offset, if the least delays
// of both ways are equal.
//
//   difference      · ·   ·  ·    ·  ·     A to B
//        ↑        ────────────────────     line under them      ┐ least delay there
//                 - - - - - - - - - - -    offset + drift · t   ┤      + least delay back
//                 ────────────────────     line over them       ┘
//        → time     ·   · ·   ·  ·   ·     B to A

/** Differences over time, in the order of time. */
export interface Points {
  readonly t: Float64Array;
  readonly d: Float64Array;
}

/** A line over or under points. */
interface Fit {
  readonly slope: number;
  /** Mean distance of the points from it. */
  readonly meanExcess: number;
}

/** What is known of a clock. */
export interface ClockFit {
  readonly offsetUs: number;
  readonly drift: number;
  /** The sum of the least delays; null where only one way was travelled. */
  readonly roundTripUs: number | null;
}

/** A clock that runs faster or slower by more is not steered any more: the limit of the kernel's own steering. */
const MAX_DRIFT = 500e-6;
/** A drift that changes the mean delay by less is told as none, µs. */
const LEAST_EFFECT_US = 20;

/** Joins clocks by the packets of both ways, either of which may be empty, not both. */
export function fitClock(there: Points, back: Points): ClockFit {
  const mirrored: Points = { t: back.t, d: back.d.map((d) => -d) };
  const below = lowerHull(there);
  const above = lowerHull(mirrored);
  const fits: Fit[] = [];
  if (there.t.length) fits.push(under(there, below));
  if (back.t.length) {
    const { slope, meanExcess } = under(mirrored, above);
    fits.push({ slope: -slope, meanExcess });
  }
  // The way with less of a queue tells the drift; the queue of the other grows and shrinks.
  const drift = fits.reduce((best, fit) => (fit.meanExcess < best.meanExcess ? fit : best)).slope;
  const low = least(below, drift);
  const high = -least(above, -drift);
  if (!there.t.length) return { offsetUs: high, drift, roundTripUs: null };
  if (!back.t.length) return { offsetUs: low, drift, roundTripUs: null };
  return { offsetUs: (low + high) / 2, drift, roundTripUs: low - high };
}

/** Fits a line under `points`, whose hull is `hull`. */
function under(points: Points, hull: Points): Fit {
  const meanT = mean(points.t);
  const meanD = mean(points.d);
  const excess = (slope: number): number => meanD - slope * meanT - least(hull, slope);
  // The edge that spans the mean time: below it the hull turns down, above it up.
  let slope = 0;
  for (let i = 1; i < hull.t.length; i += 1) {
    if (hull.t[i]! < meanT && i + 1 < hull.t.length) continue;
    slope = (hull.d[i]! - hull.d[i - 1]!) / (hull.t[i]! - hull.t[i - 1]!);
    break;
  }
  slope = Math.max(-MAX_DRIFT, Math.min(MAX_DRIFT, slope));
  if (excess(0) - excess(slope) < LEAST_EFFECT_US) slope = 0;
  return { slope, meanExcess: excess(slope) };
}

// Andrew's monotone chain, the lower half.
function lowerHull({ t, d }: Points): Points {
  const kept: number[] = [];
  for (let i = 0; i < t.length; i += 1) {
    while (kept.length) {
      const q = kept[kept.length - 1]!;
      if (t[q] === t[i]) {
        if (d[q]! <= d[i]!) break;
      } else {
        const p = kept[kept.length - 2];
        if (p === undefined) break;
        if ((t[q]! - t[p]!) * (d[i]! - d[p]!) > (d[q]! - d[p]!) * (t[i]! - t[p]!)) break;
      }
      kept.pop();
    }
    const last = kept[kept.length - 1];
    if (last === undefined || t[last] !== t[i]) kept.push(i);
  }
  return { t: Float64Array.from(kept, (i) => t[i]!), d: Float64Array.from(kept, (i) => d[i]!) };
}

/** Where the line of this slope under the points of `hull` is at time 0. */
function least(hull: Points, slope: number): number {
  let low = Number.POSITIVE_INFINITY;
  for (let i = 0; i < hull.t.length; i += 1) low = Math.min(low, hull.d[i]! - slope * hull.t[i]!);
  return low;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
