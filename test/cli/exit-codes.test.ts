import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { EXIT_CODES } from '../../src/cli/exit-codes.js';
import { frame, pcap } from '../capture/build.js';
import { inventoryOf } from '../twine/fixtures.js';

// Every verb against every fault that can happen to it: the exit code, one clear line on stderr, and with --json a
// document on stdout. What came out stands in docs/generated/exit-codes.md, and is compared with it.

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const folder = mkdtempSync(join(tmpdir(), 'mooring-exit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const PROGRAM = file(
  'program.ccp',
  '(def (Report (volatile acked 0))) (when true (:= Report.acked Ack.bytes_acked) (report))',
);
const CAPTURE = file('one.pcap', pcap([{ us: 0, bytes: frame({ flags: 'S', seq: 9 }) }]));
const RECORDING = file('recording', '{"mooring":"agent-traffic","version":1}\n');
const INVENTORY = file('inventory.json', JSON.stringify(inventoryOf(3, 1)));
const BROKEN = file('broken.json', '{\n  "rate": 12Mbit\n}');
const ROW = file('rows.jsonl', '{"id":"v","request":{"method":"GET","path":"/version"}}\n');
const UNTIL = '2036-01-31 16:20:15 +0000';
const GONE = join(folder, 'gone');
const REPORT = join(folder, 'report.html');
const WORKDIR = join(folder, 'runs');

const FAULTS = [
  'missing file',
  'folder for a file',
  'unreadable input',
  'unknown algorithm',
  'bad unit',
  'unknown option',
  'missing argument',
  'closed stdout',
  'full disk',
] as const;
type Fault = (typeof FAULTS)[number];
/** Faults of where the output goes, tried on a call that does what it should. */
const OUTPUTS: ReadonlySet<Fault> = new Set(['closed stdout', 'full disk']);

/** For each verb, the call that meets a fault; `good` is one that ends by itself and prints something. */
type Calls = Partial<Record<Exclude<Fault, 'unknown option' | 'closed stdout' | 'full disk'>, string[]>> & {
  readonly good?: string[];
};

const filesOf = (...words: string[]) => ({
  'missing file': [...words, GONE],
  'folder for a file': [...words, folder],
});

const VERBS: Readonly<Record<string, Calls>> = {
  start: {
    'missing file': ['--alg', `${GONE}.mjs`],
    'unknown algorithm': ['--alg', 'cubik'],
    good: ['--html', REPORT],
  },
  compile: { ...filesOf(), 'unreadable input': [BROKEN], 'missing argument': [], good: [PROGRAM] },
  sim: {
    ...filesOf(),
    'unreadable input': [BROKEN],
    'unknown algorithm': ['--alg', 'cubik'],
    'bad unit': ['--rate', '12Mb!'],
    good: ['--duration', '1s'],
  },
  compare: {
    'missing file': ['cubic', `${GONE}.mjs`],
    'unknown algorithm': ['cubic', 'cubik'],
    'missing argument': ['cubic'],
    good: ['const', 'aimd', '--on', 'datacentre', '--repeat', '1'],
  },
  agent: {
    'missing file': ['--alg', `${GONE}.mjs`],
    'unknown algorithm': ['--alg', 'cubik'],
    'bad unit': ['--alg', 'aimd', '--duration', '30'],
    'missing argument': [],
  },
  datapath: { 'bad unit': ['--rate', '12Mb!'] },
  replay: {
    ...filesOf('--alg', 'aimd'),
    'unreadable input': ['--alg', 'aimd', BROKEN],
    'unknown algorithm': ['--alg', 'cubik', RECORDING],
    'missing argument': [RECORDING],
    good: ['--alg', 'aimd', RECORDING],
  },
  'pcap info': {
    ...filesOf(),
    'unreadable input': [BROKEN],
    'bad unit': [CAPTURE, '--from', 'noon'],
    'missing argument': [],
    good: [CAPTURE],
  },
  'pcap flows': {
    ...filesOf(),
    'unreadable input': [BROKEN],
    'bad unit': [CAPTURE, '--to', 'noon'],
    'missing argument': [],
    good: [CAPTURE],
  },
  'pcap series': {
    ...filesOf(),
    'unreadable input': [BROKEN],
    'bad unit': [CAPTURE, '--bin', '10'],
    'missing argument': [],
    good: [CAPTURE],
  },
  'pcap limits': {
    ...filesOf(),
    'unreadable input': [BROKEN],
    'missing argument': [],
    good: [CAPTURE],
  },
  'pcap compare': {
    ...filesOf(CAPTURE),
    'unreadable input': [CAPTURE, BROKEN],
    'bad unit': [CAPTURE, CAPTURE, '--bin', '10'],
    'missing argument': [CAPTURE],
    good: [CAPTURE, CAPTURE],
  },
  'pcap watch': {
    ...filesOf(),
    'unreadable input': ['nowhere0'],
    'bad unit': ['-', '--every', '10'],
    'missing argument': [],
  },
  'pcap replay': {
    ...filesOf('--flow', '1', CAPTURE, '--program'),
    'unreadable input': ['--flow', '1', BROKEN, '--program', PROGRAM],
    'missing argument': ['--flow', '1', CAPTURE],
    good: ['--flow', '1', CAPTURE, '--program', PROGRAM],
  },
  'pcap echo': { ...filesOf(), 'unreadable input': [BROKEN], 'missing argument': [], good: [CAPTURE] },
  'twine plan': {
    ...filesOf('--site', 'INDI', '--inventory'),
    'unreadable input': ['--site', 'INDI', '--inventory', BROKEN],
    'missing argument': ['--inventory', INVENTORY],
    good: ['--site', 'INDI', '--inventory', INVENTORY],
  },
  'twine run': { ...filesOf('--testbed', 'none', '--intent'), 'missing argument': [] },
  'twine resume': { 'missing argument': [] },
  'twine status': { 'missing argument': [], good: ['--workdir', WORKDIR, 'INDI'] },
  'twine errors': { 'missing argument': [] },
  'twine combine': { 'missing argument': [] },
  'testbed up': { ...filesOf(), 'unreadable input': [BROKEN], 'missing argument': [] },
  'testbed show': { good: [] },
  'testbed down': { 'missing argument': [] },
  'fabric check': {
    'missing file': [GONE, '--token', GONE, '--until', UNTIL],
    'folder for a file': [folder, '--token', folder, '--until', UNTIL],
    'unreadable input': [BROKEN, '--token', BROKEN, '--until', UNTIL],
    'missing argument': [],
  },
  'fabric selftest': { ...filesOf('--rc'), 'unreadable input': ['--rc', BROKEN] },
  'fabric rehearse': {
    ...filesOf('--replay'),
    'unreadable input': ['--replay', BROKEN],
    'bad unit': ['--replay', ROW, '--step', '5'],
    'missing argument': [],
    good: ['--replay', ROW],
  },
  'fabric sites': { ...filesOf('--token'), 'unreadable input': ['--token', BROKEN] },
  'fabric slices': { ...filesOf('--token'), 'unreadable input': ['--token', BROKEN] },
  'fabric renew': { 'missing file': ['x', UNTIL, '--token', GONE], 'missing argument': [] },
  bench: {},
  flows: {},
  figures: {
    'missing argument': [],
    good: ['sigcomm18', '--quick', '--only', 'fig9', '--html', REPORT],
  },
  'helper status': { good: [] },
  'helper path': { good: [] },
  'helper build': {},
  doctor: { good: [] },
  docs: { good: [] },
  init: { 'missing argument': ['alg'] },
  completion: { 'missing argument': [], good: ['bash'] },
};

function callOf(verb: string, fault: Fault): string[] | undefined {
  const calls = VERBS[verb]!;
  if (fault === 'unknown option') return ['--no-such-option'];
  if (fault === 'closed stdout' || fault === 'full disk') return calls.good;
  return calls[fault];
}

interface Ended {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(WORKDIR$|TWINE_)/.test(name)),
);

async function mooring(args: readonly string[], output: Fault | 'pipe'): Promise<Ended> {
  const full = output === 'full disk' ? openSync('/dev/full', 'w') : undefined;
  const child = spawn(process.execPath, ['dist/cli.js', ...args], {
    stdio: ['ignore', full ?? 'pipe', 'pipe'],
    env: environment,
  });
  if (full !== undefined) closeSync(full);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (text) => (stdout += text));
  child.stderr!.on('data', (text) => (stderr += text));
  // Before it writes a word: who reads is gone.
  if (output === 'closed stdout') child.stdout!.destroy();
  const [code, signal] = await once(child, 'close');
  return { code: code ?? signal, stdout, stderr };
}

const cells = Object.keys(VERBS).flatMap((verb) =>
  FAULTS.flatMap((fault) => {
    const call = callOf(verb, fault);
    return call === undefined ? [] : [{ verb, fault, args: [...verb.split(' '), ...call, '--json'] }];
  }),
);
const ended = new Map<string, Ended>();

beforeAll(async () => {
  const waiting = [...cells];
  const work = async (): Promise<void> => {
    for (let cell = waiting.shift(); cell; cell = waiting.shift()) {
      const output = OUTPUTS.has(cell.fault) ? cell.fault : 'pipe';
      ended.set(`${cell.verb}: ${cell.fault}`, await mooring(cell.args, output));
    }
  };
  await Promise.all([work(), work(), work()]);
});

describe.each(cells)('$verb: $fault', ({ verb, fault }) => {
  test('a code of the table, a clear line, no stack', () => {
    const { code, stdout, stderr } = ended.get(`${verb}: ${fault}`)!;
    expect(EXIT_CODES.map(([known]) => known)).toContain(code);
    expect(stderr).not.toMatch(/\n\s+at |ENOENT|EISDIR|ENOSPC|EPIPE|undefined|\[object/);
    if (fault === 'closed stdout') return expect(stderr).not.toMatch(/^mooring: .*\[/m);
    // Its diagnostics are the answer it was asked for.
    if (verb === 'compile' && fault === 'unreadable input') return expect(JSON.parse(stdout).ok).toBe(false);
    expect(stderr).toMatch(/^mooring: \S.*\n/m);
    if (fault === 'full disk') return expect(stderr).toContain('standard output: no space is left');
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string; path?: string } };
    expect(error.code).toMatch(/^MOORING_ERR_/);
    expect(stderr).toContain(error.message);
    if (fault === 'missing file') expect(error.path).toContain(GONE);
  });
});

test('a fault has one code, whatever the verb: docs/generated/exit-codes.md', async () => {
  const column = (fault: Fault) =>
    cells.filter((cell) => cell.fault === fault).map(({ verb }) => ended.get(`${verb}: ${fault}`)!.code);
  for (const fault of FAULTS) {
    // What compile is given is a program: one it cannot read is one with errors.
    const codes = new Set(fault === 'unreadable input' ? column(fault).filter((code) => code !== 1) : column(fault));
    expect([fault, codes.size]).toEqual([fault, 1]);
  }
  const row = (words: readonly string[]) => `| ${words.join(' | ')} |`;
  const lines = Object.keys(VERBS).map((verb) =>
    row([`\`${verb}\``, ...FAULTS.map((fault) => String(ended.get(`${verb}: ${fault}`)?.code ?? ''))]),
  );
  const page = [
    '# Exit codes',
    '',
    'How a call of `mooring` ends. Written by test/cli/exit-codes.test.ts, which makes each of these calls.',
    '',
    ...EXIT_CODES.map(([code, meaning]) => `- ${code}: ${meaning}`),
    '',
    row(['verb', ...FAULTS]),
    row(['---', ...FAULTS.map(() => '---')]),
    ...lines,
    '',
  ].join('\n');
  await expect(page).toMatchFileSnapshot('../../docs/generated/exit-codes.md');
});
