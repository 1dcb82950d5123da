import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { VERBS } from '../../src/cli/verbs/index.js';
import { describeEvent, EVENT_KINDS } from '../../src/node/agent/describe-event.js';
import type { ConnectEvent } from '../../src/node/agent/events.js';

const folder = mkdtempSync(join(tmpdir(), 'mooring-terminal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HOSTILE = '\u001b]0;owned\u0007\u009b2J\rforged';
const controls = /[^\P{Cc}\t\n]/u;

function mooring(...args: string[]) {
  const { stdout, stderr } = spawnSync(process.execPath, [resolve('dist/cli.js'), ...args], {
    encoding: 'utf8',
    cwd: folder,
    timeout: 60_000,
  });
  return `${stdout}${stderr}`;
}

test.each(VERBS.map(({ name }) => name))('%s shows no control character of what it is given', (verb) => {
  for (const args of [[`${HOSTILE}.ccp`], [`--${HOSTILE}`], ['--json', HOSTILE]]) {
    const said = mooring(verb, ...args).replaceAll(/\r\n/g, '\n');
    expect(said.match(controls), said).toBeNull();
  }
});

const archive = resolve('../shared/cases/agent/esc.tar');
test.skipIf(!existsSync(archive))('names in an archive steer no terminal', () => {
  copyFileSync(archive, join(folder, 'esc.tar'));
  for (const verb of ['info', 'flows', 'series', 'limits', 'echo']) {
    expect(mooring('pcap', verb, 'esc.tar')).not.toMatch(controls);
  }
});

test('a program with hostile text is shown with its controls replaced', () => {
  writeFileSync(join(folder, 'x.ccp'), `(def) (when true (:= ${HOSTILE} 1))`);
  expect(mooring('compile', 'x.ccp')).not.toMatch(controls);
});

test.each(Object.keys(EVENT_KINDS))('an event %s with hostile text is one line', (kind) => {
  const error = { name: HOSTILE, message: `${HOSTILE}\nmooring: all is well` };
  const texts = [
    'address',
    'message',
    'algorithm',
    'congAlg',
    'name',
    'path',
    'place',
    'code',
    'phase',
    'reason',
    'by',
  ];
  const event = {
    kind,
    error,
    programUids: [1],
    flows: 1,
    ...Object.fromEntries(texts.map((name) => [name, `${HOSTILE}\nx`])),
  };
  const line = describeEvent(event as unknown as ConnectEvent);
  expect(line).not.toMatch(controls);
  expect(line).not.toContain('\n');
});
