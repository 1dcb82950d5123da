import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openCaptureFiles } from '../../../src/node/capture/index.js';
import { openPacketFiles } from '../../../src/node/jobs/packet-file.js';
import { createSimulation, readPackets, type Scenario, type TapPoint } from '../../../src/sim/index.js';

const folder = await mkdtemp(join(tmpdir(), 'mooring-packets-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A run with captures, and what our own analysis of TCP says of one of them. */
async function judged(scenario: Scenario, point: TapPoint) {
  const file = join(folder, `${Math.abs(JSON.stringify(scenario).length)}-${point}.pcapng`);
  const simulation = createSimulation(scenario, { taps: [point] });
  const files = openPacketFiles(simulation.scenario, [{ point, file }]);
  while (!simulation.done) {
    simulation.runUntil(simulation.timeUs + 300_000);
    files.write(simulation.packets(), simulation.timeUs);
  }
  files.write(simulation.packets(), simulation.timeUs);
  files.close();
  return { file, result: simulation.result(), capture: await openCaptureFiles(file) };
}

const BASE: Scenario = {
  rate: '10Mbit',
  rtt: '40ms',
  queue: '0.5bdp',
  duration: '10s',
  series: false,
  flows: [{ algorithm: 'builtin:cubic', count: 2, size: '2MB' }],
};

describe('packets of a simulation', () => {
  it.each(['sender', 'receiver'] as const)(
    'at the %s are what our analysis of captures takes for the same flows',
    async (point) => {
      const { result, capture } = await judged(BASE, point);
      const { connections, warnings } = await capture.analyse();
      expect(warnings).toEqual([]);
      expect(connections.length).toBe(2);
      for (const flow of result.flows) {
        const seen = [...connections].find(({ srcPort }) => srcPort === 1024 + flow.id)!;
        const { forward, backward } = seen;
        expect([seen.src, seen.dst, seen.complete]).toEqual(['10.0.0.1', '10.128.0.1', true]);
        expect(forward.ackedBytes).toBe(2_000_000);
        expect(forward.uniqueBytes).toBe(2_000_000);
        expect(forward.retransmittedPackets).toBeLessThanOrEqual(flow.retransmits);
        expect(backward.sackPackets).toBeGreaterThan(0);
        if (point !== 'sender') continue;
        expect(forward.retransmittedPackets).toBe(flow.retransmits);
        expect(forward.packets).toBe(flow.packetsSent);
        expect(Math.abs(forward.rtt.meanUs! / flow.rttUs.mean! - 1)).toBeLessThan(0.06);
        expect(forward.options.mss).toBe(1448);
      }
    },
  );

  it('say PSH where the application has no more, and the window of the receiver', async () => {
    const PSH = 8;
    const pushed = async (flow: Scenario['flows'][number]): Promise<number> => {
      const { capture } = await judged({ ...BASE, flows: [flow] }, 'sender');
      let count = 0;
      for await (const { length, flags, payloadBytes } of capture.batches()) {
        for (let i = 0; i < length; i += 1) if (payloadBytes[i]! > 0 && flags[i]! & PSH) count += 1;
      }
      return count;
    };
    expect(await pushed({ algorithm: 'builtin:reno', size: '1MB' })).toBe(1);
    expect(await pushed({ algorithm: 'builtin:reno' })).toBe(0);
    expect(await pushed({ algorithm: 'builtin:reno', source: { kind: 'rate', rate: '1Mbit' } })).toBeGreaterThan(500);
    const { capture } = await judged(
      { ...BASE, flows: [{ algorithm: 'builtin:reno', receiveWindow: '200KiB' }] },
      'sender',
    );
    const [connection] = (await capture.analyse()).connections;
    expect(connection!.backward.window).toEqual({ minBytes: 204_800, maxBytes: 204_800 });
    expect(connection!.forward.inFlight.maxBytes).toBeLessThanOrEqual(204_800);
  });

  it('pass a link in the order of their time, with the length they had there', async () => {
    const simulation = createSimulation({ ...BASE, loss: 0.01 }, { taps: ['link0', 'receiver'] });
    simulation.runUntil(10e6);
    const packets = readPackets(simulation.packets());
    const onLink = packets.filter(({ point }) => point === 'link0');
    const { links, flows } = simulation.result();
    expect(onLink.length).toBe(links[0]!.deliveredPackets);
    expect(onLink.every(({ sizeBytes }) => sizeBytes >= 60 && sizeBytes <= 1500)).toBe(true);
    for (const [index, { timeNs }] of onLink.entries()) expect(timeNs >= (onLink[index - 1]?.timeNs ?? 0n)).toBe(true);
    const acks = packets.filter(({ flags, flow }) => flags.ack && !flags.syn && flow === 0);
    expect(acks.at(-1)!.segment).toBe(Math.ceil(flows[0]!.bytesAcked / 1448));
    expect(acks.some(({ sacks }) => sacks.length > 1)).toBe(true);
    expect(simulation.packets().length).toBe(0);
  });

  it('carry marks and their count, datagrams too', async () => {
    const simulation = createSimulation(
      {
        rate: '20Mbit',
        rtt: '10ms',
        duration: '3s',
        series: false,
        queue: { kind: 'dualpi2' },
        flows: [{ algorithm: 'builtin:prague' }, { algorithm: 'builtin:udp', source: { kind: 'rate', rate: '1Mbit' } }],
      },
      { taps: ['sender', 'receiver'] },
    );
    const file = join(folder, 'marks.pcapng');
    const files = openPacketFiles(simulation.scenario, [{ point: 'receiver', file }]);
    simulation.runUntil(3e6);
    files.write(simulation.packets(), simulation.timeUs);
    files.close();
    const bytes = await readFile(file);
    expect(bytes.readUInt32LE(0)).toBe(0x0a0d0d0a);
    const capture = await openCaptureFiles(file);
    const { connections, totals } = await capture.analyse();
    expect(connections.length).toBe(1);
    const { forward, backward } = [...connections][0]!;
    expect(backward.ecn.mode).toBe('accecn');
    expect(forward.ecn.ce).toBe(simulation.result().flows[0]!.ecnMarks);
    expect(backward.ecn.ceReported).toBe(forward.ecn.ce);
    expect(totals.kinds.udp).toBeGreaterThan(200);
  });

  it('are asked for at points there are', () => {
    expect(() => createSimulation(BASE, { taps: ['link1'] })).toThrow(/sender, receiver, link0, not "link1"/);
  });
});
