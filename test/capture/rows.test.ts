import { expect, test } from 'vitest';
import { openCapture } from '../../src/capture/index.js';
import { DIRECTION_COLUMNS } from '../../src/generated/capture.js';
import { echo, ethernet, ipv4, type Packet, pcap } from './build.js';
import { ack, Conversation, data } from './conversation.js';

// A row is NaN before it is filled.
test('every column of a row is put', async () => {
  const talk = new Conversation().handshake().out(41, data(0)).back(81, ack(1));
  const { connections } = await (await openCapture(talk.bytes())).analyse();
  for (const side of ['forward', 'backward'] as const) {
    for (const name of DIRECTION_COLUMNS) expect(connections.column(side, name).some(Number.isNaN), name).toBe(false);
  }
  expect(numbersOf(connections.at(0)).filter(Number.isNaN)).toEqual([]);
});

test('every column of an echo session is put', async () => {
  const ping = (us: number, reply: boolean): Packet => {
    const [src, dst] = reply ? ['10.0.0.2', '10.0.0.1'] : ['10.0.0.1', '10.0.0.2'];
    return { us, bytes: ethernet(0x0800, ipv4(1, echo(false, reply, 7, 1), { src: src!, dst: dst! })) };
  };
  const { echoes } = await (await openCapture(pcap([ping(0, false), ping(9000, true)]))).echoes();
  expect(echoes[0]!.rttUs.min).toBe(9000);
  expect(numbersOf(echoes).filter(Number.isNaN)).toEqual([]);
});

function numbersOf(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersOf) : [];
}
