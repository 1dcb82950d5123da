import { join } from 'node:path';
import {
  type CaptureCounters,
  type CaptureRecord,
  capturePath,
  type Failure,
  type Listener,
  type Mirror,
  type SessionEvent,
  type SitePlan,
  type StageCounters,
  type UnderwayCapture,
  type Window,
} from '../../twine/index.js';
import { sleep } from '../process/index.js';
import { failureOf, type ListenerAccess, type TestbedDriver } from '../testbed/index.js';
import type { CaptureEnd, CaptureMethod } from './capture-method.js';

/** What captures need around them. */
export interface WindowContext {
  readonly plan: () => SitePlan;
  readonly driver: TestbedDriver;
  readonly method: CaptureMethod;
  readonly nowUs: () => number;
  readonly logsOf: (label: string) => string;
  /** The moment a window's files are named after: the same for a cycle, a second of its own for each. */
  readonly stampUs: (window: Window) => number;
  /** Told before a capture may write its first frame. */
  readonly underway: (capture: UnderwayCapture) => void;
  /** Told when a capture has ended, whatever way. */
  readonly record: (capture: CaptureRecord) => void;
  readonly tell: (event: SessionEvent) => void;
}

/**
 * One capture window over some mirrors. Captures are ready before the first frame is mirrored and
 * end after the last one has arrived, so that every stage counts the same frames.
 */
export class WindowRun {
  readonly #context: WindowContext;
  readonly #stop = new AbortController();
  readonly done: Promise<void>;

  constructor(context: WindowContext, op: number, window: Window, mirrors: readonly Mirror[]) {
    this.#context = context;
    this.done = this.#run(op, window, mirrors);
  }

  /** Ends the window early; what was captured is kept. */
  stop(): void {
    this.#stop.abort();
  }

  async #run(op: number, window: Window, mirrors: readonly Mirror[]): Promise<void> {
    const { driver, tell, nowUs } = this.#context;
    const startUs = nowUs();
    const started = (await Promise.all(mirrors.map((mirror) => this.#start(op, window, mirror, startUs)))).flatMap(
      (capture) => capture ?? [],
    );
    if (started.length === 0) return;
    try {
      await driver.openMirrors(started.map(({ mirror }) => mirror.name));
      tell({ kind: 'captureStarted', op });
    } catch (error) {
      const failure = failureOf(error);
      await Promise.all(started.map((capture) => this.#finish(op, capture, failure)));
      return;
    }
    const over = this.#over(window.durationS);
    await Promise.all(
      started.map(async (capture) => {
        const failure = await Promise.race([over, capture.ended, diskFull(capture.access, over)]);
        await this.#finish(op, capture, failure);
      }),
    );
  }

  async #start(op: number, window: Window, mirror: Mirror, startUs: number): Promise<Started | undefined> {
    const { driver, method, plan, logsOf, stampUs, underway, tell } = this.#context;
    const { parameters } = plan().basis;
    try {
      const access = await driver.listener(mirror.listener);
      const freeBytes = await access.freeBytes();
      if (freeBytes < NEEDED_BYTES) throw new DiskFull(freeBytes);
      const device = access.interfaces[mirror.nicPort]!;
      const file = capturePath(device, stampUs(window), window.iteration);
      const logs = join(logsOf(listenerOf(plan(), mirror).label), file.slice(0, -'.pcap'.length));
      const running = await method.start({
        access,
        interface: device,
        file: join(access.home, file),
        logs,
        snaplen: parameters.snaplen,
        filter: parameters.tcpdumpFilter === 'all' ? undefined : parameters.tcpdumpFilter,
        atMostS: window.durationS + SPARE_S,
      });
      const base = await driver.counters(mirror.name);
      const capture = {
        mirror: mirror.name,
        window: window.index,
        slot: window.slot,
        file,
        logs,
        startUs,
        process: running.process,
        base,
      };
      underway(capture);
      return { mirror, capture, access, ended: running.ended.then(() => undefined) };
    } catch (error) {
      const failure = error instanceof DiskFull ? error.failure : failureOf(error);
      tell({ kind: 'captureFailed', op, mirror: mirror.name, failure });
      return undefined;
    }
  }

  async #finish(op: number, { mirror, capture, access }: Started, failure: Failure | undefined): Promise<void> {
    const { tell, record } = this.#context;
    const ended = await finishCapture(this.#context, mirror, capture, access, failure, this.#stop.signal.aborted);
    record(ended.record);
    tell(
      ended.failure
        ? { kind: 'captureFailed', op, mirror: mirror.name, failure: ended.failure }
        : { kind: 'captureFinished', op, mirror: mirror.name },
    );
  }

  async #over(seconds: number): Promise<undefined> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this.#stop.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
      if (this.#stop.signal.aborted) resolve();
    });
    return undefined;
  }
}

/** Ends a capture, one of an earlier process included, and accounts for it. */
export async function finishCapture(
  { driver, method, plan, nowUs }: Pick<WindowContext, 'driver' | 'method' | 'plan' | 'nowUs'>,
  mirror: Mirror,
  capture: UnderwayCapture,
  access: ListenerAccess | undefined,
  known: Failure | undefined,
  cutShort: boolean,
): Promise<{ record: CaptureRecord; failure: Failure | undefined }> {
  let failure = known;
  let end: CaptureEnd | undefined;
  let counters: CaptureCounters | undefined;
  try {
    await driver.closeMirrors([mirror.name]);
  } catch (error) {
    failure ??= failureOf(error);
  }
  // Frames come until the mirror is closed.
  const endUs = nowUs();
  try {
    const there = access ?? (await driver.listener(mirror.listener));
    const file = join(there.home, capture.file);
    end = await method.stop({ file, logs: capture.logs, access: there }, capture.process);
    failure ??= end.failure;
  } catch (error) {
    failure ??= failureOf(error);
  }
  try {
    if (end) counters = countersOf(capture.base, await driver.counters(mirror.name), end, plan());
  } catch (error) {
    failure ??= failureOf(error);
  }
  const { label } = listenerOf(plan(), mirror);
  const reason = failure?.reason ?? (cutShort ? 'stopped before its window ended' : undefined);
  return {
    failure,
    record: {
      listener: mirror.listener,
      label,
      nicPort: mirror.nicPort,
      interface: capture.file.split('/')[1] ?? '',
      mirror: mirror.name,
      source: mirror.source,
      direction: mirror.direction,
      window: capture.window,
      slot: capture.slot,
      startUs: capture.startUs,
      endUs,
      status: reason === undefined ? 'complete' : 'partial',
      reason,
      files: [capture.file],
      counters,
      toolDroppedPackets: end?.ringDroppedPackets,
    },
  };
}

interface Started {
  readonly mirror: Mirror;
  readonly capture: UnderwayCapture;
  readonly access: ListenerAccess;
  readonly ended: Promise<undefined>;
}

class DiskFull extends Error {
  readonly failure: Failure;

  constructor(freeBytes: number) {
    super('disk full');
    const reason = `not enough storage on the listener: ${freeBytes} bytes free`;
    this.failure = { class: 'resources', scope: 'listener', reason };
  }
}

function countersOf(base: StageCounters, now: StageCounters, end: CaptureEnd, plan: SitePlan): CaptureCounters {
  const nicReceivedPackets = now.nicReceivedPackets - base.nicReceivedPackets;
  const { filePackets, ringDroppedPackets } = end;
  const filtered =
    end.filteredPackets ??
    // Not every tool counts what its filter left out: then it is what remains.
    (plan.basis.parameters.tcpdumpFilter === 'all' ? 0 : nicReceivedPackets - ringDroppedPackets - filePackets);
  return {
    mirroredPackets: now.mirroredPackets - base.mirroredPackets,
    destinationDroppedPackets: now.destinationDroppedPackets - base.destinationDroppedPackets,
    nicReceivedPackets,
    ringDroppedPackets,
    filteredPackets: filtered,
    filePackets,
  };
}

function listenerOf(plan: SitePlan, { listener }: Mirror): Listener {
  return plan.listeners.find(({ name }) => name === listener)!;
}

// Resolves with a failure when the listener's disk runs full while `over` is not yet settled.
async function diskFull(access: ListenerAccess, over: Promise<unknown>): Promise<Failure | undefined> {
  let going = true;
  void over.then(() => {
    going = false;
  });
  while (going) {
    await sleep(DISK_POLL_MS);
    const freeBytes = await access.freeBytes().catch(() => Number.MAX_SAFE_INTEGER);
    if (going && freeBytes < FULL_BYTES) return new DiskFull(freeBytes).failure;
  }
  return undefined;
}

/** No capture is begun with less than this free. */
const NEEDED_BYTES = 1 << 20;
const FULL_BYTES = 1 << 16;
const DISK_POLL_MS = 250;
/** How much longer than its window a capture whose orchestrator is gone may run. */
const SPARE_S = 60;
