import {
  classicClosing,
  classicCommandLines,
  classicEventLines,
  type Manifest,
  type ManifestEvent,
  Session,
  type SessionCommand,
  type SessionData,
  type SessionEvent,
  type SitePlan,
  type Window,
} from '../../twine/index.js';
import { createWallClock } from '../process/index.js';
import { failureOf, type RunScope, type TestbedDriver } from '../testbed/index.js';
import type { CaptureMethod } from './capture-method.js';
import { Executor } from './execute.js';
import type { Capturing } from './finish-capture.js';
import { finishRun, type GatherProgress } from './gather.js';
import type { RunFolder } from './run-folder.js';
import { RunRecord } from './run-record.js';
import { openTwineSignal, type TwineSignal } from './shared-memory.js';
import { WindowRun } from './window.js';

/** setTimeout holds a signed 32-bit number of milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What a run needs besides its plan. */
export interface RunSettings {
  readonly driver: TestbedDriver;
  readonly method: CaptureMethod;
  readonly workdir: string;
  /** Told of each event as it is recorded. */
  readonly onEvent?: ((site: string, event: ManifestEvent, data: SessionData) => void) | undefined;
  /** Told how far the files have come while they are brought home. */
  readonly onGather?: ((site: string, progress: GatherProgress) => void) | undefined;
}

type Answer = 'requested' | 'prepared' | 'recovered' | 'drained' | 'gathered' | 'released';

/**
 * Runs one site's session: feeds it what happened, has its commands carried out, and keeps record and log as
 * it goes, the record before anything it announces is done.
 */
export class SiteRunner {
  readonly #settings: RunSettings;
  readonly #record: RunRecord;
  readonly #session: Session;
  readonly #executor: Executor;
  readonly #capturing: Capturing;
  readonly #nowUs = createWallClock();
  #signal: TwineSignal | undefined;
  #timer: NodeJS.Timeout | undefined;
  #window: WindowRun | undefined;
  // One request to the testbed at a time, in the order the session made them.
  #chain: Promise<unknown> = Promise.resolve();
  #cycle = { number: -1, stampUs: 0 };
  #samplingStartUs = 0;
  #rotationStartUs = 0;
  #closed!: (manifest: Manifest) => void;
  readonly #done = new Promise<Manifest>((resolve) => {
    this.#closed = resolve;
  });

  private constructor(settings: RunSettings, record: RunRecord) {
    const { driver, method, onGather } = settings;
    const { session, site } = record.manifest;
    this.#settings = settings;
    this.#record = record;
    this.#session = new Session(session, driver.limits);
    const plan = (): SitePlan => this.#session.plan;
    this.#capturing = { plan, method, nowUs: this.#nowUs, testbed: driver.run(scopeOf(session.plan)) };
    this.#executor = new Executor(this.#capturing, record, onGather && ((progress) => onGather(site, progress)));
  }

  /** A new run of a plan. */
  static create(settings: RunSettings, plan: SitePlan): SiteRunner {
    const { driver, method, workdir } = settings;
    const by = { driver: { kind: driver.kind, testbed: driver.reference }, captureMethod: method.name };
    return new SiteRunner(settings, RunRecord.create(workdir, plan, by, createWallClock()()));
  }

  /** A run that another process has left, to be gone on with. */
  static resume(settings: RunSettings, folder: RunFolder): SiteRunner {
    return new SiteRunner(settings, RunRecord.resume(folder));
  }

  /** Runs to the end; `interrupt` shortens it. Resolves with the manifest, however it ended. */
  async run(): Promise<Manifest> {
    const { sharedMemory } = this.#session.plan.basis;
    if (sharedMemory !== undefined) this.#signal = openTwineSignal(sharedMemory);
    this.#take({ kind: this.#session.state === 'planned' ? 'begin' : 'resume' });
    if (this.#session.state === 'closed') await this.#finish();
    return await this.#done;
  }

  /** Takes back a run that was not begun. */
  discard(): void {
    this.#record.folder.remove();
  }

  /** Ends a run that another process has left: brings home what was captured, cleans up. */
  close(): void {
    this.#take({ kind: 'close' });
  }

  /** Stops sampling, brings home what was captured, cleans up. Asked twice, it leaves archiving out. */
  interrupt(): void {
    this.#take({ kind: 'interrupt' });
  }

  #take(event: SessionEvent): void {
    const at = this.#nowUs();
    const before = this.#session.snapshot();
    const commands = this.#session.handle(event, at);
    const after = this.#session.snapshot();
    const recorded = { atUs: at, ...event, state: after.state };
    this.#record.event(recorded, after);
    this.#settings.onEvent?.(this.#record.manifest.site, recorded, after);
    const context = { samplingStartUs: this.#samplingStartUs || at, rotationStartUs: this.#rotationStartUs };
    this.#record.log(classicEventLines(event, before, context, at));
    for (const command of commands) this.#record.log(classicCommandLines(command, before, after, context, at));
    this.#record.save();
    for (const command of commands) this.#execute(command, at);
    clearTimeout(this.#timer);
    const wakeUs = this.#session.nextWakeupUs();
    if (wakeUs === undefined) return;
    const waitMs = Math.min(Math.max(0, (wakeUs - this.#nowUs()) / 1000) + 1, LONGEST_TIMER_MS);
    this.#timer = setTimeout(() => this.#take({ kind: 'timer' }), waitMs);
  }

  #execute(command: SessionCommand, at: number): void {
    const executor = this.#executor;
    switch (command.kind) {
      case 'request':
        this.#answer(command.op, 'requested', () => executor.request(command));
        break;
      case 'prepare':
        this.#answer(command.op, 'prepared', () => executor.prepare());
        break;
      case 'capture':
        this.#capture(command);
        break;
      case 'abandon':
        this.#window?.stop();
        break;
      case 'mirror':
        this.#rotationStartUs = at;
        this.#enqueue(command.op, async () => {
          await this.#window?.done;
          return await executor.mirror(command);
        });
        break;
      case 'recover':
        this.#answer(command.op, 'recovered', () => executor.recover());
        break;
      case 'drain':
        this.#window?.stop();
        this.#answer(command.op, 'drained', async () => {
          await this.#window?.done;
          await executor.recover();
        });
        break;
      case 'gather':
        this.#answer(command.op, 'gathered', () => executor.gather());
        break;
      case 'release':
        this.#window?.stop();
        this.#answer(command.op, 'released', async () => {
          await this.#window?.done;
          await executor.release();
        });
        break;
      case 'hold':
        void this.#hold();
        break;
      case 'signal':
        this.#tell(command.word, at);
        break;
    }
  }

  #tell(word: Extract<SessionCommand, { kind: 'signal' }>['word'], at: number): void {
    switch (word) {
      case 'start':
        this.#samplingStartUs = at;
        this.#signal?.say('start');
        break;
      case 'failed':
        this.#signal?.fail();
        break;
      case 'stop':
        void this.#finish();
        break;
    }
  }

  #capture({ op, window, mirrors }: Extract<SessionCommand, { kind: 'capture' }>): void {
    this.#window = new WindowRun(
      {
        ...this.#capturing,
        stampUs: (next) => this.#stampUs(next),
        underway: (capture) => this.#record.underway(capture),
        opened: (captures, startUs) => this.#record.opened(captures, startUs),
        record: (record) => this.#record.capture(record),
        tell: (event) => this.#take(event),
      },
      op,
      window,
      mirrors,
    );
    this.#window.done.catch((error) => this.#take({ kind: 'failed', op, failure: failureOf(error) }));
  }

  #answer(op: number, kind: Answer, work: () => Promise<void>): void {
    this.#enqueue(op, async () => {
      await work();
      return { kind, op };
    });
  }

  #enqueue(op: number, work: () => Promise<SessionEvent>): void {
    this.#chain = this.#chain.then(work).then(
      (event) => this.#take(event),
      (error) => this.#take({ kind: 'failed', op, failure: failureOf(error) }),
    );
  }

  #stampUs({ cycle }: Window): number {
    if (cycle !== this.#cycle.number) {
      this.#cycle = { number: cycle, stampUs: Math.max(this.#nowUs(), this.#cycle.stampUs + 1e6) };
    }
    return this.#cycle.stampUs;
  }

  async #finish(): Promise<void> {
    clearTimeout(this.#timer);
    const { manifest, folder } = this.#record;
    const { held } = manifest;
    for (const name of [...held.mirrors, ...held.listeners]) this.#record.leftover(`could not remove ${name}`);
    await this.#notePortOctets();
    this.#record.log(classicClosing(manifest.session));
    this.#record.save();
    try {
      await finishRun(folder);
    } catch (error) {
      this.#record.leftover(`the run folder is not archived: ${failureOf(error).reason}`);
      this.#record.log(classicClosing(manifest.session));
      // What people look at first is to say so too, where it can.
      await folder.publish(undefined).catch(() => undefined);
    }
    this.#record.noteStale();
    this.#signal?.say('stop');
    this.#signal?.end(manifest.session.outcome === 'failed');
    this.#closed(manifest);
  }

  // At the end of all, when the counters have been read after as many captures as can be.
  async #notePortOctets(): Promise<void> {
    const { driver } = this.#settings;
    const { captures, site } = this.#record.manifest;
    if (driver.portReadings === undefined || captures.length === 0) return;
    const ports = [...new Set(captures.map(({ source }) => source))];
    const [fromUs, toUs] = [
      captures.reduce((first, { startUs }) => Math.min(first, startUs), Number.POSITIVE_INFINITY),
      captures.reduce((last, { endUs }) => Math.max(last, endUs), 0),
    ];
    this.#record.portOctets(await driver.portReadings(site, ports, fromUs, toUs));
  }

  // The listeners stay, and with them the only copy of what was captured.
  async #hold(): Promise<void> {
    clearTimeout(this.#timer);
    const { manifest, folder } = this.#record;
    this.#record.log([
      `Exception: ${manifest.session.reasons.at(-1)?.reason}`,
      'Listeners are held; see mooring twine resume',
    ]);
    await folder.publish(undefined).catch(() => undefined);
    this.#record.noteStale();
    this.#signal?.end(true);
    this.#closed(manifest);
  }
}

function scopeOf({ basis: { runId = '', sliceName, mode } }: SitePlan): RunScope {
  switch (mode) {
    case 'operator':
      return { id: runId, slice: sliceName, owner: 'run' };
    case 'single_user':
      return { id: runId, slice: sliceName, owner: 'user' };
  }
}
