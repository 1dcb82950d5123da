import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { transformSync } from 'esbuild';
import { afterAll, describe, expect, test } from 'vitest';
import { commandLine, type Made, programText } from '../../src/share/index.js';
import { resultToJson, type Scenario, simulate } from '../../src/sim/index.js';
import { ALGORITHM_TEMPLATE } from '../../src/studio/editor/templates.js';

// A run as commands and as a program: what they say is run, and gives the same numbers.

const folder = mkdtempSync(join(tmpdir(), 'mooring-made-'));
afterAll(() => rmSync(folder, { recursive: true }));

const PLAIN: Scenario = {
  ...{ rate: '12Mbit', rtt: '20ms', queue: '1bdp', duration: '2s', seed: 5, loss: 0.01 },
  flows: [{ algorithm: 'cubic' }, { algorithm: 'builtin:reno', start: '500ms', count: 2 }],
};
const ODD: Scenario = {
  ...{ rate: '12Mbit', rtt: '20ms', duration: '1s', name: "it's $HOME `x`\nEND", series: { bin: '20ms' } },
  flows: [{ algorithm: 'reno', source: { kind: 'rate', rate: '2Mbit' } }],
};
const OWN: Made = {
  scenario: { ...PLAIN, flows: [{ algorithm: 'aimd.ts' }, { algorithm: 'cubic' }] },
  code: [{ name: 'aimd.ts', text: ALGORITHM_TEMPLATE }],
};

const made = (scenario: Scenario): Made => ({ scenario, code: [] });
const numbers = (scenario: Scenario) =>
  JSON.parse(JSON.stringify(resultToJson(simulate(scenario), { series: true }))) as Record<string, unknown>;

describe('as commands', () => {
  test('flags say it where each field has one', () => {
    expect(commandLine(made(PLAIN))).toBe(
      'mooring sim --flow alg=cubic --flow alg=builtin:reno,start=500ms,count=2 --rate 12Mbit --rtt 20ms --queue 1bdp --duration 2s --seed 5 --loss 0.01',
    );
  });

  test.each<[string, Scenario]>([
    ['a field without a flag', { ...PLAIN, series: { bin: '10ms' } }],
    ['a field that the command would fill', { rate: '12Mbit', flows: [{ algorithm: 'cubic' }] }],
    ['a text that a shell reads', { ...PLAIN, flows: [{ algorithm: 'cubic', name: 'a,b $x' }] }],
    ['a number where the flag takes a text', { ...PLAIN, flows: [{ algorithm: 'cubic', startUs: 5 }] }],
  ])('%s is said by the scenario itself', (_, scenario) => {
    expect(commandLine(made(scenario))).toMatch(/^mooring sim - <<'END_*'\n/);
  });

  test('a program that drives a flow alone has none', () => {
    const alone = { scenario: PLAIN, code: [{ name: 'alone.ccp', text: '' }] };
    expect([commandLine(alone), programText(alone, '')]).toEqual([null, null]);
  });

  test('what a shell makes of them is the same run', async () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'mooring'), `#!/bin/sh\nexec '${process.execPath}' '${resolve('dist/cli.js')}' "$@"\n`, {
      mode: 0o755,
    });
    const inShell = async (run: Made): Promise<Record<string, unknown>> => {
      const text = commandLine(run, ['--json', '--series', '--no-progress'])!;
      const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}` };
      const { stdout } = await promisify(execFile)('sh', ['-c', text], { cwd: folder, env, maxBuffer: 1 << 26 });
      return JSON.parse(stdout) as Record<string, unknown>;
    };
    const [plain, odd, own] = await Promise.all([inShell(made(PLAIN)), inShell(made(ODD)), inShell(OWN)]);
    for (const [ran, scenario] of [
      [plain, PLAIN],
      [odd, ODD],
    ] as const) {
      const { summary, flows, series } = numbers(scenario);
      expect({ summary: ran.summary, flows: ran.flows, series: ran.series }).toEqual({ summary, flows, series });
    }
    expect((own.flows as { name: string; algorithm: string }[])[0]).toMatchObject({
      name: 'aimd.ts',
      algorithm: 'Aimd',
    });
    // A folder there is already is left as it is.
    await expect(inShell(OWN)).rejects.toThrow(/mooring-run/);
  }, 60_000);
});

test('as a program: its types hold, and what it gives is the same run', async () => {
  const place = join(folder, 'program');
  mkdirSync(join(place, 'node_modules'), { recursive: true });
  symlinkSync(resolve('.'), join(place, 'node_modules/mooring'));
  const text = programText(OWN, '0.1.0')!;
  writeFileSync(join(place, 'run.ts'), text);
  writeFileSync(join(place, 'aimd.ts'), ALGORITHM_TEMPLATE);
  writeFileSync(join(place, 'package.json'), '{ "type": "module" }');
  const compilerOptions = {
    ...{ noEmit: true, strict: true, module: 'nodenext', target: 'es2022', skipLibCheck: true, types: [] },
    ...{ allowImportingTsExtensions: true, noUncheckedIndexedAccess: true },
  };
  writeFileSync(join(place, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['run.ts'] }));
  execFileSync(process.execPath, [resolve('node_modules/typescript/bin/tsc')], { cwd: place });
  // Node of today strips types itself; the oldest that is supported does not.
  for (const name of ['run', 'aimd']) {
    const { code } = transformSync(readFileSync(join(place, `${name}.ts`), 'utf8'), { loader: 'ts' });
    writeFileSync(join(place, `${name}.mjs`), code.replaceAll('./aimd.ts', './aimd.mjs'));
  }
  const script = `import('${pathToFileURL(join(place, 'run.mjs'))}').then(({ result: { summary, flows } }) => process.stdout.write('\\n' + JSON.stringify({ summary, flows })))`;
  const told = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  const { default: Aimd } = await import(pathToFileURL(join(place, 'aimd.mjs')).href);
  const { summary, flows } = numbers({
    ...OWN.scenario,
    flows: [{ algorithm: Aimd, name: 'aimd.ts' }, { algorithm: 'cubic' }],
  });
  expect(JSON.parse(told.slice(told.lastIndexOf('\n')))).toEqual({ summary, flows });
}, 60_000);
