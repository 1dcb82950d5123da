import { expect, test } from 'vitest';
import { createConst } from '../../src/algorithms/index.js';
import { driveFlow } from './flow-driver.js';

test('holds the window it was given, the first one without', () => {
  const flow = driveFlow(createConst({ cwndPackets: 7 }));
  expect(flow.cwnd).toBe(7);
  expect(driveFlow(createConst({ rateBytesPerSecond: 1 }), 12).cwnd).toBe(12);
});

test.each([{ cwndPackets: 0 }, { cwndPackets: 1.5 }, { rateBytesPerSecond: -1 }, { cwndPackets: Number.NaN }])(
  'refuses %j',
  (options) => {
    expect(() => createConst(options)).toThrow(
      expect.objectContaining({
        code: 'MOORING_ERR_BAD_ARGUMENT',
        detail: { argument: Object.keys(options)[0], value: Object.values(options)[0] },
      }),
    );
  },
);

test('takes what is left open as not given', () => {
  expect(() => createConst({ cwndPackets: undefined as never, rateBytesPerSecond: 1 })).not.toThrow();
});
