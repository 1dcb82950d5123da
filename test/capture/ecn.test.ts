import { expect, test } from 'vitest';
import type { Tcp } from './build.js';
import { ack, Conversation, data } from './conversation.js';

/** The AE bit stands beside the header's length. */
function withAe(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[14 + 20 + 12]! |= 1;
  return copy;
}

class EcnTalk extends Conversation {
  /** The last packet has the AE bit. */
  ae(): this {
    const last = this.packets.pop()!;
    this.packets.push({ us: last.us, bytes: withAe(last.bytes) });
    return this;
  }

  /** ACE as the three bits of the packet added by `add`. */
  ace(value: number, add: (flags: string) => this): this {
    add(`A${value & 2 ? 'C' : ''}${value & 1 ? 'E' : ''}`);
    return value & 4 ? this.ae() : this;
  }
}

function begin(asks: number, answers: number): EcnTalk {
  const bits = (value: number, flags: string): string => `${flags}${value & 2 ? 'C' : ''}${value & 1 ? 'E' : ''}`;
  const talk = new EcnTalk().out(0, { flags: bits(asks, 'S'), seq: 0 });
  if (asks & 4) talk.ae();
  talk.back(40, { flags: bits(answers, 'SA'), seq: 5000, ack: 1 });
  if (answers & 4) talk.ae();
  return talk;
}

test.each([
  [0b000, 0b000, 'none'],
  [0b011, 0b001, 'classic'],
  [0b011, 0b000, 'none'],
  [0b111, 0b010, 'accecn'],
  [0b111, 0b011, 'accecn'],
  [0b111, 0b100, 'accecn'],
  [0b111, 0b110, 'accecn'],
  [0b111, 0b001, 'classic'],
  [0b111, 0b101, 'classic'],
  [0b111, 0b111, 'none'],
] as const)('a SYN that asks %s and is answered %s (RFC 9768 Table 2)', async (asks, answers, mode) => {
  const c = await begin(asks, answers)
    .out(41, data(0, { ecn: 2 }))
    .back(81, ack(1))
    .analyse();
  expect([c.forward.ecn.mode, c.backward.ecn.mode]).toEqual([mode, mode]);
  expect([c.forward.ecn.ceReported === null, c.forward.ecn.ect]).toEqual([mode !== 'accecn', 1]);
});

test('with AccECN the bits are a counter, not ECE and CWR; its differences are the CE marks', async () => {
  const talk = begin(0b111, 0b100);
  talk.ace(0b100, (flags) => talk.out(40.1, { flags, seq: 1, ack: 5001 }));
  let counter = 5;
  const marks = [0, 1, 0, 3, 7, 0];
  marks.forEach((more, i) => {
    counter = (counter + more) & 7;
    talk.ace(5, (flags) => talk.out(50 + i * 50, data(i, { flags, ecn: more ? 3 : 2 })));
    talk.ace(counter, (flags) => talk.back(90 + i * 50, ack(i + 1, { flags })));
  });
  const { forward, backward } = await talk.analyse();
  expect([forward.ecn.ece, forward.ecn.cwr, backward.ecn.ece, backward.ecn.cwr]).toEqual([0, 0, 0, 0]);
  expect([backward.ecn.ceReported, forward.ecn.ceReported, forward.ecn.ce]).toEqual([11, 0, 3]);
  expect(backward.ecn.ceReportedBytes).toBe(null);
});

test('the AccECN option counts bytes with CE, and tells more than seven marks in one ACK', async () => {
  const option = (ceBytes: number): Pick<Tcp, 'options'> => ({
    options: [174, 11, 0, 0, 1, ceBytes >> 16, (ceBytes >> 8) & 255, ceBytes & 255, 0, 0, 1],
  });
  const talk = begin(0b111, 0b010).out(40.1, { flags: 'AC', seq: 1, ack: 5001 });
  for (let i = 0; i < 12; i += 1) talk.ace(5, (flags) => talk.out(50 + i, data(i, { flags, ecn: 3 })));
  talk.ace((5 + 12) & 7, (flags) => talk.back(100, ack(12, { flags, ...option(12_000) })));
  const { backward } = await talk.analyse();
  expect([backward.ecn.ceReported, backward.ecn.ceReportedBytes]).toEqual([12, 12_000]);
});

test('a capture that begins in the middle knows AccECN by its bit, and what was counted before is no ECE', async () => {
  const talk = new EcnTalk();
  for (let i = 0; i < 6; i += 1) {
    talk.out(i * 50, data(i, { ecn: 2 }));
    talk.ace(i < 2 ? 3 : 5, (flags) => talk.back(i * 50 + 40, ack(i + 1, { flags })));
  }
  const { backward } = await talk.analyse();
  expect([backward.ecn.mode, backward.ecn.ece, backward.ecn.cwr]).toEqual(['accecn', 0, 0]);
});
