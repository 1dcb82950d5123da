import { ERROR, MooringError, unreachable } from '../base/index.js';
import { type CaptureInstance, instantiateCapture, wasmTrap } from '../core/index.js';
import { FORMAT, LIMIT, STEP, WARN } from '../generated/capture.js';
import { parseNetwork } from './address.js';
import { captureMembers, type Member } from './container.js';
import type { Decompressors } from './decompress.js';
import { fileInterfaces } from './interfaces.js';
import { type ByteReader, type ByteSource, counted } from './source.js';
import { readTotals } from './totals.js';
import type { CaptureFile, CaptureFilter, CaptureTotals, CaptureWarning, RunOptions } from './types.js';
import { wordsOf } from './words.js';

/** What a run does with the packets; see spec/capture.json for MODE. */
export interface RunSetup {
  readonly mode: number;
  /** Number of the connection whose marks, series and primitives are wanted. */
  readonly focus?: number;
  readonly marks?: boolean;
  readonly primitives?: boolean;
  readonly bins?: { readonly widthUs: number; readonly capacity: number };
  /** Bytes for connections before the oldest idle ones are finished. */
  readonly stateBytes?: number;
}

/** A queue of the module is ready to be emptied; empty it before asking for the next event. */
export type RunEvent = 'batch' | 'rows' | 'marks';

/** What `step` returns when the streams cannot help it on. */
type Stop = Exclude<(typeof STEP)[keyof typeof STEP], typeof STEP.MORE | typeof STEP.ENDED>;

interface Stream {
  readonly slot: number;
  source: ByteSource;
  raw: ByteReader;
  members: AsyncGenerator<Member>;
  member: Member | undefined;
  found: number;
}

const ADVICE =
  'this pass over the capture is over. Keep less of it: a filter, one connection, coarser bins, or a smaller stateBytes.';

/** Packets handled before the host looks at its signal again. */
const STEP_PACKETS = 1 << 16;
const CHUNK = 1 << 20;
const SMALL_CHUNK = 1 << 18;
/** With more files than this, each is opened when its time has come. */
const OPEN_AT_ONCE = 4;
const PROGRESS_BYTES = 1 << 20;
/** Time that goes back by so much is warned of, µs. */
const STEP_BACK_US = 1e6;

const formatOf = wordsOf<keyof typeof FORMAT, CaptureFile['format']>(
  FORMAT,
  { UNKNOWN: 'unknown', PCAP: 'pcap', PCAPNG: 'pcapng' },
  'the format of a capture',
);

/** One pass over the sources: feeds the module, in time order, and says when its queues are full. */
export class CaptureRun {
  readonly wasm: CaptureInstance = instantiateCapture();
  readonly warnings: CaptureWarning[] = [];
  readonly files: CaptureFile[] = [];
  readonly #sources: readonly ByteSource[];
  readonly #decompressors: Decompressors;
  readonly #options: RunOptions;
  readonly #streams: Stream[] = [];
  readonly #free: Stream[] = [];
  #bytesRead = 0;
  #bytesTold = 0;
  #closed = false;
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
    try {
      wasm.setMode(setup.mode);
      if (setup.focus) wasm.setFocus(setup.focus);
      if (setup.marks || setup.primitives) wasm.enableMarks(setup.primitives ? 1 : 0);
      if (setup.bins) wasm.enableBins(setup.bins.widthUs * 1000, setup.bins.capacity);
      if (setup.stateBytes) wasm.setStateLimit(setup.stateBytes);
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
      for (let stop = await this.#step(STEP_PACKETS); ; stop = await this.#step(STEP_PACKETS)) {
        if (stop === STEP.LIMIT || (stop === STEP.DONE && waiting.length)) await this.#openNext(waiting);
        else if (stop === STEP.DONE) break;
        else yield eventOf(stop);
      }
      if (wasm.marksCount()) yield 'marks';
      if (wasm.batchCount()) yield 'batch';
      while (wasm.finish() >>> 0 === STEP.ROWS) yield 'rows';
      if (wasm.rowsCount()) yield 'rows';
      this.#tellCopies();
      this.#tellStepBack();
      this.#progress();
    } catch (cause) {
      throw this.#trapped(cause);
    } finally {
      await this.close();
    }
  }

  /** Ends the pass: what it opened is closed, and its next event rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const stream of this.#streams.splice(0)) await closeStream(stream);
    this.#onClosed();
  }

  // Handles packets, `most` at a time, and brings the streams' bytes until the module has something to say.
  async #step(most: number): Promise<Stop> {
    const { wasm } = this;
    for (;;) {
      this.#options.signal?.throwIfAborted();
      if (this.#closed) throw closedError();
      const status = wasm.step(most) >>> 0;
      if (status < STEP.DONE) {
        const fed = this.#feed(status);
        if (fed) await fed;
      } else if (status >= STEP.ENDED) await this.#advance(this.#streams[status - STEP.ENDED]!);
      else if (status !== STEP.MORE) return status as Stop;
    }
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
      for (const source of this.#sources) await this.#open(source);
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
    if (next) await this.#open(next.source);
    this.wasm.setLimit(waiting[0]?.startUs ?? Number.POSITIVE_INFINITY);
  }

  async #open(source: ByteSource): Promise<void> {
    const reused = this.#free.pop();
    const chunk = this.#sources.length > OPEN_AT_ONCE ? SMALL_CHUNK : CHUNK;
    const slot = reused?.slot ?? this.wasm.addReader(chunk);
    if (slot < 0) {
      throw new MooringError(
        ERROR.MOORING_ERR_CAPTURE_TOO_MANY_FILES,
        `More than ${LIMIT.OPEN_FILES} captures overlap in time: merge some first (mergecap), or give fewer.`,
        { files: this.#sources.length },
      );
    }
    const raw = counted(source.open(), (bytes) => {
      this.#bytesRead += bytes;
    });
    const members = captureMembers(raw, source.name, {
      decompressors: this.#decompressors,
      storedBytes: () => this.#bytesRead,
      warn: (warning) => this.warnings.push(warning),
    });
    const stream: Stream = { slot, source, raw, members, member: undefined, found: 0 };
    this.#streams[slot] = stream;
    if (reused) this.wasm.restartReader(slot);
    await this.#begin(stream);
  }

  async #begin(stream: Stream): Promise<void> {
    const next = await stream.members.next();
    stream.member = next.done ? undefined : next.value;
    if (stream.member) {
      stream.found += 1;
      return;
    }
    if (stream.found === 0 && this.#sources.length === 1 && this.warnings.length === 0) {
      throw new MooringError(
        ERROR.MOORING_ERR_CAPTURE_UNKNOWN_FORMAT,
        `${stream.source.name}: no capture (pcap or pcapng) in this archive`,
        { source: stream.source.name },
      );
    }
    this.wasm.readerCommit(stream.slot, 0);
  }

  // A member has ended: note what it was, go on to the next of its archive.
  async #advance(stream: Stream): Promise<void> {
    const { member } = stream;
    if (!member) {
      await closeStream(stream);
      this.#free.push(stream);
      return;
    }
    this.#note(stream.slot, member);
    stream.member = undefined;
    this.wasm.restartReader(stream.slot);
    await this.#begin(stream);
  }

  #feed(slot: number): Promise<void> | undefined {
    const { wasm } = this;
    const stream = this.#streams[slot]!;
    if (!stream.member) {
      wasm.readerCommit(slot, 0);
      return undefined;
    }
    const at = wasm.readerSpace(slot) >>> 0;
    const into = new Uint8Array(wasm.memory.buffer, at, Math.min(CHUNK, wasm.readerSpaceBytes(slot)));
    const got = stream.member.reader.read(into);
    if (typeof got !== 'number') return got.then((count) => this.#commit(slot, count));
    this.#commit(slot, got);
    return undefined;
  }

  #commit(slot: number, count: number): void {
    this.wasm.readerCommit(slot, count);
    if (this.#bytesRead - this.#bytesTold >= PROGRESS_BYTES) this.#progress();
  }

  #progress(): void {
    this.#bytesTold = this.#bytesRead;
    const total = this.#sources.reduce((sum, source) => sum + (source.size ?? Number.NaN), 0);
    this.#options.onProgress?.({
      bytesRead: this.#bytesRead,
      ...(Number.isNaN(total) ? {} : { bytesTotal: total }),
      packets: this.wasm.totalPackets(),
    });
  }

  #note(slot: number, member: Member): void {
    const { wasm } = this;
    const records = wasm.readerRecords(slot);
    this.files.push({
      name: member.name,
      format: formatOf(wasm.readerFormat(slot)),
      packets: records,
      interfaces: fileInterfaces(wasm, slot),
    });
    const bits = wasm.readerWarnings(slot);
    if (bits) this.warnings.push(...readerWarnings(bits, member.name, wasm.readerWarningOffset(slot), records));
  }

  // Time of a source's first packet; sources without one come last.
  async #startOf(source: ByteSource): Promise<number> {
    const { signal } = this.#options;
    const probe = new CaptureRun([source], this.#decompressors, { mode: 0 }, signal ? { signal } : {});
    probe.wasm.setLimit(Number.NEGATIVE_INFINITY);
    try {
      await probe.#open(source);
      const stop = await probe.#step(1);
      return stop === STEP.LIMIT ? probe.wasm.pendingEpochUs() : Number.POSITIVE_INFINITY;
    } finally {
      await probe.close();
    }
  }
}

function eventOf(stop: Exclude<Stop, typeof STEP.LIMIT | typeof STEP.DONE>): RunEvent {
  switch (stop) {
    case STEP.BATCH:
      return 'batch';
    case STEP.ROWS:
      return 'rows';
    case STEP.MARKS:
      return 'marks';
    default:
      return unreachable(stop, 'what the capture module stopped for:');
  }
}

/** A capture that was closed while, or before, it was read. */
export function closedError(): MooringError {
  return new MooringError(ERROR.MOORING_ERR_CAPTURE_CLOSED, 'The capture was closed: open it again to read it.');
}

async function closeStream(stream: Stream): Promise<void> {
  await stream.members.return(undefined);
  await stream.raw.close();
}

function readerWarnings(bits: number, source: string, offset: number, packets: number): CaptureWarning[] {
  const after = `after ${packets} packets`;
  const texts: Readonly<Record<keyof typeof WARN, readonly [CaptureWarning['code'], string]>> = {
    CUT: ['cut', `the capture is cut inside a record at byte ${offset}, ${after}; what came before was read`],
    MALFORMED: ['malformed', `the record at byte ${offset}, ${after}, contradicts itself; reading stopped there`],
    UNKNOWN_FORMAT: ['malformed', 'no pcap or pcapng'],
    PACKET: ['packet', `packet blocks from byte ${offset} name no known interface or lie about their length`],
    LINK_TYPE: ['link-type', `a link type we do not decode, from byte ${offset}: its packets are only counted`],
    VERSION: ['version', `a header up to byte ${offset} has a version we do not know; it was read as the last we know`],
  };
  const names = Object.keys(texts) as Array<keyof typeof WARN>;
  return names
    .filter((name) => bits & WARN[name])
    .map((name) => ({ code: texts[name][0], source, offset, message: `${source}: ${texts[name][1]}` }));
}

function applyFilter(wasm: CaptureInstance, filter: CaptureFilter = {}): void {
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
