import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, expect, test } from 'vitest';
import { queryFolder } from '../../src/node/dataset/index.js';
import { echo, ethernet, frame, ipv6, pcap } from '../capture/build.js';
import { firstOf, option, SubflowTalk } from '../capture/multipath-segments.js';
import { back, CID_C, CID_S, handshake, out as outwards, short } from '../capture/quic-packets.js';
import { transfer, twoCaptures } from '../capture/two-points.js';

const folder = mkdtempSync(join(tmpdir(), 'mooring-dataset-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shape = { segments: 60, everyUs: 1000, delayUs: () => 10_000, lost: new Set([20]), timestamps: true };
const [sender, receiver] = twoCaptures(transfer(shape));
const ping = pcap([
  { us: 0, bytes: ethernet(0x86dd, ipv6(58, echo(true, false, 1, 1))) },
  { us: 5000, bytes: ethernet(0x86dd, ipv6(58, echo(true, true, 1, 1), { src: 2, dst: 1 })) },
  { us: 9000, bytes: ethernet(0x86dd, ipv6(58, echo(true, false, 2, 1))) },
  // One side of a connection that nobody answers: no RTT, no rate.
  { us: 9500, bytes: frame({ flags: 'S', seq: 9 }) },
]);
const write = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const files = [write('sender.pcap', sender), write('receiver.pcap', receiver), write('ping.pcap', ping)];
// A connection of Multipath TCP that was opened by the host of the lower address, and one of QUIC.
const dss = (offset: number): number[] => option.dss({ start: firstOf(1, 1n), offset, length: 700 });
const transports = pcap([
  ...new SubflowTalk('10.0.0.1', 1000)
    .handshake(0, [option.capable(1), option.capable(1, 2n), option.capable(1, 1n, 2n)])
    .out(30, dss(1), { length: 700 }).packets,
  ...handshake(),
  outwards(40, short(CID_S, 1), { ecn: 3 }),
  back(60, short(CID_C, 1)),
]);
files.push(write('transports.pcap', transports));
const bad = write('bad.pcap', Buffer.from('no capture'));

interface Told {
  captures: Array<{ file: string; capture: string; status: string; rows?: Record<string, number>; error?: object }>;
}

function make(out: string, ...args: string[]): { status: number | null; told: Told; stderr: string } {
  const call = ['dist/cli.js', 'pcap', 'dataset', ...args, '--out', out, '--json'];
  const { status, stdout, stderr } = spawnSync(process.execPath, call, { encoding: 'utf8' });
  return { status, told: JSON.parse(stdout) as Told, stderr };
}

async function ask(sql: string): Promise<Array<Record<string, unknown>>> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson() as Array<Record<string, unknown>>;
  } finally {
    connection.closeSync();
  }
}

const out = join(folder, 'dataset');
const statuses = ({ captures }: Told): string[] => captures.map(({ status }) => status);
const tablesIn = (of: string): string[] => readdirSync(of, { recursive: true, encoding: 'utf8' }).sort();

test('a bad capture is told, the rest goes on, and the call ends with 1; with 2 where nothing could be read', () => {
  const { status, told, stderr } = make(out, files[0]!, bad, ...files.slice(1), join(folder, 'none.pcap'));
  expect(statuses(told)).toEqual(['written', 'failed', 'written', 'written', 'written', 'failed']);
  expect(status).toBe(1);
  expect(told.captures[1]!.error).toMatchObject({ code: 'MOORING_ERR_CAPTURE_UNKNOWN_FORMAT' });
  expect(stderr).toMatch(/failed: .*bad\.pcap is no capture/);
  expect(stderr).toMatch(/failed: .*none\.pcap: no such file/);
  expect(make(join(folder, 'nothing'), bad).status).toBe(2);
});

/** As `mooring query` asks. */
async function found(dataset: string, sql: string): Promise<object[]> {
  const result = await queryFolder(dataset, sql);
  const rows: object[] = [];
  for await (const row of result.rows()) rows.push(row);
  result.close();
  return rows;
}

test('the queries of the guide run and find something', async () => {
  const guide = readFileSync('docs/guide/datasets.md', 'utf8');
  const queries = [...guide.matchAll(/```sql\n([\s\S]*?)```/g)].map((match) => match[1]!);
  expect(queries.length).toBeGreaterThan(5);
  for (const query of queries)
    expect((await found(out, query.replaceAll("'dataset/", `'${out}/`))).length, query).toBeGreaterThan(0);
});

test('columns and types are those of the guide, in its order, and a table of a capture is one row group', async () => {
  const types: Record<string, string> = { text: 'VARCHAR', integer: 'BIGINT', float: 'DOUBLE', boolean: 'BOOLEAN' };
  const guide = readFileSync('docs/guide/datasets.md', 'utf8');
  for (const [, table, body] of guide.matchAll(/^### (\w+)\n([\s\S]*?)(?=^###|<!-- end)/gm)) {
    const rows = [...body!.matchAll(/^\| `(\w+)`\s*\| (\w+)/gm)].map(([, name, type]) => [name, types[type!]]);
    const found = await ask(`DESCRIBE SELECT * FROM '${out}/${table}/*.parquet'`);
    expect(found.map((row) => [row['column_name'], row['column_type']])).toEqual(rows);
    const groups = await ask(
      `SELECT file_name, count(DISTINCT row_group_id) AS n FROM parquet_metadata('${out}/${table}/*.parquet') GROUP BY 1`,
    );
    expect(groups.length).toBeGreaterThan(0);
    expect(new Set(groups.map(({ n }) => n))).toEqual(new Set(['1']));
  }
});

test('rows say what the analysis says, and null is what is not known', async () => {
  const call = ['dist/cli.js', 'pcap', 'flows', files[0]!, '--json'];
  const { connections } = JSON.parse(spawnSync(process.execPath, call, { encoding: 'utf8' }).stdout) as {
    connections: Array<Record<'forward' | 'backward', { packets: number; dataBytes: number; rtt: { p95Us: number } }>>;
  };
  const { forward, backward } = connections[0]!;
  const rows = await ask(
    `SELECT * FROM '${out}/flows/*.parquet' WHERE capture LIKE 'sender%' ORDER BY flow, direction DESC`,
  );
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatchObject({
    direction: 'forward',
    packets: String(forward.packets),
    dataBytes: String(forward.dataBytes),
    rttP95Us: forward.rtt.p95Us,
  });
  expect(rows[1]).toMatchObject({ direction: 'backward', packets: String(backward.packets), src: rows[0]!['dst'] });
  const silent = await ask(`SELECT * FROM '${out}/flows/*.parquet' WHERE capture LIKE 'ping%' ORDER BY direction`);
  // The side that never answered has no window, TTL, offer or time; the other one no RTT.
  expect(silent[0]).toMatchObject({ direction: 'backward', packets: '0', firstTtl: null, firstUs: null });
  expect(silent[0]).toMatchObject({ windowMinBytes: null, sackPermitted: null, mss: null });
  expect(silent[1]).toMatchObject({ rttSamples: '0', rttMinUs: null, rttP95Us: null, handshakeRttUs: null });
  expect(silent[1]).toMatchObject({ inFlightMaxBytes: null, cwndMeanBytes: null, firstUs: 9500 });
  const pings = await ask(`SELECT ident, replies, rttMinUs FROM '${out}/echoes/*.parquet' ORDER BY ident`);
  expect(pings).toEqual([
    { ident: '1', replies: '1', rttMinUs: 5000 },
    { ident: '2', replies: '0', rttMinUs: null },
  ]);
});

test('Multipath TCP and QUIC have tables of their own, and a subflow says which connection it is of', async () => {
  const multipath = await ask(`SELECT * FROM '${out}/multipath/*.parquet' ORDER BY direction DESC`);
  expect(multipath).toMatchObject([
    { direction: 'forward', multipath: '1', status: 'established', subflows: '1', dataBytes: '700', version: '1' },
    { direction: 'backward', dataBytes: null, reinjectedBytes: null, addresses: null },
  ]);
  const flows = await ask(
    `SELECT multipath, multipathDirection AS d FROM '${out}/flows/*.parquet' WHERE multipath = 1`,
  );
  expect(flows.map(({ d }) => d).sort()).toEqual(['backward', 'forward']);
  const quic = await ask(`SELECT * FROM '${out}/quic/*.parquet' ORDER BY direction DESC`);
  expect(quic).toMatchObject([
    {
      direction: 'forward',
      versions: 'v1',
      initialPackets: '1',
      oneRttPackets: '2',
      ceDatagrams: '1',
      handshakeRttUs: 20_000,
    },
    {
      direction: 'backward',
      src: '10.0.0.2',
      srcPort: '443',
      oneRttPackets: '1',
      ceDatagrams: '0',
      handshakeRttUs: 6000,
    },
  ]);
});

test('again: what is whole stays as it is; what changed, was asked otherwise or has no row in captures is read again', () => {
  const before = tablesIn(out);
  const times = before.map((name) => statSync(join(out, name)).mtimeMs);
  const again = make(out, ...files, files[0]!);
  expect([again.status, statuses(again.told)]).toEqual([0, ['kept', 'kept', 'kept', 'kept']]);
  expect(tablesIn(out).map((name) => statSync(join(out, name)).mtimeMs)).toEqual(times);
  // As a call that was killed between two files leaves it.
  rmSync(join(out, before.find((name) => /^captures.sender/.test(name))!));
  const half = join(out, `${before.find((name) => /^flows.receiver/.test(name))!}.0123abcd.part`);
  writeFileSync(half, 'half');
  utimesSync(half, 1, 1);
  const later = new Date(Date.now() + 60_000);
  utimesSync(files[1]!, later, later);
  expect(statuses(make(out, ...files).told)).toEqual(['written', 'written', 'kept', 'kept']);
  expect(statuses(make(out, ...files, '--port', '80').told)).toEqual(['written', 'written', 'written', 'written']);
  // The old rows are gone: a capture has one file a table.
  expect(tablesIn(out)).toHaveLength(before.length);
  expect(tablesIn(out).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('--top 0 makes no series of flows and no marks, --max-marks bounds them; standard input is refused', async () => {
  const bare = join(folder, 'bare');
  expect(make(bare, files[0]!, '--top', '0').told.captures[0]!.rows).toMatchObject({ flows: 2, marks: 0 });
  const few = join(folder, 'few');
  expect(make(few, files[0]!, '--max-marks', '5').told.captures[0]!.rows).toMatchObject({ marks: 5 });
  expect(Number((await ask(`SELECT marksDropped AS n FROM '${few}/captures/*.parquet'`))[0]!['n'])).toBeGreaterThan(0);
  const { status, stderr } = make(bare, '-');
  expect([status, stderr]).toEqual([2, expect.stringContaining('standard input')]);
});

test('a folder that takes no files ends it, and says so', () => {
  const file = write('a-file', Buffer.from(''));
  const { status, stderr } = make(file, files[0]!);
  expect([status, stderr]).toEqual([1, expect.stringContaining('a file stands where a folder is needed')]);
});

test('a write that fails midway, as on a full disk, leaves no parts', () => {
  const place = join(folder, 'full');
  expect(make(place, files[0]!).status).toBe(0);
  const [marks] = readdirSync(join(place, 'marks'));
  rmSync(join(place, 'captures', marks!));
  rmSync(join(place, 'marks', marks!));
  mkdirSync(join(place, 'marks', marks!, 'in the way'), { recursive: true });
  const call = ['dist/cli.js', 'pcap', 'dataset', files[0]!, '--out', place];
  const { status, stderr } = spawnSync(process.execPath, call, { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toContain('MOORING_ERR_FILE_UNWRITABLE');
  expect(tablesIn(place).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('what a killed writer left goes once nobody can be writing it', () => {
  const place = join(folder, 'killed');
  expect(make(place, files[0]!).status).toBe(0);
  const [marks] = readdirSync(join(place, 'marks'));
  rmSync(join(place, 'captures', marks!));
  const [old, fresh] = ['0123abcd', '89abcdef'].map((own) => join('marks', `${marks}.${own}.part`));
  for (const part of [old!, fresh!]) writeFileSync(join(place, part), 'half');
  utimesSync(join(place, old!), 1, 1);
  expect(make(place, files[0]!).status).toBe(0);
  expect(tablesIn(place).filter((name) => name.endsWith('.part'))).toEqual([fresh]);
  // Its capture was made again since, and is not written any more.
  utimesSync(join(place, fresh!), 1, 1);
  expect(statuses(make(place, files[0]!).told)).toEqual(['kept']);
  expect(tablesIn(place).filter((name) => name.endsWith('.part'))).toEqual([]);
});
