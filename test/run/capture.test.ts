import { expect, test } from 'vitest';
import { openCapture } from '../../src/capture/index.js';
import { type CaptureFlow, fromCapture, fromConnection } from '../../src/run/index.js';
import { ack, Conversation, data } from '../capture/conversation.js';

/** Segments each 50 ms, each acknowledged after 20 ms; the third is sent again. */
async function capture() {
  const talk = new Conversation().handshake();
  for (let i = 0; i < 8; i += 1) talk.out(100 + i * 50, data(i)).back(120 + i * 50, ack(i + 1));
  talk.out(900, data(8)).out(1400, data(8)).back(1420, ack(9));
  return openCapture(talk.bytes());
}

test('a connection is a run of the directions that carry data', async () => {
  const series = await (await capture()).series({ connection: 1, binUs: 10_000, marks: true });
  const run = fromConnection(series, ['a b.pcap']);
  expect(run.flows).toHaveLength(1);
  expect(run.flows[0]).toMatchObject({ id: 0, algorithm: null, totals: { retransmissions: 1 } });
  expect(run.provenance).toMatchObject({ source: 'capture', command: "mooring studio 'a b.pcap'" });
  // A value stands at the end of its bin: what was sent in the first 100 ms is known by then.
  const first = [...series.forward.throughputBytesPerSecond].findIndex((value) => value > 0);
  const sent = (await run.source.query({ ...run.span, quantity: 'sendingRate', owner: 0, pixels: 4000 }))!;
  expect(sent.lastUs[sent.max.findIndex((value) => value > 0)]).toBe(series.timeUs[first]! + series.binUs);
  const resent = await run.source.events({ ...run.span, kind: 'retransmission', flow: null, limit: 10 });
  expect([...resent.timeUs].map((us) => Math.round(us / 1000))).toEqual([1400]);
  // No round trip was measured in most bins: no zeros.
  const rtt = (await run.source.query({ ...run.span, quantity: 'rtt', owner: 0, pixels: 500 }))!;
  expect([...rtt.min].filter((value) => value === 0)).toEqual([]);
  expect(Math.min(...[...rtt.min].filter((value) => value > 0))).toBeCloseTo(20_000, -2);
});

test('a whole capture is a run of its connections, and of what was on the wire', async () => {
  const analysis = await (await capture()).analyse();
  const connections = [...analysis.connections].map(
    (c): CaptureFlow => ({
      ...{ number: c.number, name: `${c.src} → ${c.dst}`, startUs: c.startUs, endUs: c.endUs },
      totals: {
        ...{ goodputBytesPerSecond: null, meanRttUs: c.forward.rtt.meanUs, p95RttUs: null },
        ...{ packetsSent: c.forward.packets, packetsLost: null, retransmissions: 1, timeouts: null, marks: null },
      },
    }),
  );
  const run = fromCapture({ ...analysis, connections, more: 3, files: ['a.pcap'] });
  expect(run.flows.map(({ id }) => id)).toEqual([1]);
  expect(run.about).toContain('4 TCP connections, of which 1 are shown');
  const wire = (await run.source.query({ ...run.span, quantity: 'wireRate', owner: 0, pixels: 1 }))!;
  expect(wire.max[0]).toBeGreaterThan(0);
  expect(run.facts.find(({ name }) => name === 'packets')!.value).toBe(analysis.totals.packets);
});
