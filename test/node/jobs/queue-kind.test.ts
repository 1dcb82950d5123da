import { expect, test } from 'vitest';
import { readFailure, readResult } from '../../../src/node/jobs/queue-kind.js';
import { runKind } from '../../../src/node/jobs/run-kind.js';

test('rows come out of the queue as they went in', () => {
  const rows = [{ flow: 0, name: 'a', fctUs: null }];
  expect(readResult(runKind(), { schema: 1, result: rows })).toEqual({ ok: true, result: rows });
});

test.each([
  [null],
  ['text'],
  [{}],
  [{ schema: 2, result: [{ flow: 0 }] }],
  [{ schema: 1, result: [] }],
  [{ schema: 1, result: [{ flow: 0, name: {} }] }],
])('%j is no result of this version', (value) => {
  expect(readResult(runKind(), value)).toMatchObject({ ok: false, error: { code: 'MOORING_ERR_JOBS_RESULT' } });
});

test('a failure has the code its worker gave it; what is no such text is told as it is', () => {
  const error = { name: 'MooringError', message: 'no', code: 'MOORING_ERR_JOBS_UNTRUSTED' };
  expect(readFailure(JSON.stringify(error)).error).toEqual(error);
  for (const reason of ['', 'null', '{}', '{"message":1}', 'job stalled']) {
    expect(readFailure(reason).error).toEqual({ name: 'Error', message: reason });
  }
});
