import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { ERROR, MooringError } from '../../base/index.js';
import {
  classicRefusal,
  formatManifest,
  type Manifest,
  type Notice,
  parseManifest,
  runStamp,
} from '../../twine/index.js';

const PREFIX = 'all_packet_traces_';
const REFUSAL = 'refusal.json';

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
    mkdirSync(join(siteFolder, 'latest_run'), { recursive: true });
    for (let us = nowUs; ; us += 1e6) {
      const folder = new RunFolder(siteFolder, `${PREFIX}${runStamp(us)}`);
      if (!makeFolder(folder.path)) continue;
      rmSync(join(siteFolder, 'latest_run'), { recursive: true, force: true });
      mkdirSync(join(siteFolder, 'latest_run'));
      writeFileSync(join(siteFolder, 'startup_log.txt'), '');
      rmSync(join(siteFolder, REFUSAL), { force: true });
      return folder;
    }
  }

  /** The newest run of a site that has a manifest. */
  static latest(workdir: string, site: string): RunFolder | undefined {
    const siteFolder = join(workdir, site);
    if (!existsSync(siteFolder)) return undefined;
    const run = readdirSync(siteFolder)
      .filter((name) => name.startsWith(PREFIX) && existsSync(join(siteFolder, name, 'manifest.json')))
      .sort()
      .at(-1);
    return run === undefined ? undefined : new RunFolder(siteFolder, run);
  }

  readManifest(): Manifest {
    return readManifestFile(join(this.path, 'manifest.json'));
  }

  /** Replaces the manifest in one step: a reader sees the old one or the new one. */
  writeManifest(manifest: Manifest): void {
    const file = join(this.path, 'manifest.json');
    writeFileSync(`${file}.new`, formatManifest(manifest));
    renameSync(`${file}.new`, file);
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

  /** Copies log and manifest to where people look for them. */
  publish(archive: string | undefined): void {
    const log = join(this.siteFolder, 'startup_log.txt');
    const latest = join(this.siteFolder, 'latest_run');
    copyFileSync(log, join(this.path, 'startup_log.txt'));
    copyFileSync(log, join(latest, 'startup_log.txt'));
    copyFileSync(join(this.path, 'manifest.json'), join(latest, 'manifest.json'));
    if (archive !== undefined) copyFileSync(archive, join(latest, `${this.run}.tgz`));
  }
}

// Whether it was ours to make: of two runs of one second one has the name.
function makeFolder(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Leaves word at a site whose campaign was refused, so that nobody takes its last run for this one. */
export function writeRefusal(workdir: string, site: string, refusals: readonly Notice[]): void {
  const siteFolder = join(workdir, site.toUpperCase());
  mkdirSync(siteFolder, { recursive: true });
  writeFileSync(join(siteFolder, REFUSAL), `${JSON.stringify(refusals, null, 1)}\n`);
  writeFileSync(join(siteFolder, 'startup_log.txt'), `${classicRefusal(site.toUpperCase(), refusals).join('\n')}\n`);
}

/** Why a site's last campaign was refused, if it was. */
export function readRefusal(workdir: string, site: string): string | undefined {
  try {
    const refusals = JSON.parse(readFileSync(join(workdir, site, REFUSAL), 'utf8')) as Notice[];
    return `refused: ${refusals.map(({ message }) => message).join('; ')}`;
  } catch {
    return undefined;
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
