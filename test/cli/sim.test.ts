import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Command } from 'commander';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, expect, test, vi } from 'vitest';
import { reportFailure } from '../../src/cli/failure.js';
import { addSim } from '../../src/cli/verbs/sim.js';
import { loadScenario } from '../../src/node/jobs/scenario-file.js';

// The command line as a person uses it: the built dist/cli.js in a process of its own. What the verb
// refuses before it runs anything is asked of the verb itself, in this process.

const folder = await mkdtemp(join(tmpdir(), 'mooring-sim-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const inFolder = (name: string) => join(folder, name);

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function mooring(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    // Whether a run takes long enough for progress is the machine's affair.
    const words = args[0] === 'sim' ? [...args, '--no-progress'] : args;
    execFile('node', ['dist/cli.js', ...words], { timeout: 60_000, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
    });
  });
}

/** `sim` as main.ts calls it. */
async function refused(...args: string[]): Promise<Omit<Ended, 'stdout'>> {
  const stderr: string[] = [];
  const note = (text: string | Uint8Array): boolean => stderr.push(String(text)) > 0;
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation(note);
  const program = new Command('mooring').exitOverride().configureOutput({ outputError: () => {} });
  addSim(program.command('sim'));
  try {
    await program.parseAsync(['sim', ...args], { from: 'user' });
    throw new Error(`it ran: sim ${args.join(' ')}`);
  } catch (error) {
    return { code: await reportFailure(error), stderr: stderr.join('') };
  } finally {
    spy.mockRestore();
  }
}

const SHORT = ['--duration', '3s'];

test('sim --json prints the result and nothing else, the same each time; --series adds the columns', async () => {
  const args = ['sim', ...SHORT, '--flows', '2', '--json'];
  const [plain, full] = await Promise.all([mooring(...args), mooring(...args, '--series')]);
  expect(plain.code).toBe(0);
  expect(plain.stderr).toBe('');
  const { series, cdfs, ...rest } = JSON.parse(full.stdout);
  expect(JSON.parse(plain.stdout)).toEqual(rest);
  expect(rest.flows).toHaveLength(2);
  expect(rest.summary.utilisation).toBeGreaterThan(0.3);
  expect(series.flows[0].cwndBytes.length).toBe(series.timeUs.length);
  expect(cdfs.rttUs.value.length).toBeGreaterThan(2);
});

test('a scenario file names its algorithm and its trace from its own folder', async () => {
  await writeFile(inFolder('my.mjs'), MY_ALGORITHM);
  await writeFile(inFolder('link.trace'), '1\n2\n3\n4\n');
  await writeFile(
    inFolder('scenario.json'),
    JSON.stringify({
      links: [{ trace: 'link.trace', delay: '10ms', queue: '50pkt' }],
      flows: [{ algorithm: './my.mjs' }],
      duration: '2s',
    }),
  );
  const { code, stdout, stderr } = await mooring('sim', inFolder('scenario.json'), '--json');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(JSON.parse(stdout).flows[0]).toMatchObject({ algorithm: 'Mine' });
});

test('a sweep writes rows and a report, and goes on where it stopped', async () => {
  const out = inFolder('sweep');
  const args = ['sim', ...SHORT, '--sweep', 'alg=aimd,cubic', '--sweep', 'rate=4,8Mbit', '--repeat', '2', '--out', out];
  const first = await mooring(...args, '--workers', '2', '--json');
  expect(first.stderr).toMatch(/report: /);
  expect(first.code).toBe(0);
  const { rows, aggregates, failures } = JSON.parse(first.stdout);
  expect(failures).toEqual([]);
  expect(aggregates).toHaveLength(4);
  expect(aggregates[0]).toMatchObject({
    chosen: { alg: 'aimd', rate: '4Mbit' },
    n: 2,
    estimates: { runJain: { n: 2 } },
  });
  expect(rows[0].runRttMeanUsCi95).toBe(aggregates[0].estimates.runRttMeanUs.ci95);
  expect(rows).toHaveLength(8);
  const csv = await readFile(join(out, 'results.csv'), 'utf8');
  expect(csv.split('\n')).toHaveLength(10);
  const parquet = await readFile(join(out, 'results.parquet'));
  const file = parquet.buffer.slice(parquet.byteOffset, parquet.byteOffset + parquet.byteLength) as ArrayBuffer;
  expect(await parquetReadObjects({ file, compressors: { GZIP: (page) => gunzipSync(page) } })).toEqual(rows);

  const [run] = await readdir(join(out, 'runs'));
  await rm(join(out, 'runs', run!));
  const again = await mooring(...args, '--workers', '1', '--json');
  expect(again.stderr).toMatch(/going on: 7 of 8 runs/);
  expect(JSON.parse(again.stdout).rows).toEqual(rows);
});

test('repeats are shown as mean and confidence interval, and as one sample where nothing was drawn', async () => {
  const drawn = await mooring('sim', ...SHORT, '--repeat', '3');
  expect(drawn.stdout).toMatch(/^n .*throughput/m);
  expect(drawn.stdout).toMatch(/^3 .*bit\/s ± /m);
  expect(drawn.stderr).not.toMatch(/nothing was drawn/);
  const still = inFolder('still.json');
  await writeFile(still, JSON.stringify({ jitter: 0, duration: '1s', flows: [{ algorithm: 'builtin:reno' }] }));
  const same = await mooring('sim', still, '--repeat', '3');
  expect(same.stdout).not.toMatch(/±/);
  expect(same.stderr).toMatch(/nothing was drawn/);
});

test('one worker and many give the same rows', async () => {
  const args = [
    'sim',
    ...SHORT,
    '--loss',
    '0.002',
    '--sweep',
    'alg=cubic,reno',
    '--sweep',
    'rtt=10,40ms',
    '--repeat',
    '2',
  ];
  const [one, many] = await Promise.all([
    mooring(...args, '--workers', '1', '--csv'),
    mooring(...args, '--workers', '4', '--csv'),
  ]);
  expect(one.stdout.split('\n')).toHaveLength(10);
  expect(many.stdout).toBe(one.stdout);
});

test.each<[string, string[], number, RegExp]>([
  ['a bad rate', ['--rate', '12Mbps!'], 2, /"12Mbps!" is not a rate/],
  ['a bad round trip', ['--rtt', '-3ms'], 2, /"-3ms" is not a duration/],
  ['NaN for a number', ['--flows', 'NaN'], 2, /whole number/],
  ['a negative number', ['--seed', '-1'], 2, /whole number/],
  ['a bad queue', ['--queue', 'big'], 2, /"big" is not a queue size/],
  ['an unknown option', ['--rats', '1'], 2, /unknown option '--rats'/],
  ['an unknown preset', ['--preset', 'moon'], 2, /lan, cellular, satellite, bufferbloat, fairness/],
  ['a missing scenario file', ['gone.json'], 2, /gone\.json: there is no such file/],
  ['an empty sweep', ['--sweep', 'rate'], 2, /--sweep wants/],
  ['--out without a sweep', ['--out', 'x'], 2, /--out belongs to a sweep/],
])('%s ends with one clear line', async (_what, args, code, message) => {
  const ended = await refused(...args);
  expect(ended.stderr).toMatch(message);
  expect(ended.stderr).not.toMatch(/\n {4}at /);
  expect(ended.code).toBe(code);
});

test.each<[string, string[], number, RegExp]>([
  ['bad usage', ['--rate', '12Mbps!'], 2, /"12Mbps!" is not a rate/],
  [
    'an unknown algorithm',
    ['--alg', 'cubik'],
    2,
    /flows\[0\]\.algorithm: no algorithm is called "cubik": there are .*cubic/,
  ],
])('%s ends the process with one clear line', async (_what, args, code, message) => {
  const ended = await mooring('sim', ...args);
  expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(message) });
  expect(ended.stderr).not.toMatch(/\n {4}at /);
});

test('a bad scenario file is refused with the path of the field', async () => {
  const flows = [{ algorithm: 'cubic', rtt: 40 }];
  await writeFile(inFolder('bad.json'), JSON.stringify({ flows, rat: 1 }));
  const { code, stderr } = await mooring('sim', inFolder('bad.json'));
  expect(stderr).toMatch(/flows\[0\]\.rtt: 40 has no unit/);
  expect(stderr).toMatch(/rat: is not a field/);
  expect(code).toBe(2);
  await writeFile(inFolder('broken.json'), '{\n  "rate": 12Mbit\n}');
  expect((await refused(inFolder('broken.json'))).stderr).toMatch(
    /broken\.json:2:11: this is not JSON: a value was expected, not 12Mbit/,
  );
  await expect(loadScenario({ flows: [{ algorithm: './gone.js' }] })).rejects.toThrow(
    /gone\.js: there is no such file/,
  );
});

const INSTALL = `this.datapath.install('(def (Report (volatile acked 0))) (when true (:= Report.acked Ack.bytes_acked) (report))')`;

test.concurrent('algorithms that fail are told of, each with what it did, with exit code 1', async () => {
  const bodies = {
    Throws: `onCreate() { ${INSTALL}; } onReport() { throw new Error('boom'); }`,
    Promises: `onCreate() { ${INSTALL}; } async onReport() { for (;;) await null; }`,
    Mistypes: `onCreate() { this.datapath.install('(def) (when true (:= Cwnd numer))'); } onReport() {}`,
  };
  for (const [name, body] of Object.entries(bodies)) await writeAlgorithm(name, body);
  const flows = Object.keys(bodies).map((name) => ({ algorithm: `./${name}.mjs` }));
  await writeFile(inFolder('failing.json'), JSON.stringify({ flows, duration: '1s' }));
  const { code, stdout, stderr } = await mooring('sim', inFolder('failing.json'), '--json');
  expect(stderr).toMatch(/^mooring: Throws failed in onReport.*: boom$/m);
  expect(stderr).toMatch(/^mooring: Promises failed in onReport.*returned a promise/m);
  expect(stderr).toMatch(/^mooring: Mistypes failed in onCreate.*\n1:27 undefined-name `numer`/m);
  expect(stderr.match(/^mooring: /gm)).toHaveLength(3);
  expect(code).toBe(1);
  expect(JSON.parse(stdout).failures).toHaveLength(3);
});

test.concurrent('an algorithm that leaves a promise looping is a failure (its run looked like any other)', async () => {
  const file = await writeAlgorithm(
    'Loops',
    `onCreate() { ${INSTALL}; } onReport() { this.loop ??= (async () => { for (;;) await null; })(); }`,
  );
  const { code, stdout, stderr } = await mooring('sim', '--alg', file, '--duration', '1s', '--json');
  expect(stderr).toMatch(/^mooring: the run came to its end, but an algorithm goes on.*\[MOORING_ERR_SIM_STUCK\]\n$/);
  expect(code).toBe(1);
  expect(JSON.parse(stdout).error).toMatchObject({ code: 'MOORING_ERR_SIM_STUCK' });
});

test.concurrent('a sweep fails the runs of an algorithm that fails, and keeps the others', async () => {
  const file = await writeAlgorithm('Bad', `onCreate() { ${INSTALL}; } onReport() { throw new Error('boom'); }`);
  const { code, stdout, stderr } = await mooring('sim', '--sweep', `alg=${file},aimd`, '--duration', '1s', '--json');
  expect(stderr).toMatch(/failed: .*onReport.*: boom/);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ rows: [{ algorithm: 'aimd' }], failures: [{ run: { alg: file } }] });
});

/** The path of a module that exports such a class. */
async function writeAlgorithm(name: string, body: string): Promise<string> {
  const file = inFolder(`${name}.mjs`);
  await writeFile(file, `import { AlgBase } from 'mooring';\nexport class ${name} extends AlgBase { ${body} }`);
  return file;
}

// It lies outside any package: each door of this one is found from there.
const MY_ALGORITHM = `
import { AlgBase } from 'mooring';
import { PRESETS } from 'mooring/sim';
import { findHelper } from 'mooring/node';
export class Mine extends AlgBase {
  onCreate() { this.datapath.install('(def (Report (volatile acked 0))) (when true (:= Report.acked Ack.bytes_acked) (report))', { fields: { Cwnd: 30000 } }); }
  onReport() { if (PRESETS.length === 0 || typeof findHelper !== 'function') throw new Error('not ours'); }
}`;

test('--flow and --alg a,b put flows beside each other; both at once are refused', async () => {
  const [flows, list] = await Promise.all([
    mooring('sim', ...SHORT, '--flow', 'alg=cubic,count=2', '--flow', 'alg=builtin:bbr,start=1s,rtt=80ms', '--json'),
    mooring('sim', ...SHORT, '--alg', 'copa,builtin:cubic', '--json'),
  ]);
  const algorithms = ({ stdout }: Ended) =>
    (JSON.parse(stdout).flows as { algorithm: string }[]).map(({ algorithm }) => algorithm);
  expect(algorithms(flows)).toEqual(['cubic', 'cubic', 'builtin:bbr']);
  expect(algorithms(list)).toEqual(['copa', 'builtin:cubic']);
  expect(await refused('--alg', 'cubic', '--flow', 'alg=reno')).toEqual(
    expect.objectContaining({ code: 2, stderr: expect.stringMatching(/not both/) }),
  );
  expect(await refused('--flow', 'alg=cubic,cwnd=3')).toEqual(
    expect.objectContaining({ code: 2, stderr: expect.stringMatching(/there is no cwnd/) }),
  );
  expect(await mooring('sim', '--flow', 'alg=cubik')).toEqual(
    expect.objectContaining({ code: 2, stderr: expect.stringMatching(/no algorithm is called "cubik"/) }),
  );
});

test('compare: one table alone, a ranking, who leaves whom what; --json has the same, one algorithm is refused', async () => {
  const html = inFolder('compare.html');
  const args = ['compare', 'builtin:dctcp', 'dctcp', '--on', 'datacentre', '--repeat', '2', '--no-progress'];
  const [text, json, one] = await Promise.all([
    mooring(...args, '--html', html),
    mooring(...args, '--json'),
    mooring('compare', 'cubic'),
  ]);
  expect(text.code).toBe(0);
  for (const word of ['Ranking', 'Harm', 'incast of 32', '±']) expect(text.stdout).toContain(word);
  const { ranking, alone, beside } = JSON.parse(json.stdout);
  expect([ranking.length, alone.length, beside.length]).toEqual([2, 6, 4]);
  expect(await readFile(html, 'utf8')).toContain('Mooring: datacentre');
  expect(one).toEqual(expect.objectContaining({ code: 2, stderr: expect.stringMatching(/two algorithms or more/) }));
});

test('--pcap keeps the packets of a point, which pcap flows reads; of a point there is not, or of a sweep, it is refused', async () => {
  const file = inFolder('packets.pcapng');
  const run = await mooring('sim', ...SHORT, '--alg', 'builtin:cubic', '--pcap', `receiver=${file}`, '--json');
  expect(run.code).toBe(0);
  const { stdout } = await mooring('pcap', 'flows', file, '--json');
  const [connection] = JSON.parse(stdout).connections;
  expect(connection.forward.uniqueBytes).toBeGreaterThanOrEqual(JSON.parse(run.stdout).flows[0].bytesAcked);
  expect((await refused('--pcap', 'router=x')).stderr).toMatch(/POINT sender, receiver, link0/);
  expect((await refused('--pcap', 'sender=x', '--repeat', '2')).stderr).toMatch(/one run/);
  expect(await mooring('sim', ...SHORT, '--pcap', 'link3=x')).toMatchObject({ code: 2 });
});

test('--qlog keeps the events of each flow, in the spelling its name asks for; of a sweep it is refused', async () => {
  const [qlog, sqlog] = [inFolder('run.qlog'), inFolder('run.sqlog')];
  for (const file of [qlog, sqlog])
    expect(await mooring('sim', ...SHORT, '--alg', 'builtin:cubic', '--qlog', file)).toMatchObject({ code: 0 });
  const objects = async (file: string) =>
    (await readFile(file, 'utf8'))
      .split('\u001e')
      .slice(1)
      .map((text) => JSON.parse(text));
  const [head, ...events] = await objects(qlog);
  expect(head.qlog_version).toBe('0.3');
  expect(events.some(({ name }) => name === 'recovery:metrics_updated')).toBe(true);
  const [draft, ...others] = await objects(sqlog);
  expect(draft.file_schema).toBe('urn:ietf:params:qlog:file:sequential');
  expect(others.length).toBe(events.length);
  expect((await refused('--qlog', 'x', '--sweep', 'rtt=10,20ms')).stderr).toMatch(/--qlog is of one run/);
  expect(await mooring('sim', ...SHORT, '--qlog', inFolder('nowhere/x.qlog'))).toMatchObject({ code: 1 });
});

test('--series-csv has every column of the series, and no cell where a value is not known', async () => {
  const file = inFolder('series.csv');
  const run = await mooring('sim', ...SHORT, '--alg', 'builtin:bbr', '--json', '--series', '--series-csv', file);
  const { series } = JSON.parse(run.stdout);
  const [head, ...rows] = (await readFile(file, 'utf8')).trim().split('\n');
  const columns = head!.split(',');
  const [flow] = series.flows;
  for (const name of Object.keys(flow).filter((key) => key !== 'notes')) expect(columns).toContain(name);
  expect(rows.length).toBe(series.timeUs.length * 2);
  for (const bin of [0, series.timeUs.length - 1]) {
    const cells = rows[bin]!.split(',');
    for (const name of ['cwndBytes', 'pacingRateBytesPerSecond', 'ssthreshBytes'])
      expect(cells[columns.indexOf(name)]).toBe(flow[name][bin] === null ? '' : String(flow[name][bin]));
  }
});

test('--series-csv has what an algorithm noted', async () => {
  const file = inFolder('notes.csv');
  await mooring('sim', ...SHORT, '--alg', 'copa', '--series-csv', file);
  expect((await readFile(file, 'utf8')).split('\n')[0]).toMatch(/note\./);
});
