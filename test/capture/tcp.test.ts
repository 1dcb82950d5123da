import { expect, test } from 'vitest';
import { openCapture } from '../../src/capture/index.js';
import { echo, ethernet, ipv4, ipv6, type Packet, pcap, type Tcp } from './build.js';
import { ack, Conversation, data, MSS } from './conversation.js';

const RTT = 40_000;

/** Handshake, one segment and its ACK, so that an RTT is known; then `count` segments at 100 ms. */
function begun(count: number): Conversation {
  const talk = new Conversation().handshake().out(41, data(0)).back(81, ack(1));
  for (let i = 1; i <= count; i += 1) talk.out(100 + i * 0.1, data(i));
  return talk;
}

test('handshake, RTT, throughput and window scaling', async () => {
  const c = await begun(2).back(141, ack(3)).analyse();
  expect([c.complete, c.ending]).toEqual([true, 'open']);
  expect(c.forward.handshakeRttUs).toBe(RTT);
  expect(c.forward.rtt.samples).toBe(3);
  expect(c.forward.rtt.minUs).toBeCloseTo(RTT, 0);
  expect([c.forward.dataBytes, c.forward.uniqueBytes, c.forward.ackedBytes]).toEqual([3000, 3000, 3000]);
  expect([c.forward.options.windowScale, c.backward.options.windowScale, c.forward.options.mss]).toEqual([7, 2, 1460]);
  expect([c.forward.window.maxBytes, c.backward.window.maxBytes]).toEqual([1000 << 7, 1000 << 2]);
  expect(c.forward.inFlight.maxBytes).toBe(2000);
});

test('three duplicate ACKs make a fast retransmission; its ACK gives no RTT sample (Karn)', async () => {
  const talk = begun(5);
  for (let i = 0; i < 4; i += 1) talk.back(141 + i * 0.1, ack(1));
  const c = await talk.out(142, data(1)).back(182, ack(6)).analyse();
  expect([c.forward.retransmittedPackets, c.forward.retransmissions.fast]).toEqual([1, 1]);
  expect([c.backward.duplicateAcks, c.backward.tripleDuplicateAcks]).toEqual([4, 1]);
  expect(c.forward.rtt.samples).toBe(2);
  expect(c.forward.rtt.postLossAcks).toBe(1);
});

test('SACK takes what arrived out of flight, and losses three segments below it', async () => {
  const talk = begun(6).back(141, ack(1, { sack: [[2001, 5001]] }));
  const c = await talk.out(142, data(1)).analyse();
  expect(c.backward.sackPackets).toBe(1);
  expect(c.forward.retransmissions.fast).toBe(1);
  // Six outstanding: three SACKed; the lost one is back in flight.
  expect(c.forward.inFlight.maxBytes).toBe(6000);
  expect(c.forward.cwnd.lastBytes).toBe(1000);
});

test('silence and the first segment again is a timeout, and what follows belongs to it', async () => {
  const c = await begun(3).out(450, data(1)).back(490, ack(2)).out(491, data(2)).analyse();
  expect([c.forward.retransmissions.timeout, c.forward.retransmissions.timeouts]).toEqual([2, 1]);
});

test('the last segment again after two RTTs is a tail loss probe (RFC 8985 7)', async () => {
  const c = await begun(2).out(190, data(2)).analyse();
  expect(c.forward.retransmissions.tailProbe).toBe(1);
});

test('a DSACK tells a retransmission was spurious (RFC 2883)', async () => {
  const talk = begun(2)
    .out(450, data(1))
    .back(455, ack(3))
    .back(460, ack(3, { sack: [[1001, 2001]] }));
  const c = await talk.analyse();
  expect([c.backward.dsackPackets, c.forward.retransmissions.spuriousByDsack]).toEqual([1, 1]);
});

test('an echo of a time before the retransmission tells the same (RFC 3522), once', async () => {
  const talk = new Conversation()
    .handshake()
    .out(41, data(0, { ts: [100, 1] }))
    .out(500, data(0, { ts: [559, 1] }))
    .back(510, ack(1, { ts: [1, 100] }))
    .back(520, ack(1, { ts: [1, 100], sack: [[1, 1001]] }));
  const c = await talk.analyse();
  expect(c.forward.retransmissions).toMatchObject({ spuriousByTimestamps: 1, spuriousByDsack: 0 });
  expect(c.forward.timestampRtt.samples).toBe(1);
});

test('a segment overtaken on its way is reordered; one resent before the capture point is not', async () => {
  const swap = await new Conversation().handshake().out(41, data(1)).out(41.1, data(0)).analyse();
  expect([swap.forward.reorderedPackets, swap.forward.retransmittedPackets]).toEqual([1, 0]);
  const late = await new Conversation()
    .handshake()
    .out(41, data(1, { ts: [10, 1] }))
    .out(41.5, data(0, { ts: [20, 1] }))
    .analyse();
  expect([late.forward.reorderedPackets, late.forward.upstreamRetransmissions]).toEqual([0, 1]);
});

test('data acknowledged but never seen is a gap of the capture', async () => {
  const c = await begun(0).out(100, data(1)).out(100.2, data(3)).back(141, ack(4)).analyse();
  expect(c.forward.captureGaps).toEqual({ ranges: 1, bytes: 1000, latePackets: 0 });
  const late = await begun(0).out(100, data(1)).back(141, ack(3)).out(141.1, data(2)).analyse();
  expect(late.forward.captureGaps).toEqual({ ranges: 0, bytes: 0, latePackets: 1 });
  expect(late.forward.retransmittedPackets).toBe(0);
});

test('zero window, its probes, and keep-alives', async () => {
  const c = await begun(1)
    .back(141, ack(2, { window: 0 }))
    .out(400, { seq: 2001, length: 1, ack: 5001 })
    .back(440, ack(2, { window: 0 }))
    .out(900, { seq: 2001, length: 1, ack: 5001 })
    .back(940, { seq: 5001, ack: 2002 })
    .out(9000, { seq: 2001, ack: 5001 })
    .analyse();
  expect([c.backward.zeroWindows, c.forward.zeroWindowProbes, c.forward.keepAlives]).toEqual([2, 2, 1]);
  expect(c.forward.retransmittedPackets).toBe(0);
});

test('ports used again make two connections', async () => {
  const first = new Conversation().handshake().out(50, { flags: 'R', seq: 1 });
  const second = new Conversation().handshake(90_000);
  const later = second.packets.map(({ us, bytes }) => ({ us: us + 1e6, bytes }));
  const { connections } = await (await openCapture(pcap([...first.packets, ...later]))).analyse();
  expect([...connections].map(({ ending }) => ending)).toEqual(['reset', 'open']);
});

test('a SYN sent again is the same connection, and its handshake no RTT', async () => {
  const c = await new Conversation().out(0, { flags: 'S', seq: 9 }).out(1000, { flags: 'S', seq: 9 }).analyse();
  expect([c.ending, c.forward.syns, c.forward.retransmittedPackets, c.forward.handshakeRttUs]).toEqual([
    'unanswered',
    2,
    1,
    -1,
  ]);
});

test('endings: closed, half-closed, refused', async () => {
  const fin: Tcp = { flags: 'FA', seq: 1, ack: 5001 };
  const half = new Conversation().handshake().out(50, fin);
  expect((await half.analyse()).ending).toBe('half-closed');
  expect((await half.back(90, { flags: 'FA', seq: 5001, ack: 2 }).analyse()).ending).toBe('closed');
  const refused = new Conversation().out(0, { flags: 'S', seq: 1 }).back(1, { flags: 'RA', seq: 0, ack: 2 });
  expect((await refused.analyse()).ending).toBe('refused');
});

test('columns say what the connections say, in their order', async () => {
  const first = new Conversation().handshake().out(50, { flags: 'R', seq: 1 });
  const later = new Conversation().handshake(90_000).out(60, data(90)).packets;
  const moved = later.map(({ us, bytes }) => ({ us: us + 1e6, bytes }));
  const { connections } = await (await openCapture(pcap([...first.packets, ...moved]))).analyse();
  const rows = [...connections];
  expect(rows.map(({ ending }) => ending)).toEqual(['reset', 'open']);
  for (const name of ['number', 'srcPort', 'dstPort', 'startUs', 'endUs', 'durationUs', 'interfaceId'] as const) {
    expect([name, connections.column('connection', name)]).toEqual([
      name,
      Float64Array.from(rows, (row) => row[name] ?? Number.NaN),
    ]);
  }
  for (const name of ['src', 'dst', 'ending'] as const) {
    expect([name, connections.column('connection', name)]).toEqual([name, rows.map((row) => row[name] ?? Number.NaN)]);
  }
  for (const of of ['forward', 'backward'] as const) {
    expect(connections.column(of, 'dataBytes')).toEqual(Float64Array.from(rows, (row) => row[of].dataBytes));
  }
});

test('sequence numbers wrap', async () => {
  const start = 0xffff_fff0;
  const talk = new Conversation().handshake(start);
  for (let i = 0; i < 20; i += 1) {
    talk.out(50 + i * 50, { seq: (start + 1 + i * MSS) >>> 0, length: MSS, ack: 5001 });
    talk.back(90 + i * 50, { seq: 5001, ack: (start + 1 + (i + 1) * MSS) >>> 0 });
  }
  const { forward } = await talk.analyse();
  expect([forward.uniqueBytes, forward.ackedBytes, forward.retransmittedPackets]).toEqual([20_000, 20_000, 0]);
  expect(forward.rtt.samples).toBe(21);
});

test('ECN marks', async () => {
  const c = await begun(0)
    .out(100, data(1, { ecn: 3, flags: 'AC' }))
    .back(141, ack(2, { flags: 'AE' }))
    .analyse();
  expect(c.forward.ecn).toMatchObject({ ect: 1, ce: 1, ece: 0, cwr: 1 });
  expect(c.backward.ecn.ece).toBe(1);
});

test('echoes: answered, lost, duplicate, unmatched, both families', async () => {
  const ping = (us: number, six: boolean, reply: boolean, seq: number): Packet => {
    const message = echo(six, reply, 77, seq);
    const swap = reply ? { src: '10.0.0.2', dst: '10.0.0.1' } : {};
    const bytes = six
      ? ethernet(0x86dd, ipv6(58, message, reply ? { src: 2, dst: 1 } : {}))
      : ethernet(0x0800, ipv4(1, message, swap));
    return { us, bytes };
  };
  for (const six of [false, true]) {
    const { echoes } = await (
      await openCapture(
        pcap([
          ping(0, six, false, 1),
          ping(10_000, six, true, 1),
          ping(11_000, six, true, 1),
          ping(20_000, six, false, 2),
          ping(30_000, six, false, 3),
          ping(60_000, six, true, 3),
          ping(70_000, six, true, 9),
        ]),
      )
    ).echoes();
    expect(echoes).toHaveLength(1);
    expect(echoes[0]).toMatchObject({ family: six ? 6 : 4, requests: 3, replies: 2, lost: 1, duplicateReplies: 1 });
    expect(echoes[0]!.unmatchedReplies).toBe(1);
    expect(echoes[0]!.rttUs).toEqual({ min: 10_000, mean: 20_000, max: 30_000 });
  }
});
