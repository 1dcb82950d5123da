import { ERROR, MooringError } from '../../base/index.js';
import { type CompareInstance, instantiateCompare, wasmTrap } from '../../core/index.js';
import { ANCHOR_COLUMNS, POINT_COLUMN as at, POINT_COLUMNS, SAMPLE_COLUMNS, STEP } from '../../generated/capture.js';
import { parseNetwork } from '../address.js';
import type { Capture } from '../capture.js';
import { CaptureFeed } from '../feed.js';
import { applyEnds } from '../run.js';
import type { ByteSource } from '../source.js';
import type { CaptureFile, CaptureProgress, RunOptions } from '../types.js';
import { type ClockFit, fitClock } from './clock.js';
import { describeCrossing, leastDelays, NO_CROSSING, type RawCrossing, readCrossings } from './crossing.js';
import { type Links, readLinks } from './links.js';
import { readSurvey, type Surveyed } from './survey.js';
import type { CaptureComparison, ComparedClock, ComparedPoint, CompareOptions } from './types.js';
import { warningsOf } from './warnings.js';

const STEP_PACKETS = 1 << 16;
const BINS = 4096;
/** Up to so many bins by default. */
const BINS_WANTED = 1000;
const LEAST_BIN_US = 1000;
/** What a packet that waits takes, its place in the table of hashes included. */
const WAITING_BYTES = 76;
const DEFAULT_STATE_BYTES = 72 * 2 ** 20;
const SMALLEST_ORDER = 10;
const LARGEST_ORDER = 24;
/** How long a packet waits for its like: at least so long, and twice what the slowest of the samples took, µs. */
const LEAST_WINDOW_US = 2e6;
/** So many more matches without addresses than with them say that they were translated. */
const TRANSLATED_SHARE = 1.02;
const TRANSLATED_LEAST = 8;
const ADVICE = 'this comparison is over. Compare less: hosts, ports, or a smaller stateBytes.';

interface Side {
  readonly source: ByteSource;
  readonly side: 0 | 1;
}

/**
 * Two captures of one path, made at two points of it: packets of one and their like at the other, told by what routers and
 * translators leave as it is (SEQ, ACK, options, payload; IP identification where both points have the same); delays each
 * way with the offset and drift of the clocks taken out, losses and reordering between the points, and when a queue stood
 * on which way. Offset and drift follow from the packets themselves (Moon, Skelly, Towsley, INFOCOM 1999), on the
 * assumption that the least delays there and back are equal.
 *
 * Where a box between the points rewrites sequence numbers or cuts segments anew, payloads tie its connections together. Both
 * captures are read twice, then three times. Throws MOORING_ERR_CAPTURE_CONSUMED for streams, which can be read once, and
 * MOORING_ERR_CAPTURE_TOO_MANY_FILES for more than 64 files. Clocks that cannot be joined are told in `clock.status`.
 *
 * @example
 * ```ts
 * // A pcap header and nothing after it; usually the bytes come from two files.
 * const bytes = new Uint8Array(24);
 * new DataView(bytes.buffer).setUint32(0, 0xa1b2c3d4, true);
 * new DataView(bytes.buffer).setUint32(20, 1, true);
 * const { clock, aToB } = await compareCaptures(await openCapture(bytes), await openCapture(bytes));
 * console.log(clock.status, aToB.lost, aToB.delay?.p95Us); // unmatched 0 undefined
 * ```
 */
export async function compareCaptures(
  a: Capture,
  b: Capture,
  options: CompareOptions = {},
): Promise<CaptureComparison> {
  for (const host of options.filter?.hosts ?? []) parseNetwork(host);
  const sides = [a.inputs, b.inputs] as const;
  const sources = sides.flatMap((inputs, side) => inputs.sources.map((source) => ({ source, side: side as 0 | 1 })));
  for (const { source } of sources) if (source.once) throw readOnce(source);
  const wasm = instantiateCompare();
  const looks = { planned: 2 };
  const feed = new CaptureFeed(
    wasm,
    sources.map(({ source }) => source),
    sides[0].decompressors,
    severalTimes(options, looks),
  );
  try {
    if (options.filter) applyEnds(wasm, options.filter);
    const streams = await readAll(wasm, feed, sources);
    const files = [0, 1].map((side) => feed.files.filter((_, i) => streams.get(feed.fileStreams[i]!) === side));
    const warnings = [...feed.warnings];
    const bare = isTranslated(wasm);
    const links = readAnchors(wasm);
    const { rewritten, resegmented } = links;
    const tied = rewritten + resegmented > 0;
    if (tied) {
      looks.planned = 3;
      tie(wasm, links);
      await readAll(wasm, feed, sources);
    }
    const translated = bare || (tied && links.translated);
    const surveyed = survey(wasm, bare && !tied, options.sameClock === true);
    if (surveyed) {
      match(wasm, surveyed, translated, options);
      await readAll(wasm, feed, sources);
      wasm.finish();
    }
    wasm.describePoints();
    feed.progress();
    const points = files.map((of, side) => pointOf(wasm, side, of));
    const result = {
      ...told(wasm, surveyed),
      translated,
      rewritten,
      resegmented,
      a: points[0]!,
      b: points[1]!,
    };
    return { ...result, warnings: [...warnings, ...warningsOf(result)] };
  } catch (cause) {
    throw wasmTrap(cause, wasm.memory.buffer.byteLength, ADVICE);
  } finally {
    await feed.close();
  }
}

// Feeds every packet of both captures to the module once; gives the side of each stream.
async function readAll(
  wasm: CompareInstance,
  feed: CaptureFeed,
  sources: readonly Side[],
): Promise<Map<number, number>> {
  const streams = new Map<number, number>();
  for (const { source, side } of sources) {
    const stream = await feed.open(source);
    wasm.setSide(stream, side);
    streams.set(stream, side);
  }
  while ((await feed.step(STEP_PACKETS)) !== STEP.DONE);
  return streams;
}

function isTranslated(wasm: CompareInstance): boolean {
  const told = wasm.sampleCount(0);
  return wasm.sampleCount(1) > told * TRANSLATED_SHARE + TRANSLATED_LEAST;
}

function readAnchors(wasm: CompareInstance): Links {
  const rows = rowsAt(wasm, wasm.anchorRows(), wasm.anchorCount() * ANCHOR_COLUMNS.length);
  return readLinks(rows, [wasm.largestPayload(0), wasm.largestPayload(1)]);
}

function tie(wasm: CompareInstance, { links }: Links): void {
  for (const { a, b, fromUs, deltas, flipped, grid } of links) {
    wasm.tie(1, b, a, fromUs, deltas[0], deltas[1], flipped ? 1 : 0, grid);
    // At A its numbers are as they are; that it is tied, and its grid, are to be known there, too.
    wasm.tie(0, a, a, fromUs, 0, 0, 0, grid);
  }
}

function rowsAt(wasm: CompareInstance, address: number, length: number): Float64Array {
  return new Float64Array(wasm.memory.buffer, address >>> 0, length).slice();
}

function survey(wasm: CompareInstance, translated: boolean, sameClock: boolean): Surveyed | undefined {
  const count = wasm.sampleCount(translated ? 1 : 0);
  if (count === 0) return undefined;
  const rows = rowsAt(wasm, wasm.samples(translated ? 1 : 0), count * SAMPLE_COLUMNS.length);
  return readSurvey(rows, wasm.baseDifferenceUs(), sameClock);
}

// The second look begins.
function match(wasm: CompareInstance, surveyed: Surveyed, translated: boolean, options: CompareOptions): void {
  const { clock, floorUs, longestUs, ways } = surveyed;
  for (const [pair, way] of ways) wasm.setPairWay(pair, way);
  wasm.describePoints();
  const spans = [0, 1].map((side) => pointRow(wasm, side)).map((row) => row[at.lastUs]! - row[at.firstUs]!);
  const room = Math.floor(Math.log2((options.stateBytes ?? DEFAULT_STATE_BYTES) / WAITING_BYTES));
  // Segments that a card cut or joined have identifications of its making.
  const sameIds = surveyed.sameIds && !translated && wasm.largestPayload(0) === wasm.largestPayload(1);
  wasm.beginMatching(
    translated ? 1 : 0,
    surveyed.sameWindows ? 1 : 0,
    surveyed.sameOptions ? 1 : 0,
    sameIds ? 1 : 0,
    clock.offsetUs,
    clock.drift,
    Math.max(LEAST_WINDOW_US, 2 * longestUs),
    floorUs,
    longestUs,
    options.binUs ?? roundBin(Math.max(...spans) / BINS_WANTED),
    BINS,
    Math.min(LARGEST_ORDER, Math.max(SMALLEST_ORDER, room)),
  );
}

// 1, 2 or 5 times a power of ten, not below the least.
function roundBin(us: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(us, LEAST_BIN_US)));
  return power * ([1, 2, 5, 10].find((times) => power * times >= us) ?? 10);
}

/** What was found, in the words of the result. */
function told(
  wasm: CompareInstance,
  surveyed: Surveyed | undefined,
): Omit<CaptureComparison, 'a' | 'b' | 'translated' | 'rewritten' | 'resegmented' | 'warnings'> {
  if (!surveyed) {
    const nothing = describeCrossing(NO_CROSSING, {
      floorUs: 0,
      addUs: 0,
      slope: 0,
      roundTripUs: null,
      known: false,
      steady: false,
      fromUs: 0,
    });
    const clock = {
      status: 'unmatched',
      offsetUs: null,
      driftPpm: null,
      roundTripUs: null,
      uncertaintyUs: null,
    } as const;
    return { clock, aToB: nothing, bToA: nothing, binUs: 0, timeUs: new Float64Array(0) };
  }
  const raw = readCrossings(wasm);
  const fromUs = Math.min(...[0, 1].map((side) => pointRow(wasm, side)[at.firstUs]!));
  const better = refined(wasm, surveyed, raw);
  const clock = clockOf(surveyed, better, wasm.baseDifferenceUs(), fromUs);
  const known = surveyed.status === 'joined' || surveyed.status === 'trusted';
  const reading = {
    floorUs: surveyed.floorUs,
    roundTripUs: clock.roundTripUs,
    known,
    steady: surveyed.status !== 'unsteady',
    fromUs,
  };
  const { binUs } = raw[0].delays;
  return {
    clock,
    aToB: describeCrossing(raw[0], { ...reading, addUs: -better.offsetUs, slope: -better.drift }),
    bToA: describeCrossing(raw[1], { ...reading, addUs: better.offsetUs, slope: better.drift }),
    binUs,
    timeUs: Float64Array.from(raw[0].delays.count, (_, i) => fromUs + i * binUs),
  };
}

// Where the first look had samples alone, the least delays of every bin say what is left of offset and drift.
function refined(
  wasm: CompareInstance,
  surveyed: Surveyed,
  [there, back]: readonly [RawCrossing, RawCrossing],
): ClockFit {
  const { status, clock } = surveyed;
  if (status !== 'joined' || !wasm.samplesThinned(0)) return { offsetUs: 0, drift: 0, roundTripUs: clock.roundTripUs };
  return fitClock(leastDelays(there, 1), leastDelays(back, -1));
}

function clockOf(
  { status, clock }: Surveyed,
  better: ClockFit,
  baseDifferenceUs: number,
  fromUs: number,
): ComparedClock {
  const driftPpm = (clock.drift + better.drift) * 1e6;
  const roundTripUs = better.roundTripUs;
  switch (status) {
    case 'joined': {
      const offsetUs = baseDifferenceUs + clock.offsetUs + better.offsetUs - better.drift * fromUs;
      return { status, offsetUs, driftPpm, roundTripUs, uncertaintyUs: (roundTripUs ?? 0) / 2 };
    }
    case 'trusted':
      return { status, offsetUs: 0, driftPpm: 0, roundTripUs, uncertaintyUs: 0 };
    case 'one-way':
      return { status, offsetUs: null, driftPpm, roundTripUs: null, uncertaintyUs: null };
    default:
      return { status, offsetUs: null, driftPpm: null, roundTripUs: null, uncertaintyUs: null };
  }
}

function pointRow(wasm: CompareInstance, side: number): Float64Array {
  return rowsAt(wasm, wasm.pointRow(side), POINT_COLUMNS.length);
}

function pointOf(wasm: CompareInstance, side: number, files: readonly CaptureFile[]): ComparedPoint {
  const row = pointRow(wasm, side);
  const startEpochUs = row[at.startUs]!;
  return {
    files,
    startEpochUs: Number.isNaN(startEpochUs) ? null : startEpochUs,
    fromUs: row[at.firstUs]!,
    toUs: row[at.lastUs]!,
    packets: row[at.packets]!,
    compared: row[at.compared]!,
    cut: row[at.cut]!,
    notCompared: row[at.notCompared]!,
    copies: row[at.copies]!,
    elsewhere: row[at.elsewhere]!,
    segmented: row[at.segmented]!,
    untied: row[at.untied]!,
    unaligned: row[at.unaligned]!,
  };
}

function readOnce({ name }: ByteSource): MooringError {
  const message = `${name} is a stream, and a comparison reads its captures twice: save it to a file first.`;
  return new MooringError(ERROR.MOORING_ERR_CAPTURE_CONSUMED, message, { source: name });
}

function severalTimes({ onProgress, signal }: CompareOptions, looks: { readonly planned: number }): RunOptions {
  const report = (progress: CaptureProgress): void =>
    onProgress?.({
      ...progress,
      ...(progress.bytesTotal ? { bytesTotal: looks.planned * progress.bytesTotal } : {}),
    });
  return { ...(signal ? { signal } : {}), ...(onProgress ? { onProgress: report } : {}) };
}
