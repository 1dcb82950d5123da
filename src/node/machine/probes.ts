import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { formatSize } from '../../base/index.js';
import { instantiateCapture, instantiateDatapath, instantiateLang, instantiateSim } from '../../core/index.js';
import { findHelper, KINDS } from '../helper/index.js';
import { fromDebian, helperRemedy } from '../install/index.js';
import type { Probe } from './finding.js';

const run = promisify(execFile);

// An empty module: what a just-in-time compiler asks of its host, made as small as it can be.
const EMPTY_MODULE = new Uint8Array([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);

const KIND_LIST = Object.values(KINDS)
  .map(({ about }) => about)
  .join(', ');

/** What `mooring doctor` looks for, in the order it tells. */
export const PROBES: readonly Probe[] = [
  {
    name: 'Node',
    required: true,
    purpose: 'everything',
    remedy: 'install Node 20.19 or newer',
    look: () => (atLeast(process.versions.node, [20, 19]) ? process.versions.node : null),
  },
  {
    name: 'WebAssembly',
    required: true,
    purpose: 'language, VM, wire, captures, simulator',
    remedy: 'run Node without --jitless',
    look: () => {
      for (const instantiate of [instantiateLang, instantiateDatapath, instantiateCapture, instantiateSim])
        instantiate();
      return 'lang, datapath, capture and sim modules load';
    },
  },
  {
    name: 'JIT',
    purpose: 'the fast engine for datapath programs; without it the interpreter runs them',
    remedy: "allow WebAssembly code generation (in a page: 'wasm-unsafe-eval' in the content-security policy)",
    look: () => {
      new WebAssembly.Instance(new WebAssembly.Module(EMPTY_MODULE));
      return 'modules can be compiled while running';
    },
  },
  {
    name: 'SharedArrayBuffer',
    purpose: 'statistics shared between threads without copying; used where present',
    remedy: 'in a page: serve it cross-origin isolated (COOP and COEP headers)',
    look: () => (typeof SharedArrayBuffer === 'function' ? 'present' : null),
  },
  {
    name: 'cores',
    purpose: 'worker threads of sweeps and of the agent',
    remedy: '',
    look: () => `${availableParallelism()}, ${formatSize(totalmem())} of memory`,
  },
  {
    name: 'helper',
    purpose: `the agent over ${KIND_LIST}; capture with drop counters; the local testbed`,
    remedy: helperRemedy(),
    look: helperPath,
  },
  {
    name: 'C compiler',
    purpose: 'compiling the helper (mooring helper build) where no prebuilt one is',
    remedy: `install a C compiler and make ${fromDebian('gcc libc6-dev make')}`,
    look: async () => {
      await versionOf('make', ['--version']);
      return versionOf(process.env['CC'] || 'cc', ['--version']);
    },
  },
  {
    name: 'root',
    purpose: 'opening what needs privilege: netlink group 22, packet sockets, network namespaces',
    remedy: 'run with sudo: the helper opens what needs root and gives it up before JavaScript goes on',
    look: () => (process.getuid?.() === 0 ? 'yes' : null),
  },
  {
    name: 'ip',
    purpose: 'network namespaces of the local testbed',
    remedy: `install it ${fromDebian('iproute2')}`,
    look: () => versionOf('ip', ['-V']),
  },
  ...Object.values(KINDS).flatMap(({ probe }) => probe ?? []),
  {
    name: 'tcpdump',
    purpose: 'an independent capture to compare with',
    remedy: `install it ${fromDebian('tcpdump')}`,
    look: () => versionOf('tcpdump', ['--version']),
  },
  {
    name: 'tshark',
    purpose: 'checking the capture decoder against Wireshark',
    remedy: `install it ${fromDebian('tshark')}`,
    look: () => versionOf('tshark', ['--version']),
  },
  {
    name: 'Chromium',
    purpose: 'tests of the browser side',
    remedy: `install it ${fromDebian('chromium')}`,
    look: () => versionOf('chromium', ['--version']),
  },
];

function atLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [haveMajor = 0, haveMinor = 0] = version.split('.').map(Number);
  return haveMajor > major || (haveMajor === major && haveMinor >= minor);
}

async function versionOf(command: string, args: readonly string[]): Promise<string | null> {
  const { stdout, stderr } = await run(command, [...args], { timeout: 10_000 });
  return (stdout || stderr).split('\n')[0]?.trim() || 'present';
}

async function helperPath(): Promise<string | null> {
  const { program, addon } = findHelper();
  if (program === undefined || addon === undefined) return null;
  await access(program, constants.X_OK);
  return program;
}
