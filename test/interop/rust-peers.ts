import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { findHelper } from '../../src/node/helper/index.js';

const target = resolve('out/cargo');
/** How long a hook that builds peers may take: everything they depend on is compiled the first time. */
export const BUILD_MS = 900_000;

/** Why the originals cannot be had here, or undefined. Fetching decides: the crates come from their registry. */
export function whyNoPeer(crate: string): string | undefined {
  if (findHelper().addon === undefined) return 'the helper is not built here';
  const cargo = spawnSync('cargo', ['--version'], { encoding: 'utf8' });
  if (cargo.status !== 0) return 'cargo is not installed';
  const fetched = spawnSync('cargo', ['fetch', '--quiet'], { cwd: join('test/interop', crate), encoding: 'utf8' });
  if (fetched.status === 0) return undefined;
  return `cargo cannot fetch ${crate}: ${fetched.stderr.trim().split('\n').at(-1)}`;
}

/** Builds a peer and returns the folder of its programs. Throws what cargo says. */
export function buildPeer(crate: string): string {
  const options = {
    cwd: join('test/interop', crate),
    encoding: 'utf8',
    env: { ...process.env, CARGO_TARGET_DIR: target },
  } as const;
  const built = spawnSync('cargo', ['build', '--quiet'], options);
  if (built.status !== 0) throw new Error(`${crate} does not build:\n${built.stderr}`);
  return join(target, 'debug');
}

/** A peer under way: its whole lines, and its end. */
export interface Peer {
  readonly child: ChildProcess;
  readonly lines: () => string[];
  /** The exit code; throws with what it said on stderr unless it is 0. */
  readonly ended: Promise<void>;
}

export function startPeer(program: string, words: readonly string[]): Peer {
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const ended = new Promise<void>((done, fail) => {
    child.once('error', fail);
    child.once('close', (code, signal) => {
      if (code === 0) done();
      else fail(new Error(`${program} ended with ${code ?? signal}: ${err}`));
    });
  });
  ended.catch(() => {});
  const lines = () =>
    out
      .slice(0, out.lastIndexOf('\n') + 1)
      .split('\n')
      .filter(Boolean);
  return { child, lines, ended };
}

/** Waits until it holds, at most 60 s. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpMs = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > giveUpMs) throw new Error(`never: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
