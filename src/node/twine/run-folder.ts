import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ERROR, MooringError } from '../../base/index.js';
import { formatManifest, type Manifest, parseManifest, runStamp } from '../../twine/index.js';
import { dropOwnParts, makeFolder, makeWholeFile, ownPartOf, writeWholeFile } from '../files/index.js';

const PREFIX = 'all_packet_traces_';
/** Word of a campaign that was refused. */
export const REFUSAL_FILE = 'refusal.json';

/**
 * Where a site's run keeps what it knows and brings home, as Twine lays it out:
 *
 * ```text
 *  WORKDIR/SITE/startup_log.txt
 *               all_packet_traces_<UTC>/   manifest.json  startup_log.txt  SITE_node0_packet_trace.tgz
 *               all_packet_traces_<UTC>.tgz
 *               latest_run/                the .tgz, the log and the manifest of the newest run
 * ```
 */
export class RunFolder {
  readonly siteFolder: string;
  readonly run: string;
  readonly path: string;

  private constructor(siteFolder: string, run: string) {
    this.siteFolder = siteFolder;
    this.run = run;
    this.path = join(siteFolder, run);
  }

  /** A new run; `latest_run` is emptied, as it is about to be out of date. */
  static create(workdir: string, site: string, nowUs: number): RunFolder {
    const siteFolder = join(workdir, site);
    makeFolder(join(siteFolder, 'latest_run'));
    for (let us = nowUs; ; us += 1e6) {
      const folder = new RunFolder(siteFolder, `${PREFIX}${runStamp(us)}`);
      if (!makeOwnFolder(folder.path)) continue;
      rmSync(join(siteFolder, 'latest_run'), { recursive: true, force: true });
      mkdirSync(join(siteFolder, 'latest_run'));
      writeWholeFile(join(siteFolder, 'startup_log.txt'), '');
      rmSync(join(siteFolder, REFUSAL_FILE), { force: true });
      return folder;
    }
  }

  /** The runs of a site that have a manifest, newest first. */
  static all(workdir: string, site: string): RunFolder[] {
    const siteFolder = join(workdir, site);
    if (!existsSync(siteFolder)) return [];
    return readdirSync(siteFolder)
      .filter((name) => name.startsWith(PREFIX) && existsSync(join(siteFolder, name, 'manifest.json')))
      .sort()
      .reverse()
      .map((run) => new RunFolder(siteFolder, run));
  }

  /** The newest run of a site that has a manifest. */
  static latest(workdir: string, site: string): RunFolder | undefined {
    return RunFolder.all(workdir, site)[0];
  }

  /** Removes the run and all that is in it. */
  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  /** Removes what a process that was killed left half written. */
  dropParts(): void {
    for (const folder of [this.path, this.siteFolder, join(this.siteFolder, 'latest_run')])
      if (existsSync(folder)) dropOwnParts(folder);
  }

  readManifest(): Manifest {
    return readManifestFile(join(this.path, 'manifest.json'));
  }

  /** Replaces the manifest in one step: a reader sees the old one or the new one. */
  writeManifest(manifest: Manifest): void {
    writeWholeFile(join(this.path, 'manifest.json'), formatManifest(manifest));
  }

  /** Bytes free where the run is kept. */
  freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.path);
    return bavail * bsize;
  }

  log(lines: readonly string[]): void {
    if (lines.length > 0) appendFileSync(join(this.siteFolder, 'startup_log.txt'), `${lines.join('\n')}\n`);
  }

  /** Folder of what a listener's files are while they come home; not in any archive. */
  fetchedOf(label: string): string {
    return join(this.path, 'fetched', label);
  }

  dropFetched(label: string): void {
    rmSync(this.fetchedOf(label), { recursive: true, force: true });
    // The last of them takes the folder along.
    try {
      rmdirSync(join(this.path, 'fetched'));
    } catch {
      // others are on their way
    }
  }

  /** Keeps what has come of a listener's files under its label, beside the archives. Whether there was anything. */
  keepFetched(label: string): boolean {
    const fetched = this.fetchedOf(label);
    if (!existsSync(fetched)) return false;
    renameSync(fetched, join(this.path, label));
    this.dropFetched(label);
    return true;
  }

  /** Puts log and manifest where people look for them, and the archive, which is there under two names. */
  async publish(archive: string | undefined): Promise<void> {
    const log = join(this.siteFolder, 'startup_log.txt');
    const latest = join(this.siteFolder, 'latest_run');
    makeFolder(latest);
    await copyWhole(log, join(this.path, 'startup_log.txt'));
    await copyWhole(log, join(latest, 'startup_log.txt'));
    await copyWhole(join(this.path, 'manifest.json'), join(latest, 'manifest.json'));
    if (archive !== undefined) await linkOrCopy(archive, join(latest, `${this.run}.tgz`));
  }
}

async function copyWhole(from: string, to: string): Promise<void> {
  await makeWholeFile(to, async (part) => await copyFile(from, part));
}

// One archive takes the room of one, where the file system knows second names.
async function linkOrCopy(from: string, to: string): Promise<void> {
  const part = ownPartOf(to);
  try {
    linkSync(from, part);
    renameSync(part, to);
  } catch {
    rmSync(part, { force: true });
    await copyWhole(from, to);
  }
}

// Whether it was ours to make: of two runs of one second one has the name.
function makeOwnFolder(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** A manifest from a file. Throws MOORING_ERR_TWINE_MANIFEST. */
export function readManifestFile(file: string): Manifest {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new MooringError(ERROR.MOORING_ERR_TWINE_MANIFEST, (error as Error).message, { name: file }, error);
  }
  return parseManifest(text, file);
}
