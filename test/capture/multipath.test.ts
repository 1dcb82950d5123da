import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AnalyseOptions,
  type CaptureAnalysis,
  type MultipathConnection,
  openCapture,
} from '../../src/capture/index.js';
import { multipathOptions } from '../../src/capture/transports/multipath-options.js';
import { type Packet, pcap } from './build.js';
import { firstOf, hmacOf, option, SubflowTalk, tokenOf } from './multipath-segments.js';

const A = 0x0123_4567_89ab_cdefn;
const B = 0xfedc_ba98_7654_3210n;
const NONCES = [0x1111_2222, 0x3333_4444] as const;

async function analyse(packets: readonly Packet[], options: AnalyseOptions = {}): Promise<CaptureAnalysis> {
  const sorted = [...packets].sort((a, b) => a.us - b.us);
  return (await openCapture(pcap(sorted))).analyse(options);
}

async function only(...talks: readonly SubflowTalk[]): Promise<MultipathConnection> {
  const { multipath } = await analyse(talks.flatMap(({ packets }) => packets));
  expect(multipath.connections.length).toBe(1);
  return multipath.connections[0]!;
}

const initial = (version = 1): SubflowTalk => {
  const first = version === 0 ? option.capable(0, A) : option.capable(1);
  return new SubflowTalk('10.0.0.1', 1000).handshake(0, [
    first,
    option.capable(version, B),
    option.capable(version, A, B),
  ]);
};

const joined = (version = 1, proof = hmacOf(version, [A, B], NONCES)): SubflowTalk =>
  new SubflowTalk('10.0.1.1', 1001).handshake(50, [
    option.joinSyn(1, tokenOf(version, B), NONCES[0], true),
    option.joinAnswer(2, hmacOf(version, [B, A], [NONCES[1], NONCES[0]]), NONCES[1]),
    option.joinAck(proof),
  ]);

describe.each([0, 1])('version %i', (version) => {
  const start = firstOf(version, A);

  test('subflows are joined by the token, their bytes told, data counted once by its own numbers', async () => {
    const one = initial(version)
      .out(100, option.dss({ start, offset: 1, length: 1000 }), { length: 1000 })
      .back(110, option.dss({ ack: start + 1000n }), { ack: 1001 });
    const two = joined(version)
      .out(101, option.dss({ start: start + 1000n, offset: 1, length: 500 }), { length: 500 })
      // 300 bytes of the other subflow once more.
      .out(102, option.dss({ start: start + 700n, offset: 501, length: 300 }), { seq: 501, length: 300 })
      .back(112, option.dss({ ack: start + 1500n }), { ack: 801 })
      .out(120, option.dss({ start: start + 1500n, offset: 0, length: 1, fin: true }), { seq: 801 })
      .back(130, option.dss({ ack: start + 1501n }), { ack: 801 });
    const { multipath, connections } = await analyse([...one.packets, ...two.packets]);
    expect(multipath.subflowsDropped).toBe(0);
    expect(multipath.connections).toMatchObject([
      {
        number: 1,
        version,
        status: 'established',
        srcToken: tokenOf(version, A),
        dstToken: tokenOf(version, B),
        subflows: [
          { connection: 1, kind: 'initial', authentic: null, forwardBytes: 1000, backwardBytes: 0, backup: false },
          {
            ...{ connection: 2, kind: 'join', authentic: true, forwardBytes: 800, backwardBytes: 0, backup: true },
            ...{ srcAddressId: 1, dstAddressId: 2, reversed: false, resetReason: null },
          },
        ],
        forward: { subflowBytes: 1800, dataBytes: 1500, reinjectedBytes: 300, ackedBytes: 1500, finished: true },
        backward: { subflowBytes: 0, dataBytes: null, reinjectedBytes: null, finished: false },
      },
    ]);
    expect([...connections].map((c) => c.multipath)).toEqual([1, 1]);
  });

  test('a subflow that the other side opened is turned round', async () => {
    const answered = new SubflowTalk('10.0.9.1', 81, '10.0.0.1', 1002)
      .handshake(50, [
        option.joinSyn(3, tokenOf(version, A), NONCES[0]),
        option.joinAnswer(4, hmacOf(version, [A, B], [NONCES[1], NONCES[0]]), NONCES[1]),
        option.joinAck(hmacOf(version, [B, A], NONCES)),
      ])
      .back(60, option.dss({ start, length: 200 }), { length: 200 });
    const found = await only(initial(version), answered);
    expect(found.subflows[1]).toMatchObject({ kind: 'join', reversed: true, authentic: true, backwardBytes: 200 });
    expect(found.forward).toMatchObject({ subflowBytes: 200, dataBytes: 200, reinjectedBytes: 0 });
  });

  test('a proof that is wrong is told', async () => {
    const { subflows } = await only(initial(version), joined(version, Array<number>(20).fill(1)));
    expect(subflows.map(({ authentic }) => authentic)).toEqual([null, false]);
  });
});

test('data with MP_CAPABLE begins where the key says, and short numbers are of the long ones', async () => {
  const start = firstOf(1, A);
  const talk = initial()
    .out(20, option.capableWithData([A, B], 100), { length: 100 })
    .out(21, option.dss({ start: start + 100n, offset: 101, length: 50, short: true }), { seq: 101, length: 50 })
    .back(30, option.dss({ ack: start + 150n, short: true }), { ack: 151 })
    .out(31, option.dss({ start: start + 150n, offset: 151, length: 25 }), { seq: 151, length: 25 });
  expect((await only(talk)).forward).toMatchObject({ dataBytes: 175, ackedBytes: 150, reinjectedBytes: 0 });
});

test('a number that can be of no window moves nothing', async () => {
  const start = firstOf(1, A);
  const talk = initial()
    .out(20, option.dss({ start, length: 100 }), { length: 100 })
    .out(21, option.dss({ start: start + (1n << 40n), length: 100, offset: 101 }), { seq: 101, length: 100 });
  const { forward } = await only(talk);
  expect(forward).toMatchObject({ dataBytes: 100, options: { dss: 2, malformed: 1 } });
});

test('subflows of a connection that began before the capture are joined with each other', async () => {
  const dss = (start: bigint): number[] => option.dss({ start, length: 10 });
  const begin = (host: string, port: number): SubflowTalk =>
    new SubflowTalk(host, port).handshake(port, [
      option.joinSyn(1, 99, NONCES[0]),
      option.joinAnswer(1, Array<number>(8).fill(0), NONCES[1]),
      option.joinAck(Array<number>(20).fill(0)),
    ]);
  const one = begin('10.0.0.1', 100).out(300, dss(1000n), { length: 10 });
  const two = begin('10.0.1.1', 200).out(301, dss(1010n), { length: 10 });
  const alone = new SubflowTalk('10.0.2.1', 3).out(302, dss(5n), { length: 10 });
  const { multipath } = await analyse([one, two, alone].flatMap(({ packets }) => packets));
  expect(multipath.connections).toMatchObject([
    {
      ...{ status: 'midway', version: null, srcToken: null, dstToken: null },
      subflows: [
        { kind: 'join', authentic: null },
        { kind: 'join', authentic: null },
      ],
      forward: { subflowBytes: 20, dataBytes: 20, reinjectedBytes: 0, ackedBytes: null },
    },
    { status: 'midway', subflows: [{ kind: 'midway' }], forward: { dataBytes: 10 } },
  ]);
});

describe('how a connection stands', () => {
  const begun = (answer: readonly number[], of = {}): SubflowTalk =>
    new SubflowTalk('10.0.0.1', 1000).out(0, option.capable(1), { flags: 'S', seq: 0 }).back(10, answer, {
      flags: 'SA',
      seq: 5000,
      ...of,
    });
  test.each([
    ['begun', new SubflowTalk('10.0.0.1', 1000).out(0, option.capable(1), { flags: 'S', seq: 0 })],
    ['begun', begun(option.capable(1, B))],
    ['refused', begun([])],
    ['fallback', begun(option.capable(1, B)).out(11, [], { length: 100 })],
    ['fallback', initial().out(20, option.fail(9n), { length: 10 })],
    ['fallback', initial().out(20, option.dss({ start: firstOf(1, A), offset: 1, length: 0 }), { length: 10 })],
    ['established', initial().out(20, option.dss({ start: firstOf(1, A), length: 10 }), { length: 10 })],
    ['established', initial().out(20, option.dss({ ack: 7n }))],
  ])('%s', async (status, talk) => {
    expect((await only(talk)).status).toBe(status);
  });
});

test('addresses offered and taken back, priorities, resets and what cannot be read', async () => {
  const six = [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5];
  const talk = initial()
    .back(200, option.addAddress(2, [10, 0, 9, 2]))
    .back(210, option.addAddress(2, [10, 0, 9, 2]))
    .back(220, option.addAddress(3, six, 8080))
    .back(230, option.removeAddress(2, 9))
    // The echo of an offer is none, and version 0 has neither echo nor HMAC.
    .out(240, [30, 8, 0x31, 2, 10, 0, 9, 2])
    .out(250, [30, 8, 0x34, 7, 10, 0, 9, 9])
    .out(260, option.priority(true))
    .out(270, option.fastclose(B))
    .out(280, [30, 4, 0xf0, 0])
    .out(290, [30, 5, 0x20, 0, 0])
    .out(300, option.reset(6), { flags: 'RA' });
  const { backward, forward, subflows } = await only(talk);
  expect(backward.addresses).toEqual([
    { id: 2, address: '10.0.9.2', port: null, removed: true },
    { id: 3, address: 'fd00::5', port: 8080, removed: false },
    { id: 9, address: null, port: null, removed: true },
  ]);
  expect(forward.addresses).toEqual([{ id: 7, address: '10.0.9.9', port: null, removed: false }]);
  expect(forward.options).toMatchObject({ addAddr: 2, mpPrio: 1, mpFastclose: 1, mpTcprst: 1, other: 1, malformed: 1 });
  expect(subflows).toMatchObject([{ backup: true, resetReason: 'middlebox' }]);
});

test('a filter keeps connections that have a flow of it, with all their subflows', async () => {
  const other = new SubflowTalk('10.0.5.1', 1005).handshake(70, [option.capable(1), option.capable(1, 5n), []]);
  const packets = [initial(), joined(), other].flatMap((talk) => talk.packets);
  const { multipath, connections } = await analyse(packets, { filter: { hosts: ['10.0.1.1'] } });
  expect(connections.length).toBe(1);
  expect(multipath.connections).toMatchObject([{ number: 1, subflows: [{ connection: 1 }, { connection: 2 }] }]);
});

test('subflows beyond those kept are counted, and what is kept stays', async () => {
  const many = Array.from({ length: 40 }, (_, i) =>
    new SubflowTalk('10.0.0.1', 2000 + i).handshake(i * 20, [option.capable(1), option.capable(1, BigInt(i)), []]),
  );
  const { multipath } = await analyse(
    many.flatMap(({ packets }) => packets),
    { maxConnections: 10 },
  );
  expect(multipath.connections.length).toBe(10);
  expect(multipath.subflowsDropped).toBe(30);
});

test('every truncation of every option gives a value, and what is whole is read', () => {
  const all = [
    option.capable(1),
    option.capable(0, A),
    option.capable(1, A, B),
    option.capableWithData([A, B], 9),
    option.joinSyn(1, 2, 3),
    option.joinAnswer(1, [1, 2, 3, 4, 5, 6, 7, 8], 3),
    option.joinAck(Array<number>(20).fill(3)),
    option.dss({ ack: 1n, start: 2n, length: 3 }),
    option.dss({ ack: 1n, start: 2n, length: 3, short: true }),
    option.addAddress(1, [1, 2, 3, 4], 5),
    option.removeAddress(1, 2, 3),
    option.priority(false),
    option.fail(1n),
    option.fastclose(1n),
    option.reset(0),
  ];
  for (const whole of all) {
    const read = (bytes: readonly number[]): string[] =>
      multipathOptions(new DataView(Uint8Array.from(bytes).buffer)).map(({ kind }) => kind);
    expect(read(whole)).not.toContain('malformed');
    for (let length = 1; length < whole.length; length += 1) {
      expect(read(whole.slice(0, length)), `${whole.join()} cut to ${length}`).toEqual(['malformed']);
      // The same with a length of its own: an option of another shape, or none.
      const lies = whole.slice(0, length);
      if (length > 1) lies[1] = length;
      expect(read(lies).length).toBe(1);
    }
  }
});

test('random bytes as options: a value for each, and a capture of them is read', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 36 }), { maxLength: 20 }), async (all) => {
      const talk = new SubflowTalk('10.0.0.1', 1000);
      for (const [i, bytes] of all.entries()) talk.out(i, [30, 4 + bytes.length, ...bytes].slice(0, 40));
      const { multipath, totals } = await analyse(talk.packets);
      expect(totals.packets).toBe(all.length);
      for (const { forward } of multipath.connections)
        for (const count of Object.values(forward.options)) expect(count).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 150 },
  );
});

test('flipped bits in a whole conversation: a value, never a fault', async () => {
  const bytes = pcap([...initial().packets, ...joined().packets].sort((a, b) => a.us - b.us));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(), fc.nat(7)), { minLength: 1, maxLength: 20 }), async (flips) => {
      const copy = Uint8Array.from(bytes);
      for (const [at, bit] of flips) copy[24 + (at % (copy.length - 24))]! ^= 1 << bit;
      const { multipath } = await (await openCapture(copy)).analyse();
      for (const { forward } of multipath.connections) expect(forward.dataBytes ?? 0).toBeLessThan(2 ** 40);
    }),
    { numRuns: 100 },
  );
});
