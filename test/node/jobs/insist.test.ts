import { expect, test } from 'vitest';
import { insist } from '../../../src/node/jobs/insist.js';

/** Answers in turn: errors are thrown. */
function asked(...answers: readonly (Error | string)[]) {
  const left = [...answers];
  return async () => {
    const answer = left.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
}

test('asks until there is an answer, and tells once why not, but for a connection, which is told elsewhere', async () => {
  const lines: string[] = [];
  const tell = (line: string) => void lines.push(line);
  const full = new Error('MISCONF the disk is full');
  const ask = asked(
    new Error('Connection is closed.'),
    full,
    new Error('Command aborted due to connection close'),
    full,
    'ok',
  );
  expect(await insist(ask, { what: 'it refuses', tell })).toBe('ok');
  expect(lines).toEqual(['it refuses and is asked again: MISCONF the disk is full']);
});

test('an error that is an answer is thrown', async () => {
  const answer = Object.assign(new Error('no such job'), { code: -1 });
  const isAnswer = (error: unknown) => error === answer;
  await expect(insist(asked(answer), { what: '', tell: () => {}, isAnswer })).rejects.toBe(answer);
});

test('ends when it is aborted', async () => {
  const stop = new AbortController();
  const ask = () => {
    stop.abort();
    return Promise.reject(new Error('away'));
  };
  expect(await insist(ask, { what: '', tell: () => {}, signal: stop.signal })).toBeUndefined();
});
