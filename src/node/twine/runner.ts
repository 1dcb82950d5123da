import {
  type CaptureRecord,
  classicClosing,
  classicCommandLines,
  classicEventLines,
  classicOpening,
  type Failure,
  type Listener,
  type Manifest,
  type Mirror,
  Session,
  type SessionCommand,
  type SessionData,
  type SessionEvent,
  type SitePlan,
  type Window,
} from '../../twine/index.js';
import { identityOf } from '../process/index.js';
import { failureOf, runOn, type TestbedDriver } from '../testbed/index.js';
import type { CaptureMethod } from './capture-method.js';
import { finishRun, gatherListener, keepRaw } from './gather.js';
import { RunFolder } from './run-folder.js';
import { openTwineSignal, type TwineSignal } from './shared-memory.js';
import { finishCapture, WindowRun } from './window.js';

/** What a run needs besides its plan. */
export interface RunSettings {
  readonly driver: TestbedDriver;
  readonly method: CaptureMethod;
  readonly workdir: string;
  /** Told of each event as it is recorded. */
  readonly onEvent?: ((site: string, event: Manifest['events'][number], data: SessionData) => void) | undefined;
}

/**
 * Carries one site's session out: executes its commands on a testbed, feeds it what happened, and
 * writes manifest and log as it goes, the manifest before anything it announces is done.
 */
export class SiteRunner {
  readonly manifest: Manifest;
  readonly folder: RunFolder;
  readonly #settings: RunSettings;
  readonly #session: Session;
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

  private constructor(settings: RunSettings, folder: RunFolder, manifest: Manifest) {
    this.#settings = settings;
    this.folder = folder;
    this.manifest = manifest;
    this.#session = new Session(manifest.session);
  }

  /** A new run of a plan. */
  static create(settings: RunSettings, plan: SitePlan): SiteRunner {
    const { driver, method, workdir } = settings;
    const createdUs = nowUs();
    const folder = RunFolder.create(workdir, plan.site, createdUs);
    folder.log(classicOpening(plan, createdUs));
    return new SiteRunner(settings, folder, {
      format: 'mooring-twine',
      version: 1,
      site: plan.site,
      run: folder.run,
      createdUs,
      orchestrator: identityOf(process.pid) ?? { pid: process.pid, startTicks: 0 },
      driver: { kind: driver.kind, testbed: driver.name },
      captureMethod: method.name,
      session: new Session(plan).snapshot(),
      events: [],
      captures: [],
      underway: [],
      held: { listeners: [], mirrors: [] },
      archives: [],
      leftovers: [],
    });
  }

  /** A run that another process has left, to be gone on with. */
  static resume(settings: RunSettings, folder: RunFolder): SiteRunner {
    const manifest = folder.readManifest();
    manifest.orchestrator = identityOf(process.pid) ?? { pid: process.pid, startTicks: 0 };
    return new SiteRunner(settings, folder, manifest);
  }

  /** Runs to the end; `interrupt` shortens it. Resolves with the manifest, however it ended. */
  async run(): Promise<Manifest> {
    const { sharedMemory } = this.#session.plan.basis;
    if (sharedMemory !== undefined) this.#signal = openTwineSignal(sharedMemory);
    this.#take({ kind: this.#session.state === 'planned' ? 'begin' : 'resume' });
    if (this.#session.state === 'closed') await this.#finish();
    return await this.#done;
  }

  /** Stops sampling, brings home what was captured, cleans up. Asked twice, it leaves archiving out. */
  interrupt(): void {
    this.#take({ kind: 'interrupt' });
  }

  #take(event: SessionEvent): void {
    const at = nowUs();
    const before = this.#session.snapshot();
    const commands = this.#session.handle(event, at);
    const after = this.#session.snapshot();
    this.manifest.session = after;
    this.#record({ atUs: at, ...event, state: after.state });
    const context = { samplingStartUs: this.#samplingStartUs || at, rotationStartUs: this.#rotationStartUs };
    this.#log(classicEventLines(event, before, context, at));
    for (const command of commands) this.#log(classicCommandLines(command, before, after, context, at));
    this.#save();
    for (const command of commands) this.#execute(command, at);
    clearTimeout(this.#timer);
    const wakeUs = this.#session.nextWakeupUs();
    if (wakeUs === undefined) return;
    const waitMs = Math.min(Math.max(0, (wakeUs - nowUs()) / 1000) + 1, LONGEST_TIMER_MS);
    this.#timer = setTimeout(() => this.#take({ kind: 'timer' }), waitMs);
  }

  #execute(command: SessionCommand, at: number): void {
    switch (command.kind) {
      case 'request':
        this.#answer(command.op, 'requested', () => this.#request(command));
        break;
      case 'prepare':
        this.#answer(command.op, 'prepared', () => this.#prepare());
        break;
      case 'capture':
        this.#capture(command);
        break;
      case 'abandon':
        this.#window?.stop();
        break;
      case 'mirror':
        this.#rotationStartUs = at;
        this.#enqueue(command.op, () => this.#mirror(command));
        break;
      case 'recover':
        this.#answer(command.op, 'recovered', () => this.#recover());
        break;
      case 'drain':
        this.#window?.stop();
        this.#answer(command.op, 'drained', () => this.#drain());
        break;
      case 'gather':
        this.#answer(command.op, 'gathered', () => this.#gather());
        break;
      case 'release':
        this.#window?.stop();
        this.#answer(command.op, 'released', () => this.#release());
        break;
      case 'signal':
        if (command.word === 'start') {
          this.#samplingStartUs = at;
          this.#signal?.say('start');
        } else if (command.word === 'failed') this.#signal?.fail();
        else void this.#finish();
    }
  }

  // ── the testbed's part ─────────────────────────────────────────────────────────────────────

  async #request({ listeners, mirrors }: Extract<SessionCommand, { kind: 'request' }>): Promise<void> {
    const { driver } = this.#settings;
    const { sliceName, mode } = this.#session.plan.basis;
    const { held } = this.manifest;
    await driver.removeMirrors(held.mirrors);
    await driver.removeListeners(held.listeners);
    held.listeners = union(held.listeners, listeners);
    held.mirrors = union(held.mirrors, mirrors);
    this.#save();
    await driver.addListeners(sliceName, listeners, mode === 'operator');
    for (const mirror of mirrors) await driver.addMirror(mirror);
  }

  async #prepare(): Promise<void> {
    const { driver, method } = this.#settings;
    const { listeners, basis } = this.#session.plan;
    const { enableGro, tcpdumpFilter } = basis.parameters;
    for (const { name, nicPorts } of listeners) {
      const access = await driver.listener(name);
      await method.check(access, tcpdumpFilter === 'all' ? undefined : tcpdumpFilter);
      for (const port of nicPorts) {
        const device = access.interfaces[port]!;
        await runOn(access, ['ip', 'link', 'set', 'dev', device, 'up']);
        // Not every NIC has each of them, nor lets go of it.
        for (const feature of [...(enableGro ? [] : ['gro']), 'rx', 'rxvlan']) {
          await runOn(access, ['ethtool', '-K', device, feature, 'off']).catch(() => undefined);
        }
        await runOn(access, ['ethtool', '-G', device, 'rx', '4096']).catch(() => undefined);
      }
    }
  }

  #capture({ op, window, mirrors }: Extract<SessionCommand, { kind: 'capture' }>): void {
    this.#window = new WindowRun(
      {
        ...this.#capturing(),
        logsOf: (label) => this.folder.logsOf(label),
        stampUs: (next) => this.#stampUs(next),
        underway: (capture) => {
          this.manifest.underway.push(capture);
          this.#save();
        },
        record: (record) => this.#recordCapture(record),
        tell: (event) => this.#take(event),
      },
      op,
      window,
      mirrors,
    );
    this.#window.done.catch((error) => this.#take({ kind: 'failed', op, failure: failureOf(error) }));
  }

  async #mirror({ op, remove, add }: Extract<SessionCommand, { kind: 'mirror' }>): Promise<SessionEvent> {
    const { driver } = this.#settings;
    const { held } = this.manifest;
    await this.#window?.done;
    await driver.removeMirrors(remove.map(({ name }) => name));
    held.mirrors = union(
      held.mirrors.filter((name) => !remove.some((mirror) => mirror.name === name)),
      add,
    );
    this.#save();
    const failed: { mirror: string; failure: Failure }[] = [];
    for (const mirror of add) {
      await driver.addMirror(mirror).catch((error) => failed.push({ mirror: mirror.name, failure: failureOf(error) }));
    }
    return { kind: 'mirrored', op, failed };
  }

  async #recover(): Promise<void> {
    for (const capture of [...this.manifest.underway]) {
      const mirror = this.#mirrorNamed(capture.mirror);
      if (!mirror) continue;
      const failure: Failure = { class: 'transient', scope: 'mirror', reason: 'its orchestrator ended' };
      const { record } = await finishCapture(this.#capturing(), mirror, capture, undefined, failure, true);
      this.#recordCapture(record);
    }
  }

  async #drain(): Promise<void> {
    await this.#window?.done;
    await this.#recover();
  }

  async #gather(): Promise<void> {
    const failures: Failure[] = [];
    for (const listener of this.#listeners()) {
      if (!this.manifest.captures.some(({ label }) => label === listener.label)) continue;
      try {
        await gatherListener(this.#settings.driver, this.folder, this.manifest, listener);
        this.#save();
      } catch (error) {
        failures.push(failureOf(error));
      }
    }
    if (failures[0]) throw new GatherError(failures[0]);
  }

  async #release(): Promise<void> {
    const { driver } = this.#settings;
    const { held, captures, archives } = this.manifest;
    await this.#window?.done;
    for (const listener of this.#listeners()) {
      const { label } = listener;
      if (archives.some((archive) => archive.label === label)) continue;
      if (!captures.some((capture) => capture.label === label)) continue;
      const kept = await keepRaw(driver, this.folder, listener).catch(() => false);
      if (kept) this.manifest.leftovers.push(`files of ${label} are not archived: ${this.folder.run}/${label}/`);
    }
    await driver.removeMirrors(held.mirrors);
    held.mirrors = [];
    await driver.removeListeners(held.listeners);
    held.listeners = [];
  }

  async #finish(): Promise<void> {
    clearTimeout(this.#timer);
    const { held, session } = this.manifest;
    this.manifest.leftovers.push(...[...held.mirrors, ...held.listeners].map((name) => `could not remove ${name}`));
    this.#log(classicClosing(session));
    this.#save();
    try {
      await finishRun(this.folder);
    } catch (error) {
      this.manifest.leftovers.push(`the run folder is not archived: ${(error as Error).message}`);
      this.#save();
    }
    this.#signal?.say('stop');
    this.#signal?.end(session.outcome === 'failed');
    this.#closed(this.manifest);
  }

  // ── bookkeeping ────────────────────────────────────────────────────────────────────────────

  #answer(op: number, kind: Answer, work: () => Promise<void>): void {
    this.#enqueue(op, async () => {
      await work();
      return { kind, op };
    });
  }

  #enqueue(op: number, work: () => Promise<SessionEvent>): void {
    this.#chain = this.#chain.then(work).then(
      (event) => this.#take(event),
      (error) =>
        this.#take({ kind: 'failed', op, failure: error instanceof GatherError ? error.failure : failureOf(error) }),
    );
  }

  #capturing() {
    const { driver, method } = this.#settings;
    return { driver, method, nowUs, plan: () => this.#session.plan };
  }

  #recordCapture(record: CaptureRecord): void {
    this.manifest.captures.push(record);
    this.manifest.underway = this.manifest.underway.filter(({ file }) => !record.files.includes(file));
    this.#save();
  }

  #stampUs({ cycle }: Window): number {
    if (cycle !== this.#cycle.number) {
      this.#cycle = { number: cycle, stampUs: Math.max(nowUs(), this.#cycle.stampUs + 1e6) };
    }
    return this.#cycle.stampUs;
  }

  #listeners(): readonly Listener[] {
    const { listeners } = this.#session.plan;
    return listeners.filter(({ name }) => this.manifest.held.listeners.includes(name));
  }

  #mirrorNamed(name: string): Mirror | undefined {
    return this.#session.plan.slots.flatMap(({ mirrors }) => mirrors).find((mirror) => mirror.name === name);
  }

  #record(event: Manifest['events'][number]): void {
    this.manifest.events.push(event);
    this.#settings.onEvent?.(this.manifest.site, event, this.manifest.session);
  }

  // A disk that is full must not stop the clean-up: the next save may find room again.
  #save(): void {
    try {
      this.folder.writeManifest(this.manifest);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }

  #log(lines: readonly string[]): void {
    try {
      this.folder.log(lines);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}

type Answer = 'requested' | 'prepared' | 'recovered' | 'drained' | 'gathered' | 'released';

class GatherError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.reason);
    this.failure = failure;
  }
}

function union(names: readonly string[], more: readonly { readonly name: string }[]): string[] {
  return [...new Set([...names, ...more.map(({ name }) => name)])];
}

/** Wall clock, as packets are stamped with: finer than Date's milliseconds, and moved when the clock is set. */
function nowUs(): number {
  const fineMs = originMs + performance.now();
  const setByMs = Date.now() - fineMs;
  if (Math.abs(setByMs) < CLOCK_SET_MS) return fineMs * 1000;
  originMs += setByMs;
  return (fineMs + setByMs) * 1000;
}
let originMs = performance.timeOrigin;
const CLOCK_SET_MS = 2;

/** setTimeout holds a signed 32-bit number of milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
