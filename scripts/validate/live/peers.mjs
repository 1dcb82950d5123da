// ns-3 and ns-2 as they are installed here: Debian's libns3-dev (and a compiler) and ns2.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const beside = (name) => fileURLToPath(new URL(name, import.meta.url));
const LIBRARIES = ['core', 'network', 'internet', 'applications', 'point-to-point', 'traffic-control', 'stats'];
const BUILT = 'out/validate/ns3';

/** Why a peer cannot be asked here; undefined where it can. */
export function absentPeer(peer) {
  const has = (tool) => spawnSync('which', [tool]).status === 0;
  if (peer === 'ns2') return has('ns') ? undefined : 'ns is not installed (Debian: ns2)';
  if (!has('g++')) return 'there is no g++';
  return existsSync('/usr/include/ns3/core-module.h') ? undefined : 'ns-3 is not installed (Debian: libns3-dev)';
}

/** What ns-3 answers to a dumbbell: goodput after the first quarter (Mbit/s), segments, events, CPU seconds, completion times (s). */
export function askNs3(options) {
  if (!existsSync(BUILT)) {
    mkdirSync('out/validate', { recursive: true });
    // prettier-ignore
    execFileSync('g++', [
      '-O2',
      '-std=c++17',
      beside('dumbbell.cc'),
      '-o',
      BUILT,
      ...LIBRARIES.map((name) => `-lns3-${name}`),
    ]);
  }
  const words = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  return JSON.parse(execFileSync(BUILT, words, { encoding: 'utf8', maxBuffer: 1 << 28 }));
}

/** The same of ns-2, with CPU seconds of the whole process. */
export function askNs2({ flows, rate, rtt, queue, cc, seconds, seed = 1 }) {
  const words = [beside('dumbbell.tcl'), flows, rate, rtt, queue, seconds, cc, seed].map(String);
  const run = spawnSync('bash', ['-c', 'ns "$@" 2>&1; times', 'ns', ...words], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  // It says what it selects for each flow, without an end of line before ours.
  const [told] = /\{"segments.*?\}/.exec(run.stdout) ?? [];
  if (told === undefined) throw new Error(`ns-2: ${run.stdout.slice(-500)}`);
  // The last line of `times`: user and system seconds of what the shell started.
  const [, user, system] = /(\d+m[\d.]+)s (\d+m[\d.]+)s\s*$/.exec(run.stdout);
  const inSeconds = (text) => Number(text.split('m')[0]) * 60 + Number(text.split('m')[1]);
  return { ...JSON.parse(told), cpu: inSeconds(user) + inSeconds(system) };
}
