import { expect, test } from 'vitest';
import { JobLedger } from '../../../src/node/jobs/job-ledger.js';

const LEASE_MS = 100;

/** A ledger of one job that is brought to a state, and a token that is, or was, its claim. */
function inState(state: 'waiting' | 'held' | 'held for the last time' | 'ended' | 'set aside') {
  const ledger = new JobLedger(['job'], LEASE_MS);
  const take = (nowMs: number): string => {
    const taking = ledger.take('w', nowMs);
    return taking.kind === 'job' ? taking.claim.token : '';
  };
  let token = 'no such claim';
  if (state !== 'waiting') token = take(0);
  if (state === 'held for the last time' || state === 'set aside') {
    for (const nowMs of [100, 200]) {
      ledger.lapse(nowMs);
      token = take(nowMs);
    }
  }
  if (state === 'set aside') ledger.lapse(300);
  if (state === 'ended') ledger.end(token);
  return { ledger, token };
}

const NOW_MS = 250;
const EVENTS = {
  take: ({ ledger }: ReturnType<typeof inState>) => ledger.take('v', NOW_MS).kind,
  keep: ({ ledger, token }: ReturnType<typeof inState>) => ledger.keep(token, NOW_MS),
  end: ({ ledger, token }: ReturnType<typeof inState>) => ledger.end(token),
  giveBack: ({ ledger, token }: ReturnType<typeof inState>) => ledger.giveBack(token),
  lapse: ({ ledger }: ReturnType<typeof inState>) => ledger.lapse(300).length,
};

// What an event answers in a state, and what a worker that asks afterwards finds.
test.each([
  ['waiting', 'take', 'job', 'wait'],
  ['waiting', 'keep', false, 'job'],
  ['waiting', 'end', false, 'job'],
  ['waiting', 'giveBack', false, 'job'],
  ['waiting', 'lapse', 0, 'job'],
  ['held', 'take', 'wait', 'wait'],
  ['held', 'keep', true, 'wait'],
  ['held', 'end', true, 'none'],
  ['held', 'giveBack', true, 'job'],
  ['held', 'lapse', 0, 'job'],
  ['held for the last time', 'take', 'wait', 'wait'],
  ['held for the last time', 'keep', true, 'wait'],
  ['held for the last time', 'end', true, 'none'],
  ['held for the last time', 'giveBack', true, 'job'],
  ['held for the last time', 'lapse', 1, 'none'],
  ['ended', 'take', 'none', 'none'],
  ['ended', 'keep', false, 'none'],
  ['ended', 'end', false, 'none'],
  ['ended', 'giveBack', false, 'none'],
  ['ended', 'lapse', 0, 'none'],
  ['set aside', 'take', 'none', 'none'],
  ['set aside', 'keep', false, 'none'],
  ['set aside', 'end', false, 'none'],
  ['set aside', 'giveBack', false, 'none'],
  ['set aside', 'lapse', 0, 'none'],
] as const)('%s, %s: %s, then %s', (state, event, answer, next) => {
  const setting = inState(state);
  expect(EVENTS[event](setting)).toBe(answer);
  expect(setting.ledger.take('next', NOW_MS).kind).toBe(next);
});

test('what was given back comes first, what lapsed comes last', () => {
  const ledger = new JobLedger(['a', 'b', 'c'], LEASE_MS);
  const taken = (nowMs: number): string => {
    const taking = ledger.take('w', nowMs);
    return taking.kind === 'job' ? taking.claim.job : taking.kind;
  };
  const first = ledger.take('w', 0);
  if (first.kind !== 'job') throw new Error('no job');
  ledger.giveBack(first.claim.token);
  expect(taken(0)).toBe('a');
  ledger.lapse(LEASE_MS);
  expect([taken(100), taken(100), taken(100), taken(100)]).toEqual(['b', 'c', 'a', 'wait']);
});
