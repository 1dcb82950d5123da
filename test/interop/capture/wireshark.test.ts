import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCaptureFiles } from 'mooring/node';
import { afterAll, describe, expect, test } from 'vitest';
import { clientPort, conversations, ipPackets } from './conversation.js';
import { carriers, pcap } from './frames.js';

// The same captures read by us and by tshark: every conversation in every encapsulation.

const tshark = spawnSync('tshark', ['--version'], { encoding: 'utf8' });
const folder = mkdtempSync(join(tmpdir(), 'mooring-wireshark-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
if (tshark.status !== 0) console.log('skipped: tshark is not installed (Debian: apt-get install tshark)');

const cases = carriers.flatMap((carrier) =>
  ([4, 6] as const).map((family) => ({ carrier, family, title: `${carrier.name}, IPv${family}` })),
);

describe.skipIf(tshark.status !== 0)('tshark and we agree', () => {
  test.each(cases)('$title', async ({ carrier, family }) => {
    const records = ipPackets(family).map(({ timeUs, frame }) => ({ timeUs, frame: carrier.wrap(frame, family) }));
    const file = join(folder, 'one.pcap');
    writeFileSync(file, pcap(carrier.linkType, records));

    const { connections, warnings } = await (await openCaptureFiles(file)).analyse();
    expect(warnings).toEqual([]);
    const ours = [...connections].map(({ srcPort, forward, backward }) => ({
      conversation: conversations[srcPort - clientPort(0)]?.name,
      packets: [forward.packets, backward.packets],
      dataBytes: [forward.dataBytes, backward.dataBytes],
      retransmitted: forward.retransmittedPackets,
    }));
    expect(ours).toEqual(readTshark(file, carrier.tshark ?? []));
    expect(ours.map(({ retransmitted }) => retransmitted)).toEqual(
      conversations.map(({ retransmitted }) => retransmitted),
    );
    expect([...connections].map(({ forward }) => forward.handshakeRttUs)).toEqual(conversations.map(() => 40_000));
  });
});

interface Counted {
  readonly conversation: string;
  readonly packets: [number, number];
  readonly dataBytes: [number, number];
  retransmitted: number;
}

function readTshark(file: string, settings: readonly string[]): Counted[] {
  const fields = [
    'tcp.srcport',
    'tcp.dstport',
    'tcp.len',
    'tcp.analysis.retransmission',
    'tcp.analysis.fast_retransmission',
  ];
  const args = ['-r', file, ...settings, '-Y', 'tcp', '-T', 'fields', ...fields.flatMap((field) => ['-e', field])];
  const out = execFileSync('tshark', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const counted: Counted[] = conversations.map(({ name }) => ({
    conversation: name,
    packets: [0, 0],
    dataBytes: [0, 0],
    retransmitted: 0,
  }));
  for (const line of out.trimEnd().split('\n')) {
    const [from, to, length, retransmission, fast] = line.split('\t');
    const side = to === '5201' ? 0 : 1;
    const one = counted[Number(side === 0 ? from : to) - clientPort(0)];
    if (!one) throw new Error(`tshark names no port of ours: ${line}`);
    one.packets[side] += 1;
    one.dataBytes[side] += Number(length);
    if (retransmission || fast) one.retransmitted += 1;
  }
  return counted;
}
