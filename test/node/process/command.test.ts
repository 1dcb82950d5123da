import { expect, test } from 'vitest';
import { run } from '../../../src/node/process/index.js';

test('a command gives what it prints, and is given its input', async () => {
  expect(await run(['cat'], { input: 'one\ntwo\n' })).toBe('one\ntwo\n');
});

test.each([
  ['with what it said', ['sh', '-c', 'echo no such device >&2; exit 3'], 'no such device'],
  ['with its exit code when it said nothing', ['sh', '-c', 'exit 3'], 'ended with 3'],
  ['with the signal that ended it', ['sh', '-c', 'kill -TERM $$'], 'ended by SIGTERM'],
])('a command that fails is told %s', async (_how, argv, said) => {
  const command = argv.join(' ');
  await expect(run(argv)).rejects.toMatchObject({
    code: 'MOORING_ERR_TESTBED_COMMAND',
    message: `${command}: ${said}`,
    detail: { command, said },
  });
});

test('a command that does not end is ended', async () => {
  await expect(run(['sleep', '600'], { longestMs: 50 })).rejects.toMatchObject({
    code: 'MOORING_ERR_TESTBED_COMMAND',
    detail: { said: 'ended by SIGKILL' },
  });
});

test('a program that is not here is told by its name', async () => {
  await expect(run(['mooring-no-such-program', '-x'])).rejects.toMatchObject({
    code: 'MOORING_ERR_TESTBED_UNSUPPORTED',
    message: 'mooring-no-such-program is not installed',
    detail: { command: 'mooring-no-such-program -x' },
  });
});

test('a program that is not there keeps nobody from ending: no timer is left', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  await expect(run(['mooring-no-such-program'])).rejects.toMatchObject({ code: 'MOORING_ERR_TESTBED_UNSUPPORTED' });
  expect(timers()).toBe(before);
});
