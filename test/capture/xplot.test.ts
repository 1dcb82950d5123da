import { expect, test } from 'vitest';
import { openCapture, type XplotGraph, xplotGraphs } from '../../src/capture/index.js';
import { ack, Conversation, data } from './conversation.js';

// Graphs as xplot reads them: commands with numbers, colours that hold until the next, `go` at the end.

const talk = new Conversation().handshake();
talk.out(100, data(0)).back(120, ack(1)).out(200, data(1)).out(300, data(1)).back(320, ack(2));
const series = await (await openCapture(talk.bytes())).series({ connection: 1, marks: true });

const lines = (graph: XplotGraph): string[] => [...graph.text()].join('').split('\n');
const named = (kind: XplotGraph['kind']): XplotGraph => xplotGraphs(series).find((graph) => graph.kind === kind)!;

test('of the direction with data: sequence numbers, round-trip times, bytes in flight', () => {
  expect(xplotGraphs(series).map(({ kind, direction }) => `${direction} ${kind}`)).toEqual([
    'forward tsg',
    'forward rtt',
    'forward owin',
  ]);
  expect(xplotGraphs({ connection: series.connection })).toEqual([]);
});

test('a graph begins with what it is, and ends with go', () => {
  const all = lines(named('tsg'));
  expect(all.slice(0, 7)).toEqual([
    'timeval double',
    'title',
    expect.stringMatching(/^10\.\S+:\d+_==>_10\.\S+:\d+ \(time sequence graph\)$/),
    'xlabel',
    'time',
    'ylabel',
    'sequence number',
  ]);
  expect(all.slice(-2)).toEqual(['go', '']);
});

test('each mark is drawn in its colour: data white, resent red with a letter, ACKs and windows as stairs', () => {
  const all = lines(named('tsg'));
  const drawnIn = new Map<string, string[]>();
  let colour = '';
  for (const line of all.slice(7, -2)) {
    if (/^[a-z]+$/.test(line)) {
      colour = line;
      drawnIn.set(colour, drawnIn.get(colour) ?? []);
    } else drawnIn.get(colour)!.push(line);
  }
  // SYN and two segments: their bytes as lines, with an arrow at each end.
  const white = drawnIn.get('white')!;
  expect(white.map((line) => line.split(' ')[0])).toEqual(Array(3).fill(['line', 'darrow', 'uarrow']).flat());
  expect(white[3]).toMatch(/^line 0\.100000 (\d+) 0\.100000 \d+$/);
  expect(drawnIn.get('red')).toEqual([
    expect.stringMatching(/^line 0\.300000 /),
    expect.stringMatching(/^darrow 0\.300000 /),
    expect.stringMatching(/^uarrow 0\.300000 /),
    expect.stringMatching(/^atext 0\.300000 /),
    'R',
  ]);
  // From the handshake's ACK on, flat and then up.
  expect(drawnIn.get('green')!.every((line) => line.startsWith('line '))).toBe(true);
  expect(drawnIn.get('green')!.at(-1)).toMatch(/^line 0\.320000 (\d+) 0\.320000 (?!\1$)\d+$/);
  expect(drawnIn.get('yellow')!.length).toBeGreaterThan(0);
});

test('round-trip times are dots in milliseconds', () => {
  expect(lines(named('rtt')).filter((line) => line.startsWith('dot '))).toEqual(['dot 0.040000 40', 'dot 0.120000 20']);
});

test('long graphs come in pieces, each whole lines', () => {
  const many = new Conversation().handshake();
  for (let i = 0; i < 3000; i += 1) many.out(100 + i, data(i));
  return openCapture(many.bytes())
    .then((capture) => capture.series({ connection: 1, marks: true }))
    .then((long) => {
      const pieces = [...xplotGraphs(long)[0]!.text()];
      expect(pieces.length).toBeGreaterThan(2);
      expect(pieces.every((piece) => piece.endsWith('\n'))).toBe(true);
      expect(pieces.join('').match(/^darrow /gm)).toHaveLength(1 + 3000);
    });
});
