import { spawn } from 'node:child_process';
import { accessSync, constants, copyFileSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ERROR, MooringError } from '../../base/index.js';
import { makeFolder } from '../files/index.js';
import { fromDebian, ownPackage } from '../install/index.js';
import { endAfter } from '../process/index.js';
import { cacheFolder, PARTS, packageFolder } from './find.js';

/** Bytes of what the compiler said that are kept. */
const MOST_SAID = 1 << 16;
const LONGEST_MS = 300_000;

/** What {@link buildHelper} made. */
export interface BuiltHelper {
  readonly program: string;
  readonly addon: string;
}

/**
 * Compiles the sources of the helper that are part of this package: into the package, where it can be written,
 * else into this user's cache; `findHelper` looks there. Takes `cc`, or what `CC` names, and make. What was there
 * before is replaced once the new one has run.
 *
 * Throws MOORING_ERR_HELPER_UNSUPPORTED beyond Linux and MOORING_ERR_HELPER_BUILD where it does not compile,
 * with what the compiler said in `detail.output`.
 *
 * @example
 * ```ts fragment
 * const { program } = await buildHelper();
 * console.log(program);
 * ```
 */
export async function buildHelper(options: { readonly folder?: string } = {}): Promise<BuiltHelper> {
  if (process.platform !== 'linux') {
    const message = `the helper runs on Linux only, this is ${process.platform}`;
    throw new MooringError(ERROR.MOORING_ERR_HELPER_UNSUPPORTED, message, { step: 'build' });
  }
  const compiler = process.env['CC'] || 'cc';
  await need(compiler, 'C compiler', 'gcc libc6-dev');
  await need('make', 'make', 'make');
  const sources = join(ownPackage().folder, 'helper');
  const folder = resolve(options.folder ?? (canWrite(sources) ? packageFolder() : cacheFolder()));
  // Not in place: make takes no path with a space in it, and what is there may be running.
  const made = mkdtempSync(join(tmpdir(), 'mooring-helper-'));
  try {
    // Another compiler's new warnings are no reason to stop here.
    const compiled = await say('make', [
      `-j${availableParallelism()}`,
      '-C',
      sources,
      `BUILD=${made}`,
      `CC=${compiler}`,
      'WERROR=',
    ]);
    if (compiled.status !== 0) throw failed(`make failed in ${sources}: ${tellingLine(compiled.said)}`, compiled.said);
    return await place(made, folder);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** Moves both parts from one folder into another, the program once it has run there. */
async function place(from: string, to: string): Promise<BuiltHelper> {
  const parts = Object.values(PARTS).map((name) => {
    const path = join(to, name);
    return { path, source: join(from, name), beside: `${path}.${process.pid}` };
  });
  try {
    makeFolder(to);
  } catch (cause) {
    throw cannotWrite(to, cause);
  }
  try {
    for (const { source, beside } of parts) copyFileSync(source, beside);
    const ran = await say(parts[0]!.beside, ['--version']);
    if (ran.status !== 0) throw failed(`what was compiled does not run: ${tellingLine(ran.said)}`, ran.said);
    for (const { path, beside } of parts) renameSync(beside, path);
  } catch (cause) {
    if (cause instanceof MooringError) throw cause;
    throw cannotWrite(to, cause);
  } finally {
    for (const { beside } of parts) rmSync(beside, { force: true });
  }
  return { program: parts[0]!.path, addon: parts[1]!.path };
}

async function need(program: string, what: string, packages: string): Promise<void> {
  const { status } = await say(program, ['--version']);
  if (status === 0) return;
  throw failed(`no ${what} here (${program}): install one ${fromDebian(packages)}`, '');
}

function canWrite(folder: string): boolean {
  try {
    const built = join(folder, 'build');
    accessSync(existsSync(built) ? built : folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

interface Said {
  /** Null where it did not start or did not end by itself. */
  readonly status: number | null;
  /** The end of what it printed. */
  readonly said: string;
}

function say(program: string, words: readonly string[]): Promise<Said> {
  return new Promise((done) => {
    // Messages in English: people search for them.
    const env = { ...process.env, LC_ALL: 'C' };
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], env });
    endAfter(child, LONGEST_MS);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-MOST_SAID);
      });
    }
    child.on('error', (error) => done({ status: null, said: error.message }));
    child.on('close', (status) => done({ status, said }));
  });
}

// The compiler's first error says more than make's last word.
function tellingLine(said: string): string {
  const lines = said.trim().split('\n');
  return lines.find((line) => /error:|No such file/.test(line)) ?? lines.at(-1) ?? '';
}

function cannotWrite(folder: string, cause: unknown): MooringError {
  return failed(`${folder} cannot be written: ${(cause as Error).message}`, '', cause);
}

function failed(message: string, output: string, cause?: unknown): MooringError {
  return new MooringError(ERROR.MOORING_ERR_HELPER_BUILD, message, output === '' ? {} : { output }, cause);
}
