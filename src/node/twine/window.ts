import {
  type CaptureRecord,
  capturePath,
  type Failure,
  type Mirror,
  type SessionEvent,
  type UnderwayCapture,
  type Window,
} from '../../twine/index.js';
import { sleep } from '../process/index.js';
import { failureOf, type ListenerAccess, refuse } from '../testbed/index.js';
import { FULL_BYTES } from './capture-method.js';
import { type Capturing, type EndOfCapture, finishCapture } from './finish-capture.js';

/** No capture is begun with less than this free. */
const NEEDED_BYTES = 1 << 20;
const DISK_POLL_S = 0.25;
/** How much longer than its window a capture whose orchestrator is gone may run. */
const SPARE_S = 60;

/** What captures need around them. */
export interface WindowContext extends Capturing {
  /** The moment a window's files are named after: the same for a cycle, a second of its own for each. */
  readonly stampUs: (window: Window) => number;
  /** Told before a capture may write its first frame. */
  readonly underway: (capture: UnderwayCapture) => void;
  /** Told when frames of those captures are about to be let through. */
  readonly opened: (captures: readonly UnderwayCapture[], startUs: number) => void;
  /** Told when a capture has ended, whatever way. */
  readonly record: (capture: CaptureRecord) => void;
  readonly tell: (event: SessionEvent) => void;
}

interface Started {
  readonly mirror: Mirror;
  readonly capture: UnderwayCapture;
  readonly access: ListenerAccess;
  readonly ended: Promise<'over'>;
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
    const { testbed, tell, nowUs, opened } = this.#context;
    const ready = (await Promise.all(mirrors.map((mirror) => this.#start(op, window, mirror)))).flatMap(
      (capture) => capture ?? [],
    );
    if (ready.length === 0) return;
    // A capture's time is that of the frames in it: from when the mirror opens to when it is closed.
    const startUs = nowUs();
    const started = ready.map((one) => ({ ...one, capture: { ...one.capture, startUs } }));
    opened(
      started.map(({ capture }) => capture),
      startUs,
    );
    try {
      await testbed.openMirrors(started.map(({ mirror }) => mirror.name));
      tell({ kind: 'captureStarted', op });
    } catch (error) {
      const failure = failureOf(error);
      await Promise.all(started.map((capture) => this.#finish(op, capture, failure)));
      return;
    }
    const over = this.#over(window.durationS);
    await Promise.all(
      started.map(async (capture) => {
        const why = await Promise.race([over, capture.ended, diskFull(capture.access, over)]);
        await this.#finish(op, capture, why);
      }),
    );
  }

  async #start(op: number, window: Window, mirror: Mirror): Promise<Started | undefined> {
    const { testbed, method, plan, nowUs, stampUs, underway, tell } = this.#context;
    const { parameters } = plan().basis;
    try {
      const access = await testbed.listener(mirror.listener);
      const freeBytes = await access.freeBytes();
      if (freeBytes < NEEDED_BYTES) throw refuse(fullDisk(freeBytes));
      const device = access.interfaces[mirror.nicPort]!;
      const file = capturePath(device, stampUs(window), window.iteration);
      const logs = file.slice(0, -'.pcap'.length);
      const running = await method.start({
        access,
        interface: device,
        file,
        logs,
        snaplen: parameters.snaplen,
        filter: parameters.tcpdumpFilter === 'all' ? undefined : parameters.tcpdumpFilter,
        atMostS: window.durationS + SPARE_S,
      });
      const base = await testbed.counters(mirror.name);
      const { index, slot } = window;
      const startUs = nowUs();
      const capture = { mirror: mirror.name, window: index, slot, file, logs, startUs, process: running.record, base };
      underway(capture);
      return { mirror, capture, access, ended: running.ended.then(() => 'over' as const) };
    } catch (error) {
      tell({ kind: 'captureFailed', op, mirror: mirror.name, failure: failureOf(error) });
      return undefined;
    }
  }

  async #finish(op: number, { mirror, capture, access }: Started, why: EndOfCapture): Promise<void> {
    const { tell, record } = this.#context;
    const cut = why === 'over' && this.#stop.signal.aborted ? 'stopped' : why;
    const ended = await finishCapture(this.#context, mirror, capture, cut, access);
    record(ended.record);
    tell(
      ended.failure
        ? { kind: 'captureFailed', op, mirror: mirror.name, failure: ended.failure }
        : { kind: 'captureFinished', op, mirror: mirror.name },
    );
  }

  async #over(seconds: number): Promise<'over'> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this.#stop.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
      if (this.#stop.signal.aborted) resolve();
    });
    return 'over';
  }
}

function fullDisk(freeBytes: number): Failure {
  const reason = `not enough storage on the listener: ${freeBytes} bytes free`;
  return { class: 'resources', scope: 'listener', reason };
}

// Resolves with a failure when the listener's disk runs full while `over` is not yet settled.
async function diskFull(access: ListenerAccess, over: Promise<unknown>): Promise<'over' | Failure> {
  let going = true;
  void over.then(() => {
    going = false;
  });
  while (going) {
    await sleep(Math.max(access.limits.pollS, DISK_POLL_S) * 1000);
    const freeBytes = await access.freeBytes().catch(() => Number.MAX_SAFE_INTEGER);
    if (going && freeBytes < FULL_BYTES) return fullDisk(freeBytes);
  }
  return 'over';
}
