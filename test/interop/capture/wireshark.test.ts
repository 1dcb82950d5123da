import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCapture } from 'mooring/node';
import { afterAll, describe, expect, test } from 'vitest';
import { conversations, ipPackets } from './conversation.js';
import { carriers, pcap } from './frames.js';

// The same captures read by us and by tshark: one of each conversation in each encapsulation.

const tshark = spawnSync('tshark', ['--version'], { encoding: 'utf8' });
const folder = mkdtempSync(join(tmpdir(), 'mooring-wireshark-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
if (tshark.status !== 0) console.log('skipped: tshark is not installed (Debian: apt-get install tshark)');

interface Side {
  packets: number;
  dataBytes: number;
  retransmitted: number;
  rttUs: number[];
}

const cases = carriers.flatMap((carrier) => ([4, 6] as const).flatMap((family) => conversations.map((conversation) => ({ carrier, family, conversation }))));

describe.skipIf(tshark.status !== 0)('tshark and we agree', () => {
  test.each(cases.map((one) => ({ ...one, title: `${one.carrier.name}, IPv${one.family}, ${one.conversation.name}` })))('$title', async ({ carrier, family, conversation }) => {
    const records = ipPackets(conversation, family).map(({ timeUs, frame }) => ({ timeUs, frame: carrier.wrap(frame, family) }));
    const file = join(folder, 'one.pcap');
    writeFileSync(file, pcap(carrier.linkType, records));

    const analysis = await (await openCapture(file)).analyse();
    expect(analysis.warnings).toEqual([]);
    expect(analysis.connections.length).toBe(1);
    const ours = analysis.connections.at(0)!;
    const theirs = readTshark(file, carrier.tshark ?? []);

    expect([ours.forward.packets, ours.backward.packets]).toEqual([theirs.forward.packets, theirs.backward.packets]);
    expect([ours.forward.dataBytes, ours.backward.dataBytes]).toEqual([theirs.forward.dataBytes, theirs.backward.dataBytes]);
    expect(ours.forward.retransmittedPackets).toBe(conversation.retransmitted);
    // docs/guide/tcp-analysis.md, "Where tshark differs": a segment that was overtaken counts as one
    // resent when it comes later than 3 ms after the highest, and the other way about.
    expect(theirs.forward.retransmitted).toBe(conversation.retransmitted);
    expect(ours.forward.handshakeRttUs).toBe(40_000);
  });
});

function readTshark(file: string, settings: readonly string[]): { forward: Side; backward: Side } {
  const fields = ['tcp.srcport', 'tcp.len', 'tcp.analysis.retransmission', 'tcp.analysis.fast_retransmission', 'tcp.analysis.ack_rtt'];
  const out = execFileSync('tshark', ['-r', file, ...settings, '-Y', 'tcp', '-T', 'fields', ...fields.flatMap((field) => ['-e', field])], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const side = (): Side => ({ packets: 0, dataBytes: 0, retransmitted: 0, rttUs: [] });
  const sides = { forward: side(), backward: side() };
  for (const line of out.trimEnd().split('\n')) {
    const [port, length, retransmission, fast, rtt] = line.split('\t');
    const one = port === '40000' ? sides.forward : sides.backward;
    one.packets += 1;
    one.dataBytes += Number(length);
    if (retransmission || fast) one.retransmitted += 1;
    if (rtt) one.rttUs.push(Number(rtt) * 1e6);
  }
  return sides;
}
