import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Connection, type DirectionSummary, openCapture } from '../../src/capture/index.js';
import { frame, type Packet, pcap, type Tcp } from './build.js';

// What holds of every capture, whoever made it.

const SHARED = ['../shared/cases/captures', '../shared/captures'];
const SLACK_BYTES = 1 << 16;
/** Of a side whose window is not known: its SYN, or it, is not in the capture. */
const UNKNOWN_WINDOW_BYTES = 1 << 30;
const MOST = 1e15;

function numbersOf(value: unknown, path = ''): Array<readonly [string, number]> {
  if (typeof value === 'number') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => numbersOf(inner, `${path}.${key}`));
}

function broken(c: Connection): string[] {
  const found: string[] = [];
  const check = (holds: boolean, what: string): void => void (holds || found.push(`connection ${c.number}: ${what}`));
  for (const [path, value] of numbersOf(c)) {
    check(Number.isFinite(value) && value <= MOST, `${path} is ${value}`);
    check(value >= 0 || (value === -1 && /Us$|mss$|windowScale$/.test(path)), `${path} is ${value}`);
  }
  const side = (name: string, d: DirectionSummary, peer: DirectionSummary): void => {
    const { retransmissions: r, captureGaps: gaps } = d;
    check(
      d.ackedBytes <= d.uniqueBytes + gaps.bytes,
      `${name}: acked ${d.ackedBytes} > ${d.uniqueBytes} + ${gaps.bytes}`,
    );
    check(d.uniqueBytes <= d.dataBytes, `${name}: unique ${d.uniqueBytes} > data ${d.dataBytes}`);
    check(d.dataBytes <= d.bytes || d.packets === 0, `${name}: data ${d.dataBytes} > bytes ${d.bytes}`);
    const known = peer.packets > 0 && peer.syns > 0 && d.syns > 0;
    const window = known ? Math.max(peer.window.maxBytes, SLACK_BYTES) : UNKNOWN_WINDOW_BYTES;
    check(
      d.inFlight.maxBytes <= window + SLACK_BYTES || gaps.bytes > 0,
      `${name}: in flight ${d.inFlight.maxBytes} of ${window}`,
    );
    const reasons = r.fast + r.timeout + r.tailProbe + r.unneeded + r.other;
    check(reasons === d.retransmittedPackets, `${name}: reasons ${reasons} of ${d.retransmittedPackets}`);
    check(r.spuriousByDsack + r.spuriousByTimestamps <= d.retransmittedPackets, `${name}: spurious`);
    check(d.dataPackets + d.pureAcks <= d.packets, `${name}: ${d.dataPackets} + ${d.pureAcks} > ${d.packets}`);
    check(r.duplicateFrames <= d.capturedTwice, `${name}: copies of data`);
    check(d.rtt.samples === 0 || (d.rtt.minUs! <= d.rtt.meanUs! && d.rtt.p50Us! <= d.rtt.maxUs!), `${name}: RTT`);
    check(d.cwnd.maxBytes <= d.inFlight.maxBytes || d.inFlight.maxBytes === 0, `${name}: cwnd ${d.cwnd.maxBytes}`);
  };
  side('forward', c.forward, c.backward);
  side('backward', c.backward, c.forward);
  return found;
}

async function brokenIn(bytes: Uint8Array): Promise<string[]> {
  const { connections, folded, totals } = await (await openCapture(Uint8Array.from(bytes))).analyse();
  const all = [...connections];
  const packets = all.reduce((sum, { forward, backward }) => sum + forward.packets + backward.packets, folded.packets);
  const counted = packets + totals.capturedTwice;
  const tcp = totals.kinds.tcp + totals.kinds.fragment;
  const sums = counted >= totals.kinds.tcp && counted <= tcp ? [] : [`${counted} packets of ${totals.kinds.tcp} TCP`];
  return [...sums, ...all.flatMap(broken)];
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => /\.(pcap|pcapng)(\.gz)?$/.test(path) && statSync(path).isFile());
}

const foreign = SHARED.filter((folder) => existsSync(folder)).flatMap(files);
if (foreign.length === 0)
  console.log(`captures of others are not here (${SHARED.join(', ')}): their invariants are not tested`);

test.skipIf(foreign.length === 0)('no figure of a capture contradicts another, or what can be', async () => {
  for (const path of foreign) expect([path, await brokenIn(readFileSync(path))]).toEqual([path, []]);
});

// Packets of two hosts in any order, with numbers near each other, far away, and around the wrap.
const number32 = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 12 }).map((i) => 1 + i * 500) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 12 }).map((i) => 0xffff_fc00 + i * 500) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffff_ffff }) },
);
const packet = fc.record({
  out: fc.boolean(),
  gapUs: fc.oneof(fc.constant(10), fc.integer({ min: 0, max: 400_000 })),
  seq: number32,
  ack: number32,
  length: fc.constantFrom(0, 0, 1, 500, 1000, 1500, 40_000),
  flags: fc.constantFrom('A', 'A', 'A', 'A', 'FA', 'S', 'SA', 'R', 'RA', 'F', 'AE', 'SCE'),
  window: fc.constantFrom(0, 500, 1000, 65_535),
  sack: fc.option(fc.tuple(number32, number32)),
  ts: fc.option(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 9 }))),
  ecn: fc.constantFrom(0, 0, 2, 3),
  again: fc.boolean(),
});

test('no packets, in whatever order, make figures that contradict each other', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(packet, { minLength: 1, maxLength: 60 }), async (all) => {
      const packets: Packet[] = [];
      let us = 0;
      for (const { out, gapUs, sack, ts, again, ...rest } of all) {
        us += gapUs;
        const ends = out ? {} : { src: '10.0.0.2', dst: '10.0.0.1', srcPort: 80, dstPort: 1000 };
        const of: Tcp = {
          ...ends,
          ...rest,
          seq: rest.seq >>> 0,
          ack: rest.ack >>> 0,
          ...(sack ? { sack: [sack] } : {}),
          ...(ts ? { ts } : {}),
        };
        packets.push({ us, bytes: frame(of) });
        if (again && gapUs === 10) packets.push({ us: us + 20, bytes: frame(of) });
      }
      expect(await brokenIn(pcap(packets))).toEqual([]);
    }),
    { numRuns: 400 },
  );
});
