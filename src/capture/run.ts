import { ERROR, MooringError, unreachable } from '../base/index.js';
import { type CaptureInstance, type CompareInstance, instantiateCapture, wasmTrap } from '../core/index.js';
import { LIMIT, STEP } from '../generated/capture.js';
import { parseNetwork } from './address.js';
import type { Decompressors } from './decompress.js';
import { CaptureFeed, OPEN_AT_ONCE } from './feed.js';
import type { ByteSource } from './source.js';
import { readTotals } from './totals.js';
import type { CaptureFile, CaptureFilter, CaptureTotals, CaptureWarning, RunOptions } from './types.js';

/** What a run does with the packets; see spec/capture.json for MODE. */
export interface RunSetup {
  readonly mode: number;
  /** Number of the connection whose marks, series and primitives are wanted. */
  readonly focus?: number;
  readonly marks?: boolean;
  readonly primitives?: boolean;
  /** Also rows of what limited each flow, in a queue that is emptied with the rows of connections. */
  readonly causes?: boolean;
  readonly bins?: { readonly widthUs: number; readonly capacity: number };
  /** Bytes for connections before the oldest idle ones are finished. */
  readonly stateBytes?: number;
}

/** A queue of the module is ready to be emptied; empty it before asking for the next event. */
export type RunEvent = 'batch' | 'rows' | 'marks' | 'excerpts';

/** What `step` returns when a queue is full. */
type Stop = Exclude<
  (typeof STEP)[keyof typeof STEP],
  typeof STEP.MORE | typeof STEP.ENDED | typeof STEP.LIMIT | typeof STEP.DONE
>;

const ADVICE = 'keep less of the capture: a filter, one connection, coarser bins, a smaller stateBytes.';

/** Packets handled before the host looks at its signal again. */
const STEP_PACKETS = 1 << 16;
/** Time that goes back by so much is warned of, µs. */
const STEP_BACK_US = 1e6;

/** One pass over the sources: feeds the module, in time order, and says when its queues are full. */
export class CaptureRun {
  readonly wasm: CaptureInstance = instantiateCapture();
  readonly warnings: CaptureWarning[];
  readonly files: readonly CaptureFile[];
  readonly #feed: CaptureFeed;
  readonly #sources: readonly ByteSource[];
  readonly #decompressors: Decompressors;
  readonly #options: RunOptions;
  readonly #onClosed: () => void;

  constructor(
    sources: readonly ByteSource[],
    decompressors: Decompressors,
    setup: RunSetup,
    options: RunOptions,
    onClosed: (run: CaptureRun) => void = () => undefined,
  ) {
    this.#onClosed = () => onClosed(this);
    this.#sources = sources;
    this.#decompressors = decompressors;
    this.#options = options;
    const { wasm } = this;
    this.#feed = new CaptureFeed(wasm, sources, decompressors, options);
    this.warnings = this.#feed.warnings;
    this.files = this.#feed.files;
    try {
      wasm.setMode(setup.mode);
      if (setup.focus) wasm.setFocus(setup.focus);
      if (setup.marks || setup.primitives) wasm.enableMarks(setup.primitives ? 1 : 0);
      if (setup.causes) wasm.enableCauses();
      if (setup.bins) wasm.enableBins(setup.bins.widthUs * 1000, setup.bins.capacity);
      if (setup.stateBytes) wasm.setStateLimit(setup.stateBytes);
      if (options.ignoreTunnels) wasm.joinTenants(1);
      applyFilter(wasm, options.filter);
    } catch (cause) {
      throw this.#trapped(cause);
    }
  }

  /** Runs to the end; closes what it opened, also when left early. */
  async *events(): AsyncGenerator<RunEvent> {
    const { wasm } = this;
    try {
      const waiting = await this.#openFirst();
      for (let stop = await this.#feed.step(STEP_PACKETS); ; stop = await this.#feed.step(STEP_PACKETS)) {
        if (stop === STEP.LIMIT || (stop === STEP.DONE && waiting.length)) await this.#openNext(waiting);
        else if (stop === STEP.DONE) break;
        else yield eventOf(stop as Stop);
      }
      if (wasm.marksCount()) yield 'marks';
      if (wasm.excerptsBytes()) yield 'excerpts';
      if (wasm.batchCount()) yield 'batch';
      while (wasm.finish() >>> 0 === STEP.ROWS) yield 'rows';
      if (wasm.rowsCount()) yield 'rows';
      this.#tellCopies();
      this.#tellStepBack();
      this.#feed.progress();
    } catch (cause) {
      throw this.#trapped(cause);
    } finally {
      await this.close();
    }
  }

  /** Ends the pass: what it opened is closed, and its next event rejects. */
  async close(): Promise<void> {
    await this.#feed.close();
    this.#onClosed();
  }

  // Mirror ports, bonds and trunks show packets more than once: figures are of what was sent, not of what was captured.
  #tellCopies(): void {
    const copies = this.wasm.capturedTwicePackets();
    if (!copies) return;
    const message = `${copies} TCP packets were captured more than once; their copies are left out of the analysis`;
    this.warnings.push({ code: 'captured-twice', source: this.#sources.map(({ name }) => name).join(', '), message });
  }

  // Packets of several queues are out of order by less; a clock that was set is not.
  #tellStepBack(): void {
    const us = this.wasm.largestStepBackUs();
    if (us < STEP_BACK_US) return;
    const message = `the time of packet ${this.wasm.largestStepBackPacket()} is ${us / 1e6} s before that of the packet before it: the clock was set back, or parts were joined out of order`;
    this.warnings.push({ code: 'clock-back', source: this.#sources.map(({ name }) => name).join(', '), message });
  }

  totals(): CaptureTotals {
    return readTotals(this.wasm);
  }

  #trapped(cause: unknown): unknown {
    return wasmTrap(cause, this.wasm.memory.buffer.byteLength, ADVICE);
  }

  async #openFirst(): Promise<Array<{ source: ByteSource; startUs: number }>> {
    if (this.#sources.length <= OPEN_AT_ONCE || this.#sources.some((source) => source.once)) {
      for (const source of this.#sources) await this.#feed.open(source);
      return [];
    }
    const waiting: Array<{ source: ByteSource; startUs: number }> = [];
    for (const source of this.#sources) waiting.push({ source, startUs: await this.#startOf(source) });
    waiting.sort((a, b) => a.startUs - b.startUs);
    await this.#openNext(waiting);
    return waiting;
  }

  async #openNext(waiting: Array<{ source: ByteSource; startUs: number }>): Promise<void> {
    const next = waiting.shift();
    if (next) await this.#feed.open(next.source);
    this.wasm.setLimit(waiting[0]?.startUs ?? Number.POSITIVE_INFINITY);
  }

  // Time of a source's first packet; sources without one come last.
  async #startOf(source: ByteSource): Promise<number> {
    const { signal } = this.#options;
    const probe = new CaptureRun([source], this.#decompressors, { mode: 0 }, signal ? { signal } : {});
    probe.wasm.setLimit(Number.NEGATIVE_INFINITY);
    try {
      await probe.#feed.open(source);
      const stop = await probe.#feed.step(1);
      return stop === STEP.LIMIT ? probe.wasm.pendingEpochUs() : Number.POSITIVE_INFINITY;
    } finally {
      await probe.close();
    }
  }
}

function eventOf(stop: Stop): RunEvent {
  switch (stop) {
    case STEP.BATCH:
      return 'batch';
    case STEP.ROWS:
      return 'rows';
    case STEP.MARKS:
      return 'marks';
    case STEP.EXCERPTS:
      return 'excerpts';
    default:
      return unreachable(stop, 'what the capture module stopped for:');
  }
}

/** Which hosts and ports count, said to a module. */
export function applyEnds(wasm: CaptureInstance | CompareInstance, filter: CaptureFilter): void {
  for (const host of filter.hosts ?? []) {
    const { bytes, bits } = parseNetwork(host);
    new Uint8Array(wasm.memory.buffer).set(bytes, wasm.filterScratch() >>> 0);
    if (!wasm.filterNetwork(bits)) throw tooMany('hosts');
  }
  for (const port of filter.ports ?? []) {
    if (!Number.isInteger(port) || port < 0 || port > 65535) {
      throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, `${port} is no port: 0 … 65535`, { argument: 'port' });
    }
    if (!wasm.filterPort(port)) throw tooMany('ports');
  }
}

function applyFilter(wasm: CaptureInstance, filter: CaptureFilter = {}): void {
  applyEnds(wasm, filter);
  if (filter.fromUs !== undefined || filter.toUs !== undefined) {
    wasm.setTimeRange(
      filter.fromUs ?? Number.NEGATIVE_INFINITY,
      filter.toUs ?? Number.POSITIVE_INFINITY,
      filter.epoch ? 1 : 0,
    );
  }
}

function tooMany(argument: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, `at most ${LIMIT.FILTER_ENTRIES} ${argument} in a filter`, {
    argument,
  });
}
