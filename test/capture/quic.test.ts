import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AnalyseOptions, openCapture, type QuicAnalysis, type QuicConnection } from '../../src/capture/index.js';
import { longHeader, versionName } from '../../src/capture/transports/quic-header.js';
import { ethernet, ipv6, join, type Packet, pcap, udp } from './build.js';
import {
  back,
  CID_C,
  CID_S,
  CLIENT,
  filled,
  handshake,
  long,
  negotiation,
  ODCID,
  out,
  SERVER,
  short,
} from './quic-packets.js';

async function analyse(packets: readonly Packet[], options: AnalyseOptions = {}, snap = 65_535): Promise<QuicAnalysis> {
  const sorted = [...packets].sort((a, b) => a.us - b.us);
  return (await (await openCapture(pcap(sorted, { nano: true, snap }))).analyse(options)).quic;
}

async function only(packets: readonly Packet[], snap?: number): Promise<QuicConnection> {
  const { connections } = await analyse(packets, {}, snap);
  expect(connections.length).toBe(1);
  return connections[0]!;
}

test.each([
  [1, 'v1'],
  [0x6b3343cf, 'v2'],
  [0xff00001d, 'draft-29'],
])('version %i: packets by type, those behind the first with them, both ways', async (version, name) => {
  const found = await only([...handshake(version), back(46, short(CID_C, 0)), out(47, short(CID_S, 1))]);
  expect(found).toMatchObject({
    ...{ number: 1, versions: [name], complete: true, paths: 1 },
    ...{ src: CLIENT.address, srcPort: CLIENT.port, dst: SERVER.address, dstPort: SERVER.port },
    ...{ startUs: 0, endUs: 47_000, durationUs: 47_000, handshakeRttUs: { toServer: 20_000, toClient: 6000 } },
    forward: {
      ...{ datagrams: 3, connectionIdBytes: CID_S.length, cutDatagrams: 0, otherDatagrams: 0 },
      packets: { initial: 1, zeroRtt: 0, handshake: 1, retry: 0, versionNegotiation: 0, oneRtt: 2, other: 0 },
    },
    backward: {
      ...{ datagrams: 2, connectionIdBytes: CID_C.length },
      packets: { initial: 1, handshake: 1, oneRtt: 1 },
    },
  });
});

test('Retry, Version Negotiation and 0-RTT are of the connection they are sent in', async () => {
  const odd = 0x1a2a3a4a;
  const again = [9, 9, 9, 9, 9, 9, 9, 9];
  const first = long({ destination: ODCID, source: CID_C });
  const found = await only([
    out(0, filled(long({ version: odd, destination: ODCID, source: CID_C }))),
    back(20, negotiation(CID_C, ODCID, [1, 0x6b3343cf])),
    out(21, filled(first, long({ type: 'zeroRtt', destination: ODCID, source: CID_C }))),
    back(41, long({ type: 'retry', destination: CID_C, source: again })),
    out(42, filled(long({ destination: again, source: CID_C, token: 100 }))),
  ]);
  expect(found.versions).toEqual(['0x1a2a3a4a', 'v1']);
  expect(found.forward.packets).toMatchObject({ initial: 2, zeroRtt: 1, other: 1 });
  expect(found.backward.packets).toMatchObject({ versionNegotiation: 1, retry: 1 });
});

test('a client without a connection ID, IPv6, and datagrams by their ECN bits', async () => {
  const six = (ms: number, payload: Uint8Array, fromClient: boolean, ecn: number): Packet => {
    const ends = fromClient ? { src: 1, dst: 2 } : { src: 2, dst: 1 };
    const ip = ipv6(17, fromClient ? udp(50_000, 443, payload) : udp(443, 50_000, payload), ends);
    ip[1]! |= ecn << 4;
    return { us: ms * 1000, bytes: ethernet(0x86dd, ip) };
  };
  const found = await only([
    six(0, filled(long({ destination: ODCID })), true, 2),
    six(20, filled(long({ source: CID_S })), false, 1),
    six(26, short(CID_S, 0), true, 3),
    six(46, short([], 0), false, 3),
    six(47, short([], 0), false, 0),
  ]);
  expect(found).toMatchObject({ src: 'fd77::1', dst: 'fd77::2' });
  expect(found.forward).toMatchObject({ connectionIdBytes: 8, ecn: { notEct: 0, ect0: 1, ect1: 0, ce: 1 } });
  expect(found.backward).toMatchObject({ connectionIdBytes: 0, ecn: { notEct: 1, ect0: 0, ect1: 1, ce: 1 } });
});

/** A packet each `everyMs` both ways, the bit turned by the rules of RFC 9000 17.4 with 20 ms and 6 ms as the two parts. */
function spinning(rounds: number, everyMs: number): Packet[] {
  const packets = handshake();
  const roundMs = 26;
  for (let ms = 30; ms < 30 + rounds * roundMs; ms += everyMs) {
    const round = Math.floor((ms - 30) / roundMs);
    packets.push(out(ms, short(CID_S, (round & 1) as 0 | 1)));
    packets.push(back(ms + 20, short(CID_C, (round & 1) as 0 | 1)));
  }
  return packets;
}

describe('the spin bit', () => {
  test('tells round trips, and the two parts of them', async () => {
    const { spin } = await only(spinning(20, 2));
    expect(spin.state).toBe('spinning');
    expect(spin.turnsRejected).toBe(0);
    // 19 turns each way; the first begins the counting.
    expect(spin.rtt).toMatchObject({ samples: 36, minUs: 26_000, meanUs: 26_000, maxUs: 26_000, p95Us: 26_000 });
    expect(spin.toServer).toMatchObject({ minUs: 20_000, maxUs: 20_000 });
    expect(spin.toClient).toMatchObject({ minUs: 6000, maxUs: 6000 });
  });

  test('packets that were overtaken at a turn make no round trip', async () => {
    const packets = spinning(20, 2).sort((a, b) => a.us - b.us);
    // In the middle of each round of the client's, none at its edges; then an old value 0.3 ms after a turn.
    const late = [4, 7, 10].map((round) => out(30 + round * 26 + 0.3, short(CID_S, ((round + 1) & 1) as 0 | 1, 41)));
    const { spin } = await only([...packets, ...late]);
    expect(spin.state).toBe('spinning');
    expect(spin.turnsRejected).toBe(late.length);
    expect(spin.rtt).toMatchObject({ samples: 36, minUs: 26_000, maxUs: 26_000 });
  });

  test('a bit that never turns, and one set at random, tell none', async () => {
    const still = [0, 1, 2, 3].flatMap((i) => [out(30 + i, short(CID_S, 0)), back(50 + i, short(CID_C, 0))]);
    expect((await only([...handshake(), ...still])).spin).toMatchObject({
      state: 'still',
      rtt: { samples: 0, minUs: null },
    });
    let seed = 12345;
    const random = (): 0 | 1 => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      return ((seed >> 16) & 1) as 0 | 1;
    };
    const noise = Array.from({ length: 200 }, (_, i) => [
      out(30 + i, short(CID_S, random())),
      back(50 + i, short(CID_C, random())),
    ]).flat();
    expect((await only([...handshake(), ...noise])).spin).toMatchObject({ state: 'irregular', rtt: { samples: 0 } });
    expect((await only(handshake())).spin.state).toBe('unknown');
  });

  test('is told from one direction too', async () => {
    const oneWay = spinning(20, 2).filter(({ bytes }) => bytes[29] === 1 || bytes.length > 1000);
    expect((await only(oneWay)).spin).toMatchObject({ state: 'spinning', rtt: { samples: 18, meanUs: 26_000 } });
  });
});

test('a connection that moves to other addresses stays one', async () => {
  const moved = { address: '10.0.7.7', port: 40_000 };
  const found = await only([
    ...handshake(),
    out(60, short(CID_S, 0), { from: moved }),
    back(80, short(CID_C, 0), { to: moved }),
  ]);
  expect(found).toMatchObject({ paths: 2, forward: { datagrams: 3 }, backward: { datagrams: 2 } });
});

test('connections that follow each other between the same ends are told apart', async () => {
  const second = [
    out(100, filled(long({ destination: [7, 7, 7, 7, 7, 7, 7, 7], source: [6, 6, 6, 6] }))),
    back(120, filled(long({ destination: [6, 6, 6, 6], source: [5, 5, 5, 5, 5, 5, 5, 5] }))),
    out(126, short([5, 5, 5, 5, 5, 5, 5, 5], 0)),
    out(127, short(CID_S, 0)),
  ];
  const { connections } = await analyse([...handshake(), ...second]);
  expect(connections).toMatchObject([
    { number: 1, forward: { datagrams: 3 } },
    { number: 2, complete: true, forward: { datagrams: 2 }, backward: { datagrams: 1 } },
  ]);
});

test('a connection that began before the capture: what its long headers say; short ones alone say nothing', async () => {
  const middle = [
    back(0, long({ type: 'handshake', destination: CID_C, source: CID_S })),
    out(1, short(CID_S, 0)),
    out(2, short([3, 3, 3, 3], 0), { from: { address: '10.0.0.9', port: 3000 } }),
    out(3, short([3, 3, 3, 3], 0), {
      from: { address: '10.0.0.9', port: 3000 },
      to: { address: '10.9.9.9', port: 443 },
    }),
  ];
  const { connections, unknownDatagrams } = await analyse(middle);
  expect(connections).toMatchObject([
    { complete: false, src: CLIENT.address, dstPort: 443, forward: { datagrams: 1 } },
  ]);
  expect(connections[0]!.handshakeRttUs).toEqual({ toServer: null, toClient: null });
  expect(unknownDatagrams).toBe(1);
});

test('an answer to one of several first flights is no handshake RTT', async () => {
  const [first, ...rest] = handshake();
  const late = rest.map(({ us, bytes }) => ({ us: us + 1_000_000, bytes }));
  const again = { us: 1_000_000, bytes: first!.bytes };
  expect((await only([first!, again, ...late])).handshakeRttUs).toEqual({ toServer: null, toClient: 6000 });
});

test('what stands between the same ends and is no QUIC is told; grease of the fixed bit is known by its name', async () => {
  const found = await only([
    ...handshake(),
    out(60, new Uint8Array([0, 1, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8])),
    out(61, short(CID_S, 0, 40, false)),
    out(62, Uint8Array.from([0x90, 1, 2, 3, 4, 5, 6, 7, 8, 9])),
  ]);
  expect(found.forward).toMatchObject({ datagrams: 3, otherDatagrams: 2, packets: { oneRtt: 2 } });
});

test('other UDP is none of it', async () => {
  const dns = Array.from({ length: 20 }, (_, i) =>
    out(i, Uint8Array.from([i, i, 1, 0, 0, 1, 0, 0, 0, 0]), { to: { address: '10.0.0.2', port: 53 } }),
  );
  expect(await analyse(dns)).toMatchObject({ connections: [], unknownDatagrams: 0 });
});

test('datagrams cut by the snap length: what is there is counted, what is not is said', async () => {
  const found = await only(handshake(), 14 + 20 + 8 + 60);
  expect(found.forward.packets).toMatchObject({ initial: 1 });
  expect(found.backward.packets).toMatchObject({ initial: 1, handshake: 0 });
  expect(found.backward.cutDatagrams).toBe(1);
});

test('a host filter leaves the others out', async () => {
  const other = handshake(1, { from: { address: '10.0.3.3', port: 3333 } }).map(({ us, bytes }) => {
    const copy = Uint8Array.from(bytes);
    // Other names, of another connection.
    for (let at = 42; at < copy.length; at += 1)
      if (copy[at] === 0xc1 || copy[at] === 0x51 || copy[at] === 1) copy[at] = 0xc1;
    return { us: us + 500, bytes: copy };
  });
  const { connections } = await analyse([...handshake(), ...other], { filter: { hosts: ['10.0.0.1'] } });
  expect(connections).toMatchObject([{ src: '10.0.0.1' }]);
});

test('a flood of first flights is summed up beyond the connections kept', async () => {
  const flood = Array.from({ length: 300 }, (_, i) =>
    out(40 + i, filled(long({ destination: [9, 9, 9, 9, 9, 9, i >> 8, i & 255], source: [8, 8, i >> 8, i & 255] })), {
      from: { address: '10.0.4.4', port: 10_000 + i },
    }),
  );
  const { connections, folded, unknownDatagrams } = await analyse([...spinning(3, 2), ...flood], {
    maxConnections: 16,
  });
  expect(connections.length).toBeLessThanOrEqual(16);
  expect(connections.length + folded.connections).toBe(301);
  const kept = connections.reduce((sum, { forward, backward }) => sum + forward.datagrams + backward.datagrams, 0);
  expect(kept + folded.packets + unknownDatagrams).toBe(flood.length + spinning(3, 2).length);
  // The busy one is not given up for them.
  expect(connections[0]).toMatchObject({ number: 1, spin: { state: 'spinning' } });
});

test('every truncation of each header: a header or none, and it ends', () => {
  const all = [
    long({ destination: ODCID, source: CID_C, token: 20 }),
    long({ type: 'handshake', destination: ODCID, source: CID_C }),
    long({ type: 'retry', destination: ODCID, source: CID_C }),
    negotiation(ODCID, CID_C, [1, 2]),
  ];
  for (const whole of all) {
    expect(longHeader(whole, 0, whole.length)).toMatchObject({ next: whole.length });
    for (let length = 0; length < whole.length; length += 1) {
      const cut = longHeader(whole.subarray(0, length), 0, whole.length);
      if (cut) expect(cut.next).toBe(whole.length);
      const short = longHeader(whole.subarray(0, length), 0, length);
      if (short) expect(short.next).toBe(length);
    }
  }
});

test('random datagrams between ends that speak QUIC: counted once each, whatever they are', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.boolean(), fc.uint8Array({ minLength: 1, maxLength: 80 }), fc.boolean()), { maxLength: 40 }),
      async (all) => {
        const packets = all.map(([outwards, bytes, looksAlike], i) => {
          const payload = looksAlike ? join([0xc0 | (bytes[0]! & 0x3f), 0, 0, 0, 1], bytes) : bytes;
          return (outwards ? out : back)(100 + i, payload);
        });
        const { connections, folded, unknownDatagrams } = await analyse([...handshake(), ...packets]);
        let counted = folded.packets + unknownDatagrams;
        for (const { forward, backward } of connections)
          for (const side of [forward, backward]) {
            counted += side.datagrams + side.otherDatagrams;
            for (const count of Object.values(side.packets)) expect(count).toBeGreaterThanOrEqual(0);
          }
        // A long header of less than seven bytes is none.
        const tooShort = packets.filter(({ bytes }) => bytes.length < 42 + 7 && bytes[42]! >= 0x80).length;
        expect(counted).toBe(handshake().length + packets.length - tooShort);
      },
    ),
    { numRuns: 150 },
  );
});

test('versions have the names of their documents', () => {
  expect([1, 0x6b3343cf, 0xff000020, 0xfaceb002, 0x0a1a2a3a].map(versionName)).toEqual([
    ...['v1', 'v2', 'draft-32', 'mvfst-2', '0x0a1a2a3a'],
  ]);
});
