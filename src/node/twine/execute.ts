import type { Failure, Listener, SessionCommand, SessionEvent } from '../../twine/index.js';
import { type FailedMirror, failureOf, refuse } from '../testbed/index.js';
import { type Capturing, finishCapture } from './finish-capture.js';
import { type GatherProgress, gatherListener, keepRaw } from './gather.js';
import type { RunRecord } from './run-record.js';

const NOTHING = { listeners: [], mirrors: [] };
/** Not every NIC has each of them, nor lets go of it. */
const OFFLOADS = ['rx', 'rxvlan'];
const RX_RING_FRAMES = '4096';

type Of<K extends SessionCommand['kind']> = Extract<SessionCommand, { kind: K }>;

/** Carries a session's commands out on its testbed, each to its end, and keeps in the record what it takes to undo them. */
export class Executor {
  readonly #capturing: Capturing;
  readonly #record: RunRecord;
  readonly #onGather: ((progress: GatherProgress) => void) | undefined;

  constructor(capturing: Capturing, record: RunRecord, onGather?: (progress: GatherProgress) => void) {
    this.#capturing = capturing;
    this.#record = record;
    this.#onGather = onGather;
  }

  /** What an earlier attempt left goes in the same request. Throws what kept the first mirror from coming up. */
  async request({ listeners, mirrors }: Of<'request'>): Promise<void> {
    const { listeners: oldListeners, mirrors: oldMirrors } = this.#record.manifest.held;
    const remove = { listeners: [...oldListeners], mirrors: [...oldMirrors] };
    this.#record.hold(listeners, mirrors);
    const [failed] = await this.#capturing.testbed.change({ remove, add: { listeners, mirrors } });
    if (failed) throw refuse(failed.failure);
    const wanted = new Set([...listeners, ...mirrors].map(({ name }) => name));
    const gone = (name: string): boolean => !wanted.has(name);
    this.#record.letGo(remove.listeners.filter(gone), remove.mirrors.filter(gone));
  }

  async prepare(): Promise<void> {
    const { testbed, method, plan } = this.#capturing;
    const { listeners, basis } = plan();
    const { enableGro, tcpdumpFilter } = basis.parameters;
    for (const { name, nicPorts } of listeners) {
      const access = await testbed.listener(name);
      await method.check(access, tcpdumpFilter === 'all' ? undefined : tcpdumpFilter);
      for (const port of nicPorts) {
        const device = access.interfaces[port]!;
        await access.run(['ip', 'link', 'set', 'dev', device, 'up']);
        for (const feature of enableGro ? OFFLOADS : ['gro', ...OFFLOADS]) {
          await access.run(['ethtool', '-K', device, feature, 'off']).catch(() => undefined);
        }
        await access.run(['ethtool', '-G', device, 'rx', RX_RING_FRAMES]).catch(() => undefined);
      }
    }
  }

  /** One set of mirrors in another's place, in one request. */
  async mirror({ op, remove, add }: Of<'mirror'>): Promise<SessionEvent> {
    const names = remove.map(({ name }) => name);
    this.#record.hold([], add);
    const failed: readonly FailedMirror[] = await this.#capturing.testbed.change({
      remove: { ...NOTHING, mirrors: names },
      add: { ...NOTHING, mirrors: add },
    });
    this.#record.letGo([], names);
    return { kind: 'mirrored', op, failed };
  }

  /** Ends the captures of an earlier process, or of a window that was stopped. */
  async recover(): Promise<void> {
    const mirrors = this.#capturing.plan().slots.flatMap((slot) => slot.mirrors);
    for (const capture of [...this.#record.manifest.underway]) {
      const mirror = mirrors.find(({ name }) => name === capture.mirror);
      if (!mirror) continue;
      const why: Failure = { class: 'transient', scope: 'mirror', reason: 'its orchestrator ended' };
      const { record } = await finishCapture(this.#capturing, mirror, capture, why);
      this.#record.capture(record);
    }
  }

  async gather(): Promise<void> {
    const { folder, manifest } = this.#record;
    let failure: Failure | undefined;
    for (const listener of this.#listeners()) {
      if (!manifest.captures.some(({ label }) => label === listener.label)) continue;
      // What an earlier try has brought home is safe.
      if (manifest.archives.some(({ label }) => label === listener.label)) continue;
      try {
        const access = await this.#capturing.testbed.listener(listener.name);
        const strange = await gatherListener(access, folder, manifest, listener, this.#onGather);
        for (const path of strange) this.#record.leftover(`${listener.label}: ${path} is no capture of this run`);
        this.#record.save();
      } catch (error) {
        const why = failureOf(error);
        if (why.class === 'resources' && why.scope === 'listener') this.#lost(listener, why.reason);
        else failure ??= why;
      }
    }
    if (failure) throw refuse(failure);
  }

  // A listener that is gone has nothing to be waited for.
  #lost({ label }: Listener, reason: string): void {
    const { manifest } = this.#record;
    manifest.captures = manifest.captures.map((capture) =>
      capture.label === label ? { ...capture, status: 'failed', reason: capture.reason ?? reason } : capture,
    );
    this.#record.leftover(`files of ${label} are lost: ${reason}`);
  }

  /** Asked for once every listener's files are home, or by a user who asked twice. */
  async release(): Promise<void> {
    const { folder, manifest } = this.#record;
    const { held, captures, archives } = manifest;
    for (const listener of this.#listeners()) {
      const { label } = listener;
      if (archives.some((archive) => archive.label === label)) continue;
      if (!captures.some((capture) => capture.label === label && capture.status !== 'failed')) continue;
      if (await this.#keepRaw(listener)) {
        this.#record.leftover(`files of ${label} are not archived: ${folder.run}/${label}/`);
      }
    }
    const remove = { listeners: [...held.listeners], mirrors: [...held.mirrors] };
    await this.#capturing.testbed.change({ remove, add: NOTHING });
    this.#record.letGo(remove.listeners, remove.mirrors);
  }

  async #keepRaw(listener: Listener): Promise<boolean> {
    try {
      return await keepRaw(await this.#capturing.testbed.listener(listener.name), this.#record.folder, listener);
    } catch {
      return this.#record.folder.keepFetched(listener.label);
    }
  }

  #listeners(): readonly Listener[] {
    const { listeners } = this.#capturing.plan();
    return listeners.filter(({ name }) => this.#record.manifest.held.listeners.includes(name));
  }
}
