import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { xplotGraphs } from 'mooring/capture';
import { openCaptureFiles } from 'mooring/node';
import { afterAll, describe, expect, test } from 'vitest';
import { ipPackets } from './conversation.js';
import { ethernet, pcap } from './frames.js';

// The same captures read by us and by tcptrace, whose counts of resent packets and RTT samples are
// what papers quote.

const LAB = '../shared/captures/lab.snd.s200.pcap.gz';
const installed = spawnSync('tcptrace', ['--help']).error === undefined;
const folder = mkdtempSync(join(tmpdir(), 'mooring-tcptrace-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
if (!installed) console.log('skipped: tcptrace is not installed (Debian: apt-get install tcptrace)');

describe.skipIf(!installed)('tcptrace and we agree', () => {
  test.each([4, 6] as const)('on conversations with known faults, IPv%d', async (family) => {
    const file = join(folder, `known-${family}.pcap`);
    const type = family === 4 ? 0x0800 : 0x86dd;
    writeFileSync(
      file,
      pcap(
        1,
        ipPackets(family).map(({ timeUs, frame }) => ({ timeUs, frame: ethernet(type, frame) })),
      ),
    );
    expect(await readOurs(file)).toEqual(readTcptrace(file));
  });

  test.skipIf(!existsSync(LAB))('on every connection of a real capture', async () => {
    const file = join(folder, 'lab.pcap');
    writeFileSync(file, gunzipSync(readFileSync(LAB)));
    const ours = await readOurs(file);
    const theirs = readTcptrace(file);
    expect(ours.length).toBe(theirs.length);
    expect(ours).toEqual(theirs);
  });

  test.skipIf(!existsSync(LAB))('in what a sequence graph for xplot has of ACKs and of resent segments', async () => {
    writeFileSync(join(folder, 'graph.pcap'), gunzipSync(readFileSync(LAB)));
    execFileSync('tcptrace', ['-S', 'graph.pcap'], { cwd: folder, stdio: 'ignore' });
    const capture = await openCaptureFiles(join(folder, 'graph.pcap'));
    const { connections } = await capture.analyse();
    const busiest = [...connections].sort((a, b) => b.forward.dataBytes - a.forward.dataBytes)[0]!;
    const [graph] = xplotGraphs(await capture.series({ connection: busiest.number, marks: true }));
    const ours = [...graph!.text()].join('');
    const theirs = readdirSync(folder)
      .filter((name) => name.endsWith('_tsg.xpl'))
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .find((text) => text.split('\n')[2] === ours.split('\n')[2])!;
    const count = (text: string, word: string): number => text.split('\n').filter((line) => line === word).length;
    expect(count(ours, 'R')).toBeGreaterThan(0);
    expect(count(ours, 'R')).toBe(count(theirs, 'R'));
    // Ours begins with the ACK of the handshake, theirs with the one after it.
    expect(count(ours, 'green') - count(theirs, 'green')).toBeLessThanOrEqual(1);
    expect(ours.split('\n')[0]).toBe(theirs.split('\n')[0]);
  });
});

interface Row {
  readonly port: number;
  readonly packets: number;
  readonly dataPackets: number;
  readonly dataBytes: number;
  readonly retransmitted: number;
  readonly rttSamples: number;
}

async function readOurs(file: string): Promise<Row[]> {
  const { connections } = await (await openCaptureFiles(file)).analyse();
  return [...connections].map(({ srcPort, forward }) => ({
    port: srcPort,
    packets: forward.packets,
    dataPackets: forward.dataPackets,
    dataBytes: forward.dataBytes,
    retransmitted: forward.retransmittedPackets,
    rttSamples: forward.rtt.samples,
  }));
}

function readTcptrace(file: string): Row[] {
  const out = execFileSync('tcptrace', ['-n', '-l', '-r', '--csv', file], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines = out.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const header = lines[0]!.split(',').map((name) => name.trim());
  const at = (name: string): number => {
    const index = header.indexOf(name);
    if (index < 0) throw new Error(`tcptrace prints no column ${name}: ${header.join(' ')}`);
    return index;
  };
  return lines.slice(1).map((line) => {
    const cell = line.split(',').map((text) => text.trim());
    const get = (name: string): number => Number(cell[at(name)]);
    return {
      port: get('port_a'),
      packets: get('total_packets_a2b'),
      dataPackets: get('actual_data_pkts_a2b'),
      dataBytes: get('actual_data_bytes_a2b'),
      retransmitted: get('rexmt_data_pkts_a2b'),
      rttSamples: get('RTT_samples_a2b'),
    };
  });
}
