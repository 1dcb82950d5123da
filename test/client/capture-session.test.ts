import { expect, test } from 'vitest';
import { openCapture } from '../../src/capture/index.js';
import { createCaptureService, SESSION_COLUMNS } from '../../src/client/index.js';
import { ack, Conversation, data } from '../capture/conversation.js';

const talk = () =>
  new Conversation()
    .handshake()
    .out(50, data(0))
    .out(51, data(1))
    .back(90, ack(2))
    .back(95, { ...ack(2), flags: 'R' });

/** Two connections: the second from another port. */
function capture(): Blob {
  const both = talk();
  for (let at = 0; at < 5; at++) both.out(200 + at, { ...data(at), srcPort: 2000 });
  return new Blob([both.bytes()]);
}

test('an analysis crosses as columns that say what its connections say', async () => {
  const service = createCaptureService();
  const overview = await service.analyse([capture()]);
  const { connections, totals } = await (await openCapture(capture())).analyse();
  expect(overview.totals).toEqual(totals);
  expect(overview.connections.length).toBe(2);
  for (let at = 0; at < 2; at++) {
    const connection = connections.at(at)!;
    const { number, src, srcPort, dst, dstPort, startUs, durationUs, ending, forward, backward } = overview.connections;
    expect([number[at], src[at], srcPort[at], dst[at], dstPort[at], startUs[at], durationUs[at], ending[at]]).toEqual(
      (['number', 'src', 'srcPort', 'dst', 'dstPort', 'startUs', 'durationUs', 'ending'] as const).map(
        (name) => connection[name],
      ),
    );
    for (const name of SESSION_COLUMNS) {
      expect([name, forward[name][at]]).toEqual([name, connections.column('forward', name)[at]]);
      expect([name, backward[name][at]]).toEqual([name, connections.column('backward', name)[at]]);
    }
    expect(service.connection(number[at]!)).toEqual(connection);
  }
});

test('a filter and the progress of the reading go through', async () => {
  const service = createCaptureService();
  const told: number[] = [];
  const { connections } = await service.analyse([capture()], ({ bytesRead }) => told.push(bytesRead), {
    ports: [2000],
  });
  expect([...connections.srcPort]).toEqual([2000]);
  expect(told.at(-1)).toBe(capture().size);
});

test('a series is that of the capture, with its marks', async () => {
  const service = createCaptureService();
  await service.analyse([capture()]);
  const told: number[] = [];
  const series = await service.series(1, 10_000, ({ bytesRead }) => told.push(bytesRead));
  const direct = await (await openCapture(capture())).series({ connection: 1, binUs: 10_000, marks: true });
  expect(series).toEqual(direct);
  expect(told.at(-1)).toBe(capture().size);
});

test('what is not there is refused by name: no capture yet, no such connection', async () => {
  const service = createCaptureService();
  const refusal = (argument: string) =>
    expect.objectContaining({ code: 'MOORING_ERR_BAD_ARGUMENT', detail: { argument } });
  await expect(service.series(1, 10_000)).rejects.toEqual(refusal('files'));
  expect(() => service.connection(1)).toThrow(refusal('number'));
  await service.analyse([capture()]);
  expect(() => service.connection(3)).toThrow(refusal('number'));
});

test('one thing is read at a time: what begins gives up what was being read, and cancel gives up that', async () => {
  const service = createCaptureService();
  const given = service.analyse([capture()]).catch((error: unknown) => error);
  const kept = service.analyse([capture()]);
  expect(await given).toMatchObject({ name: 'AbortError' });
  expect((await kept).connections.length).toBe(2);
  const series = service.series(1, 10_000).catch((error: unknown) => error);
  service.cancel();
  expect(await series).toMatchObject({ name: 'AbortError' });
  // The capture is still open.
  expect((await service.series(1, 10_000)).forward).toBeDefined();
});

test('a capture that cannot be read leaves nothing of the one before', async () => {
  const service = createCaptureService();
  await service.analyse([capture()]);
  await expect(service.analyse([new Blob(['no capture at all, whatever it may be'])])).rejects.toMatchObject({
    code: expect.stringMatching(/^MOORING_ERR_/),
  });
  expect(() => service.connection(1)).toThrow(expect.objectContaining({ code: 'MOORING_ERR_BAD_ARGUMENT' }));
});
