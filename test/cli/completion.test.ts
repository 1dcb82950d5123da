import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

const folder = mkdtempSync(join(tmpdir(), 'mooring-completion-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** How each shell is asked what it offers for `$1`, the line so far, with the script at `$0`: one word a line. */
const ASK: Readonly<Record<Shell, string>> = {
  // As readline does when Tab is pressed.
  bash: `source "$0"; COMP_LINE="$1"; COMP_POINT=\${#1}; _mooring; printf '%s\\n' "\${COMPREPLY[@]}"`,
  // The function of the script as it is, over builtins of the completion system that print what they would offer.
  zsh: `compadd() { shift; print -l -- "$@" }; _files() { print '(files)' }
    _describe() { local -a all; all=("\${(@P)2}"); print -l -- "\${(@)all%%:*}" }
    source "$0"; words=("\${(@s: :)1}"); CURRENT=$#words; _mooring`,
  fish: `source $argv[1]; complete -C "$argv[2]" | string split -f1 \\t; or true`,
};

const scripts = Object.fromEntries(
  SHELLS.map((shell) => {
    const file = join(folder, shell);
    writeFileSync(file, execFileSync(process.execPath, ['dist/cli.js', 'completion', shell]));
    return [shell, file];
  }),
) as Record<Shell, string>;

function offered(shell: Shell, line: string): string[] {
  const flags = shell === 'bash' ? ['--norc'] : shell === 'zsh' ? ['-f'] : ['--no-config'];
  const { status, stdout, stderr } = spawnSync(shell, [...flags, '-c', ASK[shell], scripts[shell], line], {
    encoding: 'utf8',
    cwd: folder,
  });
  expect([status, stderr]).toEqual([0, '']);
  const word = line.slice(line.lastIndexOf(' ') + 1);
  const words = stdout.split('\n').filter((found) => found !== '');
  // zsh itself picks those that begin with what is there.
  return shell === 'zsh' ? words.filter((found) => found.startsWith(word) || found === '(files)') : words;
}

const missing = (shell: Shell): string | false =>
  spawnSync(shell, ['-c', 'true']).error ? `${shell} is not installed here` : false;

describe.each(SHELLS)('%s', (shell) => {
  const reason = missing(shell);
  test.skipIf(reason)(`completes verbs, options and values${reason ? ` (skipped: ${reason})` : ''}`, () => {
    const verbs =
      'start studio compile sim sweep worker compare agent flows datapath replay pcap query twine testbed fabric bench figures helper doctor docs init completion'.split(
        ' ',
      );
    expect(new Set(offered(shell, 'mooring '))).toEqual(new Set(verbs));
    expect(new Set(offered(shell, 'mooring s'))).toEqual(new Set(['start', 'studio', 'sim', 'sweep']));
    expect(new Set(offered(shell, 'mooring pcap '))).toEqual(
      new Set(['info', 'flows', 'series', 'limits', 'compare', 'dataset', 'watch', 'replay', 'echo']),
    );
    expect(offered(shell, 'mooring pcap flows --max')).toEqual(['--max-connections']);
    expect(offered(shell, 'mooring sim --pres')).toEqual(['--preset']);
    expect(new Set(offered(shell, 'mooring sim --engine '))).toEqual(new Set(['jit', 'interpreter']));
    expect(offered(shell, 'mooring twine run --mode o')).toEqual(['operator']);
    expect(offered(shell, 'mooring bench v')).toEqual(['vm']);
    expect(new Set(offered(shell, 'mooring completion '))).toEqual(new Set(SHELLS));
    const algorithms = offered(shell, 'mooring sim --alg ');
    expect(algorithms).toEqual(expect.arrayContaining(['aimd', 'cubic', 'builtin:cubic']));
  });
});

test('bash: a value with a colon, an option with =, and names of files are left to readline', () => {
  expect(offered('bash', 'mooring sim --alg builtin:c')).toEqual(['cubic']);
  expect(offered('bash', 'mooring sim --alg=const')).toEqual(['const']);
  expect(offered('bash', 'mooring compile pro')).toEqual([]);
  const { stdout } = spawnSync('bash', ['--norc', '-c', 'source "$0"; complete -p mooring', scripts.bash], {
    encoding: 'utf8',
  });
  expect(stdout).toContain('-o default');
});

test('--json has every verb with its options, choices and summaries', () => {
  const out = execFileSync(process.execPath, ['dist/cli.js', 'completion', 'bash', '--json'], { encoding: 'utf8' });
  const verbs = JSON.parse(out) as Array<{ path: string; options: Array<{ flags: string[]; summary: string }> }>;
  for (const { path, options } of verbs) {
    if (options.length > 1)
      expect(
        options.map(({ flags }) => flags.at(-1)),
        path,
      ).toContain(path === '' ? '--version' : '--json');
    for (const { flags, summary } of options) expect(summary, `${path} ${flags}`).not.toBe('');
  }
  // Verbs that only hold others have nothing but --help.
  const holders = verbs.filter(({ options }) => options.length === 1).map(({ path }) => path);
  expect(holders).toEqual(['sweep', 'pcap', 'twine', 'testbed', 'fabric', 'helper']);
});
