import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readLines } from '../../src/cli/jsonl.js';

const folder = mkdtempSync(join(tmpdir(), 'mooring-compile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const GOOD = '(def (Report (volatile foo 0))) (when true (bind Report.foo 4))';
const ROWS = [
  '01000000010000000200000001000000',
  '02050000000005000000000100000000',
  '01020000000002000000000101000000',
  '01050000000005000000000104000000',
];

function file(name: string, text: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function mooring(args: string[], stdin = ''): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('node', ['dist/cli.js', 'compile', ...args], { stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.end(stdin);
  });
}

describe('mooring compile', () => {
  test('takes the names of a datapath with inputs of its own', async () => {
    const program = file('own.ccp', '(def (Report (x 0))) (when true (:= Report.x Flow.delivery_rate) (report))');
    const own = file('own.json', '[{ "name": "Flow.delivery_rate", "index": 15 }]');
    expect(await mooring([program])).toMatchObject({ code: 1, stdout: '' });
    const known = await mooring([program, '--primitives', own]);
    expect(known).toMatchObject({ code: 0, stderr: '' });
    expect(known.stdout).toContain('Report.x = Flow.delivery_rate');
    const bad = file('bad-names.json', '[{ "name": "Flow.delivery_rate", "index": 3 }]');
    for (const [path, why] of [
      [bad, 'the index of Flow.delivery_rate is not a whole number of 15 … 31'],
      [join(folder, 'none.json'), 'none.json'],
      [file('broken.json', '{'), 'broken.json'],
    ] as const) {
      const refused = await mooring([program, '--primitives', path]);
      expect(refused.code).toBeGreaterThan(0);
      expect(refused.stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(refused.stderr).toContain(why);
    }
  });

  test('prints a program as rows, instructions, text, JSON, module', async () => {
    const path = file('good.ccp', GOOD);
    expect(await mooring([path, '--hex'])).toEqual({ code: 0, stdout: `${ROWS.join('\n')}\n`, stderr: '' });
    expect((await mooring([path])).stdout).toContain('  2  bind    Report.foo = 4');
    expect((await mooring(['-', '--print'], GOOD)).stdout).toContain('  (:= Report.foo 4))');
    const json = JSON.parse((await mooring([path, '--json', '--uid', '9'])).stdout);
    expect(json).toMatchObject({ ok: true, uid: 9, events: 1, instrs: 3, rows: ROWS, warnings: [] });
    expect(json.reports).toMatchObject([{ name: 'Report.foo', index: 0, volatile: true }]);
    const out = join(folder, 'out.wasm');
    expect(await mooring([path, '--wasm', out])).toMatchObject({ code: 0, stdout: '' });
    expect(WebAssembly.validate(readFileSync(out))).toBe(true);
    const bpf = join(folder, 'out.bpf');
    expect(await mooring([path, '--bpf', bpf])).toMatchObject({ code: 0, stdout: '' });
    const listing = (await mooring([path, '--bpf-disasm'])).stdout.trimEnd().split('\n');
    expect(listing).toHaveLength(readFileSync(bpf).length / 8);
    expect(listing[0]).toBe('0: w7 = 0');
  });

  test('tells what is wrong with file, line, column and place, and ends with 1', async () => {
    const path = file(
      'bad.ccp',
      '(def (Control.number 1))\n(when true\n\t(:= Control.numer 3)\n\t(:= Cwnd Ack.byte_acked))\n',
    );
    const { code, stdout, stderr } = await mooring([path]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      [
        `${path}:3:6 never-read \`Control.numer\` is never read`,
        '  3 | \t(:= Control.numer 3)',
        '    | \t    ^^^^^^^^^^^^^',
        '  hint: did you mean `Control.number`?',
        `${path}:4:11 undefined-name \`Ack.byte_acked\` is not defined`,
        '  4 | \t(:= Cwnd Ack.byte_acked))',
        '    | \t         ^^^^^^^^^^^^^^',
        '  hint: did you mean `Ack.bytes_acked`?',
        '1 error, 1 warning',
        '',
      ].join('\n'),
    );
    const json = await mooring([path, '--json']);
    expect([json.code, json.stderr]).toEqual([1, '']);
    expect(JSON.parse(json.stdout).diagnostics.map(({ code: id }: { code: string }) => id)).toEqual([
      'never-read',
      'undefined-name',
    ]);
  });

  test('answers bad input with one clear line and never a stack', async () => {
    const binary = file('binary', Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 0x1b, 0x5b, 0x32, 0x4a, 0xff]));
    const cases: [string[], number, RegExp][] = [
      [[join(folder, 'none.ccp')], 2, /none\.ccp: there is no such file/],
      [[folder], 2, /it is a folder, not a file/],
      [[file('empty.ccp', '')], 1, /1:1 missing-def/],
      [[binary], 1, /not-utf8/],
      [[file('open.ccp', '('.repeat(10_000_000))], 1, /source-too-large/],
      [[], 2, /which program/],
      [['x.ccp', '--hex', '--print'], 2, /cannot be used with/],
      [['x.ccp', '--uid', '0'], 2, /'--uid <number>' argument '0' is invalid/],
      [['x.ccp', '--jsonl'], 2, /leave the file out/],
      [['--nonsense'], 2, /unknown option/],
      [[file('good2.ccp', GOOD), '--wasm', join(binary, 'inside')], 1, /binary.inside: a file stands where a folder/],
    ];
    const answers = await Promise.all(cases.map(([args]) => mooring(args)));
    answers.forEach(({ code, stdout, stderr }, i) => {
      expect([code, stdout]).toEqual([cases[i]![1], '']);
      expect(stderr).toMatch(cases[i]![2]);
      expect(stderr).not.toMatch(/\n {4}at /);
      // What a terminal would obey is not passed on.
      expect(stderr).not.toContain('\u001b[2J');
    });
  });

  test('--jsonl answers line by line', async () => {
    const input = [
      JSON.stringify({ id: 'a', source: GOOD }),
      '',
      '{"id": ',
      JSON.stringify({ id: 7, source: '(def)' }),
      JSON.stringify({ id: 8 }),
      '[]',
    ].join('\n');
    const { code, stdout } = await mooring(['--jsonl'], input);
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers[0]).toEqual({ id: 'a', events: 1, instrs: 3, rows: ROWS });
    expect(answers[1]).toMatchObject({ line: 3, error: expect.stringMatching(/^not JSON/) });
    expect(answers[2]).toMatchObject({ id: 7, diagnostics: [{ code: 'no-events' }] });
    expect(answers[3]).toMatchObject({ line: 5, id: 8, error: expect.any(String) });
    expect(answers[4]).toMatchObject({ line: 6, error: expect.any(String) });
    expect(code).toBe(1);
    expect((await mooring(['--jsonl'], '{"id":1,"source":"(def)"}\n')).code).toBe(0);
  });
});

test('lines come whole from chunks cut anywhere, and a long one costs no memory', async () => {
  const bytes = Buffer.from('one\r\n\ntwo €\n' + 'x'.repeat(30) + '\nlast');
  for (let size = 1; size <= bytes.length; size += 1) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
    const lines = [];
    for await (const line of readLines(fromChunks(chunks), 20)) lines.push(line);
    expect(lines).toEqual([
      { number: 1, text: 'one' },
      { number: 3, text: 'two €' },
      { number: 4, tooLong: true },
      { number: 5, text: 'last' },
    ]);
  }
});

async function* fromChunks(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
