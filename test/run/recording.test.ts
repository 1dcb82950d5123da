import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Agent, watchFlows } from '../../src/agent/index.js';
import { Aimd, ALGORITHMS, Cubic } from '../../src/algorithms/index.js';
import { compileOrThrow } from '../../src/program/index.js';
import { columnsOfRecording, type Run, runOfColumns } from '../../src/run/index.js';
import { rowMeanings } from '../../src/run/row-meanings.js';
import { decodeMessages, encodeMessage, parseRecording, type RecordedMessage } from '../../src/wire/index.js';

const flow = { initCwnd: 14_480, mss: 1448, srcIp: 0x0100_000a, srcPort: 0x5000, dstIp: 0x0200_000a, dstPort: 0xbb01 };
const create = (sid: number) => encodeMessage({ type: 'create', sid, ...flow });
const ready = encodeMessage({ type: 'ready', id: 1 });

/** What an agent installs for a flow of each algorithm, and what it knows its fields to be. */
function installed(name: string) {
  const agent = new Agent({ algorithms: { [name]: ALGORITHMS[name as keyof typeof ALGORITHMS] }, default: name });
  const said = [agent.handle(ready, 'dp', 0), agent.handle(create(1), 'dp', 10)].flatMap(({ messages }) =>
    messages.flatMap(({ bytes }) => decodeMessages(bytes)),
  );
  const programs = said.flatMap((decoded) =>
    decoded.ok && decoded.message.type === 'install' ? [decoded.message] : [],
  );
  const [named] = watchFlows(agent, 10).programs;
  return { program: programs.find(({ programUid }) => programUid === named?.uid), fields: named?.fields ?? [] };
}

test.each(Object.keys(ALGORITHMS))('the rows of %s say of its fields what its text says', (name) => {
  const { program, fields } = installed(name);
  const { rows, events, instructions } = program!;
  const found = rowMeanings(rows, events, instructions);
  expect(fields.length).toBeGreaterThan(0);
  const told = found.map(({ of, adds }) => [of === 'Cwnd' || of === 'Rate' ? null : of, adds]);
  expect(told.slice(0, fields.length)).toEqual(fields.map(({ of, adds }) => [of, adds]));
});

test('fields of one input, of several, added up and not', () => {
  const text = `(def (Report (volatile acked 0) (volatile rtt 0) (least +infinity) (volatile both 0) (window 0)))
    (when true
      (:= Report.acked (+ Report.acked Ack.bytes_acked))
      (:= Report.rtt Flow.rtt_sample_us)
      (:= Report.least (min Report.least Flow.rtt_sample_us))
      (:= Report.both (+ Ack.bytes_acked Flow.bytes_in_flight))
      (:= Report.window Cwnd)
      (fallthrough))
    (when (> Micros 1000) (report))`;
  const program = compileOrThrow(text);
  const found = rowMeanings(program.rows(), program.events, program.instructions);
  expect(found).toEqual([
    { name: 'field 0', of: 'Ack.bytes_acked', adds: true },
    { name: 'field 1', of: 'Flow.rtt_sample_us', adds: false },
    { name: 'field 2, its minimum', of: 'Flow.rtt_sample_us', adds: false },
    { name: 'field 3', of: null, adds: false },
    { name: 'field 4', of: 'Cwnd', adds: false },
  ]);
});

test('any bytes are rows that mean something or nothing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(300), fc.nat(300), (rows, events, instructions) => {
      // What is no row of ours may name any register; numbers of a datapath's are few.
      expect(Array.isArray(rowMeanings(rows, events, instructions))).toBe(true);
    }),
  );
});

describe('a recording', () => {
  const messages: RecordedMessage[] = [];
  const agent = new Agent({ algorithms: { aimd: Aimd, cubic: Cubic }, default: 'cubic' });
  const say = (timeUs: number, bytes: Uint8Array): void => {
    messages.push({ timeUs, direction: 'in', address: 'dp', bytes });
    for (const { bytes: out } of agent.handle(bytes, 'dp', timeUs).messages)
      messages.push({ timeUs, direction: 'out', address: 'dp', bytes: out });
  };
  const startUs = 1_700_000_000_000_000;
  say(startUs, ready);
  say(startUs + 1000, create(7));
  const { fields } = installed('cubic');
  const at = (input: string): number => fields.findIndex(({ of }) => of === input);
  const programUid = messages
    .flatMap(({ bytes }) => decodeMessages(bytes))
    .flatMap((decoded) => (decoded.ok && decoded.message.type === 'changeProg' ? [decoded.message.programUid] : []))
    .at(-1)!;
  const report = (values: Readonly<Record<string, number>>) =>
    encodeMessage({
      ...{ type: 'measure', sid: 7, programUid },
      fields: fields.map((_, i) => Object.entries(values).find(([input]) => at(input) === i)?.[1] ?? 0),
    });
  for (let i = 1; i <= 10; i += 1)
    say(startUs + 1000 + i * 100_000, report({ 'Ack.bytes_acked': 125_000, 'Flow.rtt_sample_us': 40_000 + i }));
  say(startUs + 1_201_000, encodeMessage({ type: 'measure', sid: 7, programUid: 0, fields: [] }));
  const run: Run = runOfColumns(columnsOfRecording(messages, 'agent.jsonl'));
  const valueAt = async (quantity: 'cwnd' | 'rtt' | 'deliveryRate', us: number) =>
    (await run.source.at(quantity, 0, us))?.value ?? null;

  test('is a run: its flow by its addresses, from its beginning to its end', () => {
    expect(run.provenance).toMatchObject({ source: 'recording', files: ['agent.jsonl'], madeAtEpochUs: startUs });
    expect(run.flows).toHaveLength(1);
    expect(run.flows[0]).toMatchObject({ name: '10.0.0.1:80 → 10.0.0.2:443', startUs: 1000, endUs: 1_201_000 });
    expect(run.span).toEqual({ fromUs: 0, toUs: 1_201_000 });
    expect(run.warnings).toEqual([]);
  });

  test('has round trips and rates out of the fields that are made of them', async () => {
    expect(await valueAt('rtt', 300_000)).toBe(40_002);
    expect(await valueAt('deliveryRate', 501_000)).toBeCloseTo(1_250_000, 6);
    expect(run.flows[0]!.totals.goodputBytesPerSecond).toBeCloseTo(1_250_000 / 1.2, 0);
  });

  test('has the windows that the agent set, from the first on, and none after the end', async () => {
    expect(await valueAt('cwnd', 1500)).toBe(14_480);
    const last = decodedUpdates(messages).at(-1)!;
    expect(await valueAt('cwnd', 1_150_000)).toBe(last);
    const columns = await run.source.query({
      quantity: 'cwnd',
      owner: 0,
      fromUs: 1_201_000,
      toUs: 1_201_000,
      pixels: 1,
    });
    expect([columns!.count[0], columns!.unknown[0]]).toEqual([0, 1]);
  });

  test('what was not recorded from its beginning is said', () => {
    const withoutInstall = messages.filter(({ bytes }) =>
      decodeMessages(bytes).every((decoded) => decoded.ok && decoded.message.type !== 'install'),
    );
    expect(columnsOfRecording(withoutInstall, 'x').warnings[0]).toContain('installed before the recording began');
    const withoutCreate = messages.filter(({ bytes }) =>
      decodeMessages(bytes).every((decoded) => decoded.ok && decoded.message.type !== 'create'),
    );
    expect(columnsOfRecording(withoutCreate, 'x')).toMatchObject({
      flows: [],
      warnings: ['1 flow began before the recording: left out'],
    });
    expect(() => columnsOfRecording([], 'x')).toThrow('no message was recorded');
  });

  test('as text it is read again; what is none is told by its line', () => {
    const text = [
      '{"mooring":"agent-traffic","version":1}',
      ...messages.map(({ timeUs, direction, address, bytes }) =>
        JSON.stringify({ us: timeUs, dir: direction, peer: address, hex: Buffer.from(bytes).toString('hex') }),
      ),
    ].join('\n');
    const read = parseRecording(`${text}\n{"us":17`);
    expect(read.ok && read.messages).toEqual(messages.map((one) => ({ ...one, bytes: new Uint8Array(one.bytes) })));
    expect(parseRecording('{"a":1}')).toMatchObject({ ok: false, line: 1 });
    expect(parseRecording(`${text.split('\n')[0]}\n{"b":1}\n\n`)).toMatchObject({ ok: false, line: 2 });
  });

  test('messages of anybody give a run or the reason', () => {
    const one = fc.record({
      timeUs: fc.nat(),
      direction: fc.constantFrom('in' as const, 'out' as const),
      address: fc.string(),
      bytes: fc.uint8Array({ maxLength: 120 }),
    });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 20 }), (some) => {
        const sorted = some.sort((a, b) => a.timeUs - b.timeUs);
        expect(columnsOfRecording(sorted, 'x').span.toUs).toBeGreaterThan(0);
      }),
    );
  });
});

/** The windows that were set, in order. */
function decodedUpdates(messages: readonly RecordedMessage[]): number[] {
  return messages
    .flatMap(({ bytes }) => decodeMessages(bytes))
    .flatMap((decoded) => {
      if (!decoded.ok || (decoded.message.type !== 'updateField' && decoded.message.type !== 'changeProg')) return [];
      return decoded.message.updates.filter(({ registerType, index }) => registerType === 2 && index === 4);
    })
    .map(({ value }) => Number(value));
}
