import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { type CounterColumn, DIRECTION_COUNTERS, openCapture } from '../../src/capture/index.js';
import { showFlows } from '../../src/cli/pcap/flows.js';
import type { Packet } from '../capture/build.js';
import { ethernet, ipv4, pcap, tcp } from '../capture/build.js';
import { ack, Conversation, data } from '../capture/conversation.js';

// A counter that is not 0 is seen without asking for it: in the table of `flows`, in the last column of the page.

const folder = mkdtempSync(join(tmpdir(), 'mooring-counters-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function begun(): Conversation {
  return new Conversation().handshake().out(41, data(0)).back(81, ack(1));
}

function burst(count: number): Conversation {
  const talk = begun();
  for (let i = 1; i <= count; i += 1) talk.out(100 + i * 0.1, data(i));
  return talk;
}

function fragmented(): Packet[] {
  const segment = tcp({ seq: 1001, ack: 5001, length: 980, srcPort: 1000, dstPort: 80 });
  return [0, 1].map((part) => ({
    us: 100_000 + part,
    bytes: ethernet(
      0x0800,
      ipv4(6, segment.subarray(part * 504, (part + 1) * 504), { id: 5, fragment: part ? 63 : 0x2000 }),
    ),
  }));
}

const dups = (talk: Conversation): Conversation =>
  [0, 1, 2, 3].reduce((all, i) => all.back(141 + i * 0.1, ack(1)), talk);
const resent = dups(burst(5)).out(142, data(1)).back(182, ack(6)).packets;
const timedOut = burst(3).out(450, data(1)).back(490, ack(2)).out(491, data(2)).packets;
const echoes = new Conversation()
  .handshake()
  .out(41, data(0, { ts: [100, 1] }))
  .out(500, data(0, { ts: [559, 1] }))
  .back(510, ack(1, { ts: [1, 100] })).packets;
const late = begun().out(100, data(1)).back(141, ack(3)).out(141.1, data(2)).packets;
const ecn = begun()
  .out(100, data(1, { ecn: 3, flags: 'AC' }))
  .back(141, ack(2, { flags: 'AE' })).packets;
function withAe(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[46]! |= 1;
  return copy;
}

const accecn = ((): Packet[] => {
  const talk = new Conversation();
  for (let i = 0; i < 3; i += 1) {
    talk.out(i * 50, data(i));
    talk.back(i * 50 + 40, ack(i + 1, { flags: i ? 'ACE' : 'AE', options: [172, 8, 0, 0, 1, 0, 0, i * 200] }));
  }
  // The AE bit of what comes back first: 101, then 111, two marks.
  return talk.packets.map(({ us, bytes }, i) => ({ us, bytes: i % 2 ? withAe(bytes) : bytes }));
})();

const CAPTURES: Readonly<Record<CounterColumn, readonly Packet[]>> = {
  retransmittedPackets: resent,
  fastRetransmissions: resent,
  duplicateAcks: resent,
  tripleDuplicateAcks: resent,
  postLossAcks: resent,
  timeoutRetransmissions: timedOut,
  timeouts: timedOut,
  ambiguousAcks: burst(1).out(450, data(1)).back(490, ack(2)).packets,
  tailLossProbes: burst(2).out(190, data(2)).packets,
  unneededRetransmissions: begun().out(200, data(0)).packets,
  otherRetransmissions: burst(3).out(103, data(2)).packets,
  spuriousByDsack: burst(2)
    .out(450, data(1))
    .back(455, ack(3))
    .back(460, ack(3, { sack: [[1001, 2001]] })).packets,
  dsackPackets: burst(2)
    .out(450, data(1))
    .back(455, ack(3))
    .back(460, ack(3, { sack: [[1001, 2001]] })).packets,
  spuriousByTimestamps: echoes,
  upstreamRetransmissions: begun().out(100, data(2)).out(160, data(1)).packets,
  reorderedPackets: begun().out(100, data(2)).out(100.1, data(1)).packets,
  sackPackets: burst(3).back(141, ack(1, { sack: [[2001, 4001]] })).packets,
  zeroWindows: begun().back(90, ack(1, { window: 0 })).packets,
  zeroWindowProbes: begun()
    .back(90, ack(1, { window: 0 }))
    .out(300, { seq: 1001, length: 1, ack: 5001 }).packets,
  keepAlives: begun().out(9000, { seq: 1000, ack: 5001 }).packets,
  resets: begun().out(100, { flags: 'R', seq: 1001 }).packets,
  fins: begun().out(100, { flags: 'FA', seq: 1001, ack: 5001 }).packets,
  syns: begun().packets,
  pureAcks: begun().packets,
  fragments: [...begun().packets, ...fragmented()],
  outOfWindowPackets: begun().out(100, { seq: 500_000_000, length: 9, ack: 5001 }).packets,
  capturedTwice: begun().packets.flatMap(({ us, bytes }) => [
    { us, bytes },
    { us: us + 9, bytes },
  ]),
  duplicateFrames: begun().packets.flatMap(({ us, bytes }) => [
    { us, bytes },
    { us: us + 9, bytes },
  ]),
  gaps: begun().back(141, ack(3)).packets,
  gapBytes: begun().back(141, ack(3)).packets,
  lateCapturedPackets: late,
  ectPackets: ecn,
  cePackets: ecn,
  ecePackets: ecn,
  cwrPackets: ecn,
  ceReportedPackets: accecn,
  ceReportedBytes: accecn,
};

async function printed(run: () => Promise<void>): Promise<string> {
  let text = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    await run();
  } finally {
    write.mockRestore();
  }
  return text;
}

test('every counter that is not 0 is seen in the table of flows', async () => {
  for (const { column, label, of } of DIRECTION_COUNTERS) {
    const bytes = pcap(CAPTURES[column], { nano: true });
    const { connections } = await (await openCapture(bytes)).analyse();
    const c = connections.at(0)!;
    const values = [of(c.forward), of(c.backward)].filter((value) => value > 0);
    expect([column, values.length > 0]).toEqual([column, true]);
    // The page has the same words from the columns.
    for (const side of ['forward', 'backward'] as const) {
      expect([column, Math.max(0, connections.column(side, column)[0]!)]).toEqual([column, of(c[side])]);
    }
    const path = join(folder, `${column}.pcap`);
    writeFileSync(path, bytes);
    const stdout = await printed(() => showFlows([path], { progress: false }));
    for (const value of values)
      expect([column, stdout]).toEqual([column, expect.stringContaining(`${value} ${label}`)]);
  }
});
