import { expect, test, vi } from 'vitest';
import { openCapture } from '../../src/capture/index.js';
import { tellFlows } from '../../src/cli/pcap/flows.js';
import { type Packet, pcap } from '../capture/build.js';
import { firstOf, hmacOf, option, SubflowTalk, tokenOf } from '../capture/multipath-segments.js';
import { back, CID_C, CID_S, handshake, out, short } from '../capture/quic-packets.js';

const [A, B] = [1n, 2n];

function multipath(): Packet[] {
  const one = new SubflowTalk('10.0.0.1', 1000)
    .handshake(0, [option.capable(1), option.capable(1, B), option.capable(1, A, B)])
    .out(30, option.dss({ start: firstOf(1, A), length: 700 }), { length: 700 })
    .back(40, option.addAddress(2, [10, 0, 9, 2]))
    .out(50, option.fail(1n))
    .out(60, [30, 4, 0xf0, 0])
    .out(70, [30, 5, 0x20, 0, 0]);
  const two = new SubflowTalk('10.0.1.1', 1001).handshake(50, [
    option.joinSyn(1, tokenOf(1, B), 3, true),
    option.joinAnswer(2, hmacOf(1, [B, A], [4, 3]), 4),
    option.joinAck(Array<number>(20).fill(9)),
  ]);
  return [...one.packets, ...two.out(90, option.reset(4), { flags: 'RA' }).packets];
}

async function told(packets: readonly Packet[], options: Parameters<typeof tellFlows>[1] = {}): Promise<string> {
  const analysis = await (await openCapture(pcap([...packets].sort((a, b) => a.us - b.us)))).analyse();
  let text = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk, ...rest) => {
    text += String(chunk);
    (rest.at(-1) as (() => void) | undefined)?.();
    return true;
  });
  try {
    await tellFlows(analysis, options);
  } finally {
    write.mockRestore();
  }
  return text;
}

test('Multipath TCP: a line for the connection, one for each subflow, and what was counted besides', async () => {
  const text = await told(multipath());
  expect(text).toMatch(/^1 +2 subflows +version 1, fallback +700 B +– /m);
  expect(text).toMatch(/^ +flow 1 +initial +700 B/m);
  expect(text).toMatch(/^ +flow 2 +join, backup, not authentic, reset: outstanding-data +0 B/m);
  expect(text).toMatch(/^ +→ +1 MP_FAIL, 1 MP_TCPRST, 1 of another subtype, 1 malformed/m);
  expect(text).toMatch(/^ +← +offers 10\.0\.9\.2 \(2\)/m);
  expect(text).not.toContain('QUIC');
});

test('QUIC: two lines for a connection with every count that is not 0', async () => {
  const text = await told([
    ...handshake(0x6b3343cf),
    out(60, short(CID_S, 1), { ecn: 3 }),
    back(80, short(CID_C, 1), { ecn: 2 }),
    out(61, Uint8Array.of(1, 2, 3)),
  ]);
  expect(text).toMatch(
    /^1 +→ +10\.0\.0\.1:50000 → 10\.0\.0\.2:443 +1 Initial, 1 Handshake, 2 1-RTT +1 CE +handshake 20\.0 ms \+ 6\.00 ms, /m,
  );
  expect(text).toMatch(/1 no packets of it +3 /);
  expect(text).toMatch(/^ +← +v2 +1 Initial, 1 Handshake, 1 1-RTT +1 ECT\(0\) /m);
});

test('--json has both; --flow keeps the connection that the flow is of', async () => {
  const all = JSON.parse(await told([...multipath(), ...handshake()], { json: true })) as {
    multipath: { connections: object[] };
    quic: { connections: object[] };
    connections: Array<{ multipath: number | null }>;
  };
  expect([all.multipath.connections.length, all.quic.connections.length]).toEqual([1, 1]);
  expect(all.connections.map((c) => c.multipath)).toEqual([1, 1]);
  const plain = new SubflowTalk('10.0.3.1', 3000).handshake(200, [[], [], []]);
  const one = JSON.parse(await told([...multipath(), ...plain.packets], { json: true, flow: 3 })) as typeof all;
  expect(one.multipath.connections).toEqual([]);
  expect(one.connections.map((c) => c.multipath)).toEqual([null]);
});
