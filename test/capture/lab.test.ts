import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type Connection, replayCapture } from '../../src/capture/index.js';
import { openCaptureFiles } from '../../src/node/index.js';
import { compileOrThrow } from '../../src/program/index.js';

const FOLDER = '../shared/captures';
const FILE = `${FOLDER}/lab.snd.s200.pcap.gz`;
const here = existsSync(FILE);
if (!here) console.log(`lab capture: skipped, ${FILE} is not here`);

interface Truth {
  readonly packets: number;
  readonly tcpConnections: number;
  readonly icmpEcho: ReadonlyArray<{
    family: number;
    requests: number;
    replies: number;
    rttMs: { min: number; avg: number; max: number };
  }>;
  readonly bulkFlows: ReadonlyArray<{
    src: string;
    srcPort: number;
    dst: string;
    dstPort: number;
    dataPackets: number;
    dataBytes: number;
    retransmittedPackets: number;
    rttSamples: number;
    rttMinMs: number;
    rttAvgMs: number;
    rttMaxMs: number;
  }>;
}

const truth = here ? (JSON.parse(readFileSync(`${FOLDER}/lab.truth.json`, 'utf8')) as Truth) : undefined;
const canonical = (address: string): string => address.replace('::000', '::');

test.skipIf(!here)('the lab capture: connections, retransmissions and RTT as tcptrace has them', async () => {
  const { totals, connections, warnings } = await (await openCaptureFiles(FILE)).analyse();
  expect(warnings).toEqual([]);
  expect([totals.packets, connections.length]).toEqual([truth!.packets, truth!.tcpConnections]);
  const all = [...connections];
  const ends = (c: Connection): string => `${c.src} ${c.srcPort} ${c.dst} ${c.dstPort}`;
  for (const flow of truth!.bulkFlows) {
    const [src, dst] = [canonical(flow.src), canonical(flow.dst)];
    const ahead = all.find((c) => ends(c) === `${src} ${flow.srcPort} ${dst} ${flow.dstPort}`);
    const found =
      ahead?.forward ?? all.find((c) => ends(c) === `${dst} ${flow.dstPort} ${src} ${flow.srcPort}`)!.backward;
    expect([found.dataPackets, found.dataBytes, found.retransmittedPackets]).toEqual([
      flow.dataPackets,
      flow.dataBytes,
      flow.retransmittedPackets,
    ]);
    // tcptrace prints tenths of a millisecond, cut off.
    expect(Math.abs(found.rtt.samples - flow.rttSamples)).toBeLessThanOrEqual(0.02 * flow.rttSamples);
    expect(Math.abs(found.rtt.meanUs! / 1000 - flow.rttAvgMs)).toBeLessThanOrEqual(0.02 * flow.rttAvgMs + 0.1);
    expect(Math.abs(found.rtt.minUs! / 1000 - flow.rttMinMs)).toBeLessThan(0.11);
    expect(Math.abs(found.rtt.maxUs! / 1000 - flow.rttMaxMs)).toBeLessThan(0.11);
    const { fast, timeout, tailProbe, unneeded, other, duplicateFrames } = found.retransmissions;
    expect(fast + timeout + tailProbe + unneeded + other + duplicateFrames).toBe(flow.retransmittedPackets);
  }
});

// ping left before the answer to its last request came (it arrives 79.6 ms later), so the capture
// holds one reply more on each family than ping counted. What is in the capture is counted here
// from its bytes.
test.skipIf(!here)('the lab capture: echoes as ping and the bytes have them', async () => {
  const { echoes } = await (await openCaptureFiles(FILE)).echoes();
  const held = countEchoes(gunzipSync(readFileSync(FILE)));
  for (const { family, requests, replies, rttMs } of truth!.icmpEcho) {
    const found = echoes.filter((echo) => echo.family === family);
    expect(found).toHaveLength(1);
    expect([found[0]!.requests, found[0]!.replies]).toEqual([held[family]!.requests, held[family]!.replies]);
    expect(found[0]!.requests).toBe(requests);
    expect(found[0]!.replies - replies).toBe(1);
    expect(Math.abs(found[0]!.rttUs.min / 1000 - rttMs.min)).toBeLessThan(0.1);
    expect(Math.abs(found[0]!.rttUs.mean / 1000 - rttMs.avg)).toBeLessThan(0.1);
    expect(Math.abs(found[0]!.rttUs.max / 1000 - rttMs.max)).toBeLessThan(0.1);
  }
});

test.skipIf(!here)('the lab capture: series add up to the connection', async () => {
  const capture = await openCaptureFiles(FILE);
  const series = await capture.series({ connection: 7, marks: true, binUs: 100_000 });
  const { forward } = series.connection;
  const bytes = series.forward.throughputBytesPerSecond.reduce((sum, rate) => sum + (rate * series.binUs) / 1e6, 0);
  expect(Math.round(bytes)).toBe(forward.dataBytes);
  const kinds = (kind: number): number => series.marks!.kind.reduce((sum, one) => sum + (one === kind ? 1 : 0), 0);
  expect(kinds(1)).toBe(forward.retransmittedPackets);
  expect(series.marksDropped).toBe(0);
});

test.skipIf(!here)('the lab capture: a program replayed over a flow reports what was acknowledged', async () => {
  const program = compileOrThrow(`
    (def (Report (volatile acked 0) (volatile lost 0)))
    (when true
      (:= Report.acked (+ Report.acked Ack.bytes_acked))
      (:= Report.lost (+ Report.lost Ack.lost_pkts_sample))
      (fallthrough))
    (when (> Micros 100000) (report) (:= Micros 0))`);
  const { connection, reports, errors, direction } = await replayCapture(await openCaptureFiles(FILE), {
    connection: 7,
    program,
  });
  expect([direction, errors]).toEqual(['forward', {}]);
  const acked = reports.reduce((sum, { fields }) => sum + Number(fields['acked']), 0);
  expect(reports.length).toBeGreaterThan(100);
  // The SYN's number is acknowledged too; what comes after the last report is not in one.
  expect(acked).toBeLessThanOrEqual(connection.forward.ackedBytes + 2);
  expect(acked).toBeGreaterThan(0.95 * connection.forward.ackedBytes);
  expect(reports.reduce((sum, { fields }) => sum + Number(fields['lost']), 0)).toBeGreaterThan(1000);
});

function countEchoes(file: Uint8Array): Record<number, { requests: number; replies: number }> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const counts: Record<number, { requests: number; replies: number }> = {
    4: { requests: 0, replies: 0 },
    6: { requests: 0, replies: 0 },
  };
  for (let at = 24; at < file.length; at += 16 + view.getUint32(at + 8, true)) {
    const type = view.getUint16(at + 28);
    const icmp = type === 0x0800 && file[at + 39] === 1 ? file[at + 50] : undefined;
    const icmp6 = type === 0x86dd && file[at + 36] === 58 ? file[at + 70] : undefined;
    if (icmp === 8) counts[4]!.requests += 1;
    if (icmp === 0) counts[4]!.replies += 1;
    if (icmp6 === 128) counts[6]!.requests += 1;
    if (icmp6 === 129) counts[6]!.replies += 1;
  }
  return counts;
}
