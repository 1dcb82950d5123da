import { expect, test } from 'vitest';
import { parseQueueAddress } from '../../../src/node/jobs/redis-link.js';

test('an address is told without its password', () => {
  expect(parseQueueAddress('redis://ann:s%40cret@queue.example:7000/2', {})).toEqual({
    shown: 'redis://queue.example:7000/2',
    options: { host: 'queue.example', port: 7000, db: 2, username: 'ann', password: 's@cret' },
  });
  expect(parseQueueAddress('rediss://[::1]', { MOORING_REDIS_PASSWORD: 'p' })).toEqual({
    shown: 'rediss://[::1]:6379',
    options: { host: '::1', port: 6379, password: 'p', tls: {} },
  });
  expect(parseQueueAddress('redis://:own@h', { MOORING_REDIS_PASSWORD: 'p' }).options.password).toBe('own');
});

test.each(['', 'localhost:6379', 'http://localhost', 'redis://', 'redis://:secret@host/one'])(
  '%j is refused',
  (text) => {
    const refusal = expect.objectContaining({
      code: 'MOORING_ERR_BAD_ARGUMENT',
      message: expect.not.stringContaining('secret'),
    });
    expect(() => parseQueueAddress(text, {})).toThrow(refusal);
  },
);
