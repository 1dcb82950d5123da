import { expect, test } from 'vitest';
import { parseFlowLine } from '../../../src/node/helper/index.js';

const LINE =
  'flow datapath=9 sid=2 local=[fd77:1::1]:44000 remote=[fd77:1::2]:5201 cwnd=24616 rate=400000 mss=1448 srtt=5100 flight=17 delivered=900 lost=3 program=1 acks=450 reports=40 dropped=2 errors=0';

test('a flow that the helper lists', () => {
  expect(parseFlowLine(`${LINE} reported=1200`)).toEqual({
    ...{ datapath: 9, sockId: 2, local: '[fd77:1::1]:44000', remote: '[fd77:1::2]:5201' },
    ...{ cwndBytes: 24_616, rateBytesPerSecond: 400_000, mssBytes: 1448, srttUs: 5100 },
    ...{
      inFlight: 17,
      delivered: 900,
      lost: 3,
      programUid: 1,
      acks: 450,
      reports: 40,
      dropped: 2,
      errors: 0,
      reportedUs: 1200,
    },
  });
});

test('what is not known of it is absent, not 0', () => {
  const begun = LINE.replace('rate=400000', 'rate=0').replace('srtt=5100', 'srtt=0').replace('program=1', 'program=0');
  const flow = parseFlowLine(begun);
  for (const name of ['rateBytesPerSecond', 'srttUs', 'programUid', 'reportedUs'])
    expect(flow).not.toHaveProperty(name);
});

test('any other line is none of the helper', () => {
  for (const line of ['flow', 'flow datapath=x', 'ready', LINE.replace('mss=1448 ', '')]) {
    expect(() => parseFlowLine(line)).toThrow(/the helper said/);
  }
});
