import { randomBytes } from 'node:crypto';
import {
  type CaptureRecord,
  classicOpening,
  MANIFEST_VERSION,
  type Manifest,
  type ManifestEvent,
  octetsAround,
  type PortReadings,
  planOfRun,
  Session,
  type SessionData,
  type SitePlan,
  type UnderwayCapture,
} from '../../twine/index.js';
import { reasonOf } from '../files/index.js';
import { identityOf } from '../process/index.js';
import { claimSite } from './claim.js';
import { RunFolder } from './run-folder.js';

const RUN_ID_BYTES = 4;

/** What a run keeps of itself on disk: its manifest, written whole at each step, and its log. */
export class RunRecord {
  readonly folder: RunFolder;
  readonly manifest: Manifest;
  /** Why what stands on disk is older than what is known. */
  #stale: string | undefined;

  private constructor(folder: RunFolder, manifest: Manifest) {
    this.folder = folder;
    this.manifest = manifest;
  }

  /** A new run of a plan, with an id that no other run has. Refused while the site has one that has not ended. */
  static create(
    workdir: string,
    given: SitePlan,
    by: Pick<Manifest, 'driver' | 'captureMethod'>,
    createdUs: number,
  ): RunRecord {
    return claimSite(workdir, given.site, () => RunRecord.#begin(workdir, given, by, createdUs));
  }

  static #begin(
    workdir: string,
    given: SitePlan,
    by: Pick<Manifest, 'driver' | 'captureMethod'>,
    createdUs: number,
  ): RunRecord {
    const plan = planOfRun(given, randomBytes(RUN_ID_BYTES).toString('hex'));
    const folder = RunFolder.create(workdir, plan.site, createdUs);
    const record = new RunRecord(folder, {
      format: 'mooring-twine',
      version: MANIFEST_VERSION,
      site: plan.site,
      run: folder.run,
      createdUs,
      orchestrator: thisProcess(),
      ...by,
      session: new Session(plan).snapshot(),
      events: [],
      captures: [],
      underway: [],
      held: { listeners: [], mirrors: [] },
      archives: [],
      leftovers: [],
    });
    record.folder.writeManifest(record.manifest);
    record.log(classicOpening(plan, createdUs));
    return record;
  }

  /** A run that another process has left, now ours. */
  static resume(folder: RunFolder): RunRecord {
    folder.dropParts();
    const manifest = folder.readManifest();
    manifest.orchestrator = thisProcess();
    return new RunRecord(folder, manifest);
  }

  /** Keeps an event and how the session stands after it. */
  event(event: ManifestEvent, after: SessionData): void {
    this.manifest.session = after;
    this.manifest.events.push(event);
  }

  /** Keeps what is about to be asked for, before it is. */
  hold(listeners: readonly { readonly name: string }[], mirrors: readonly { readonly name: string }[]): void {
    const { held } = this.manifest;
    held.listeners = union(held.listeners, listeners);
    held.mirrors = union(held.mirrors, mirrors);
    this.save();
  }

  /** Strikes what is seen removed. */
  letGo(listeners: readonly string[], mirrors: readonly string[]): void {
    const { held } = this.manifest;
    held.listeners = held.listeners.filter((name) => !listeners.includes(name));
    held.mirrors = held.mirrors.filter((name) => !mirrors.includes(name));
    this.save();
  }

  underway(capture: UnderwayCapture): void {
    this.manifest.underway.push(capture);
    this.save();
  }

  /** Keeps when the frames of those captures were let through. */
  opened(captures: readonly UnderwayCapture[], startUs: number): void {
    this.manifest.underway = this.manifest.underway.map((capture) =>
      captures.some(({ mirror, file }) => mirror === capture.mirror && file === capture.file)
        ? { ...capture, startUs }
        : capture,
    );
    this.save();
  }

  capture(record: CaptureRecord): void {
    this.manifest.captures.push(record);
    this.manifest.underway = this.manifest.underway.filter(({ file, mirror }) =>
      mirror === record.mirror ? !record.files.includes(file) : true,
    );
    this.save();
  }

  /** Keeps what source ports counted around their captures, of captures it is not known of. */
  portOctets(readings: ReadonlyMap<string, PortReadings>): void {
    this.manifest.captures = this.manifest.captures.map((capture) =>
      capture.portOctets?.in && capture.portOctets.out
        ? capture
        : { ...capture, portOctets: octetsAround(readings.get(capture.source), capture.startUs, capture.endUs) },
    );
    this.save();
  }

  /** Keeps what was left behind; a run with such a thing is not as planned. */
  leftover(what: string): void {
    const { leftovers, session } = this.manifest;
    if (!leftovers.includes(what)) leftovers.push(what);
    if (session.outcome === 'completed') this.manifest.session = { ...session, outcome: 'degraded' };
    this.save();
  }

  /** Strikes what was said to be left, once it is not any more. */
  mended(what: string): void {
    this.manifest.leftovers = this.manifest.leftovers.filter((other) => other !== what);
  }

  // A disk that takes nothing more must not stop the clean-up: the next save may find it otherwise.
  save(): void {
    this.#stale = reasonAgainst(() => this.folder.writeManifest(this.manifest));
  }

  log(lines: readonly string[]): void {
    reasonAgainst(() => this.folder.log(lines));
  }

  /** Says, where the last save failed, that the manifest on disk is not the last one. */
  noteStale(): void {
    if (this.#stale === undefined) return;
    this.save();
    if (this.#stale !== undefined) this.leftover(`the manifest on disk is not the last one: ${this.#stale}`);
  }
}

/** What a disk says when it takes nothing more. */
const NOT_TAKEN = ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO'];

function reasonAgainst(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (!NOT_TAKEN.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return reasonOf(error);
  }
}

function thisProcess(): Manifest['orchestrator'] {
  return identityOf(process.pid) ?? { pid: process.pid, startTicks: 0 };
}

function union(names: readonly string[], more: readonly { readonly name: string }[]): string[] {
  return [...new Set([...names, ...more.map(({ name }) => name)])];
}
