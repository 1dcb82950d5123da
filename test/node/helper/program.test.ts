import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { findHelper, requireHelper } from '../../../src/node/helper/index.js';

const here = findHelper().program !== undefined;
const built = here && spawnSync('cc', ['--version']).status === 0;

const verbs = ['open', 'relay', 'capture', 'delay', 'echo', 'drive'];
const run = (...words: string[]) =>
  spawnSync(requireHelper(), words, { encoding: 'utf8', input: '', timeout: 5000, env: { PATH: process.env['PATH'] } });

describe.skipIf(!here)('the program', () => {
  it('explains itself and each verb', () => {
    const { status, stdout } = run('--help');
    expect(status).toBe(0);
    for (const verb of verbs) {
      expect(stdout).toContain(`\n  ${verb} `);
      const help = run(verb, '--help');
      expect(help).toMatchObject({ status: 0, stderr: '' });
      expect(help.stdout).toMatch(new RegExp(`^usage: mooring-helper ${verb} `));
    }
    expect(run('--version').stdout).toBe('mooring-helper protocol 1\n');
  });

  it('answers bad usage with one line and 2', () => {
    const bad: string[][] = [[], ['nonsense'], ['']];
    for (const verb of verbs) bad.push([verb, '--nonsense'], [verb, '-x'], [verb, '---'], [verb, '--help=1']);
    for (const verb of ['open', 'relay']) {
      bad.push([verb], [verb, 'pipe'], [verb, '--fd', '3'], [verb, 'unix', '--bind'], [verb, 'unix', '--bind', '']);
      bad.push([verb, 'unix', '--fd', '2'], [verb, 'unix', '--fd', '1e1'], [verb, 'unix', '--mode', '888']);
      bad.push([verb, 'netlink', '--group', '0'], [verb, 'netlink', '--group=33'], [verb, 'unix', '--user-peers=1']);
    }
    bad.push(['open', 'unix'], ['open', 'unix', 'true'], ['open', 'unix', '--'], ['relay', 'unix', 'more']);
    bad.push(['relay', 'unix', '--fd', '77']);
    bad.push(['capture'], ['capture', '--interface', 'lo'], ['capture', '--write', 'x'], ['capture', 'lo']);
    bad.push(['capture', '--interface', 'lo', '--write', 'x', '--snap', '0'], ['capture', '--ring', '1']);
    bad.push(['delay'], ['delay', '--a', 'x'], ['delay', '--a', 'x', '--b', 'y'], ['delay', '--delay', '-1']);
    bad.push(['echo', 'x'], ['drive'], ['drive', '--bind', '/x', '--values', ''], ['drive', '--window', '0']);
    bad.push(['drive', '--bind', '/tmp/x', '--values', '1,,2'], ['drive', '--bind', '/tmp/x', '--values', '1,-2']);
    for (const words of bad) {
      const { status, stdout, stderr } = run(...words);
      expect({ words, status, stdout }).toEqual({ words, status: 2, stdout: '' });
      expect(stderr, words.join(' ')).toMatch(/^mooring-helper[^\n]*: [^\n]+\n$/);
    }
  });

  it('answers any words with an exit code of its own', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'unix',
        'char',
        '--fd',
        '--path',
        '--bind',
        '--',
        '--snap',
        '--a',
        '--b',
        '--help',
        '-1',
        '0',
        '99999',
      ),
      fc.string({ maxLength: 12 }).filter((text) => !text.includes('\0')),
    );
    // Nothing in here may open anything: every path is one that cannot exist.
    fc.assert(
      fc.property(
        fc.constantFrom('relay', 'capture', 'delay', 'drive'),
        fc.array(word, { maxLength: 5 }),
        (verb, words) => {
          const { status, signal } = run(verb, ...words, '--nonsense');
          expect(signal).toBeNull();
          expect([0, 1, 2, 3]).toContain(status);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.skipIf(process.getuid?.() !== 0)('drops to the named user, and refuses one there is not', () => {
    const { status, stdout } = run(
      'open',
      'unix',
      '--bind',
      '@mooring-user',
      '--user',
      '65534',
      '--',
      'sh',
      '-c',
      'id -u; id -g; id -G; grep -c "0000000000000000" /proc/self/status',
    );
    expect({ status, lines: stdout.trim().split('\n').slice(0, 3) }).toEqual({
      status: 0,
      lines: ['65534', '65534', '65534'],
    });
    const unknown = run('open', 'unix', '--bind', '@mooring-user', '--user', 'no-such-user', '--', 'true');
    expect(unknown).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('ENOENT: unix @mooring-user: no such user'),
    });
  });
});

describe.skipIf(!here)('the floor', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-floor-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is driven and measured', async () => {
    const agent = join(folder, 'agent');
    const echo = spawn(requireHelper(), ['echo', '--bind', agent], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => echo.stdout.once('data', resolve));
    for (const words of [[], ['--flows', '20', '--window', '8', '--values', '1448,1']]) {
      const { status, stdout, stderr } = run(
        'drive',
        '--bind',
        join(folder, 'datapath'),
        '--to',
        agent,
        '--count',
        '500',
        ...words,
      );
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(
        /^result reports=500 seconds=[\d.]+ per_second=\d+ min_ns=\d+ p50_ns=\d+ .* max_ns=\d+\n$/,
      );
    }
    const ended = new Promise((resolve) => echo.once('close', resolve));
    echo.kill('SIGTERM');
    expect(await ended).toBe(0);
    const nobody = run('drive', '--bind', join(folder, 'datapath'), '--to', agent);
    expect(nobody).toMatchObject({ status: 1, stderr: expect.stringMatching(/ENOENT.*no program|ENOENT/) });
  });
});

describe.skipIf(!built)('the parts in C', () => {
  it('pass their own tests', () => {
    execFileSync('make', ['-C', 'helper', 'test'], { stdio: ['ignore', 'pipe', 'pipe'] });
  });
});
