import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../files/index.js';
import { delayArguments, findHelper } from '../../helper/index.js';
import { helperRemedy } from '../../install/index.js';
import { type CableEnd, makeNamespace, passOver, plugCable } from '../../namespaces/index.js';
import { sleep } from '../../process/index.js';
import { refuse } from '../failure.js';
import { stateFolder, type TestbedState } from './state.js';

const READY_MS = 5000;

/**
 * A cable with a one-way delay (µs) in both directions: two cables that meet in a namespace of
 * their own, where the helper carries each frame over after its time. It ends with that namespace.
 */
export async function layRelay(
  state: TestbedState,
  [a, b]: readonly [CableEnd, CableEnd],
  delayUs: number,
  index: number,
): Promise<void> {
  const { program } = findHelper();
  if (program === undefined) {
    throw refuse({
      class: 'configuration',
      scope: 'site',
      reason: `the uplink ${a.alias} – ${b.alias} wants a delay, which needs the helper: ${helperRemedy()}`,
    });
  }
  const namespace = `${state.prefix}-wire-${index}`;
  await makeNamespace(namespace, false);
  await plugCable(a, { namespace, device: 'a' });
  await plugCable(b, { namespace, device: 'b' });

  const log = join(stateFolder(), `${state.name}.homes`, `wire-${index}.log`);
  makeFolder(join(log, '..'));
  const out = openSync(log, 'w');
  // It outlives us: the testbed stays up when the command that built it has ended.
  const words = delayArguments({ a: 'a', b: 'b', delayUs: Math.round(delayUs) });
  const child = spawn('ip', ['netns', 'exec', namespace, program, ...words], {
    stdio: ['ignore', out, out],
    detached: true,
  });
  child.on('error', () => undefined);
  child.unref();
  closeSync(out);
  const giveUpMs = Date.now() + READY_MS;
  while (!readFileSync(log, 'utf8').startsWith('ready')) {
    if (child.exitCode !== null || Date.now() > giveUpMs) {
      await passOver(Promise.resolve(child.kill('SIGKILL')));
      const said = readFileSync(log, 'utf8').trim() || 'nothing';
      throw refuse({
        class: 'transient',
        scope: 'site',
        reason: `the delay of an uplink did not start; it said ${said}`,
      });
    }
    await sleep(10);
  }
}
