import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createProject, type Project, tool } from './project.js';

// README and guides in the hands of a reader: their programs compile against the packed types, their commands run.

const PAGES = ['README.md', ...readdirSync('docs/guide').map((name) => join('docs/guide', name))];
const CAPTURE = '../shared/captures/lab.snd.s200.pcap.gz';
const BLOCK = /```ts(?: fragment| [\w.-]+\.ts)?\n([\s\S]*?)```/g;
/** What ends by itself and asks for neither root nor a testbed. */
const COMMAND =
  /^(?:npx )?(mooring (?:compile|sim|compare|pcap|doctor|docs|init|completion) .*?)(?:\s{2,}.*|\s+# .*)?$/gm;

const blocks = Object.fromEntries(
  PAGES.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(BLOCK)]
      .map(([, code = '']) => code)
      .filter((code) => /from 'mooring[/']/.test(code))
      .map((code, index) => [`blocks/${page.replace(/[^a-z]+/gi, '-')}-${index}.ts`, `${code}\nexport {};\n`]),
  ),
);
const commands = PAGES.filter((page) => page !== 'README.md').flatMap((page) =>
  [
    ...readFileSync(page, 'utf8')
      .replaceAll(/ \\\n\s*/g, ' ')
      .matchAll(COMMAND),
  ]
    .map(([, command = '']) => ({ page, command }))
    // What a campaign has left is there after a campaign only; what asks for a queue is run where there is one (test/scale).
    .filter(({ command }) => !command.includes('results/') && !command.includes('--jobs')),
);
// Made-up names of the guides, and what they stand for.
const FILES = {
  'mine.js': "import { Aimd } from 'mooring';\nexport default class Mine extends Aimd {}\n",
  'aimd.ccp': '(def (Report (volatile acked 0))) (when true (:= Report.acked Ack.bytes_acked) (report))\n',
  'acked.ccp': '(def (Report (volatile acked 0))) (when true (:= Report.acked Ack.bytes_acked) (report))\n',
  'scenario.json': '{ "rate": "12Mbit", "flows": [{ "algorithm": "cubic" }], "duration": "5s" }\n',
};

let project: Project;
beforeAll(() => {
  project = createProject('types', { ...FILES, ...blocks });
  if (existsSync(CAPTURE)) copyFileSync(CAPTURE, join(project.folder, 'capture.pcap.gz'));
});
afterAll(() => project?.remove());

describe.each(['nodenext', 'bundler'])('under %s', (resolution) => {
  const check = (...args: string[]) =>
    project.run(
      tool(project, 'tsc'),
      ...['--strict', '--noEmit', '--skipLibCheck', 'false', '--target', 'es2022', '--types', 'node'],
      ...['--module', resolution === 'nodenext' ? 'nodenext' : 'esnext', '--moduleResolution', resolution],
      ...args,
    );

  test('every program of README and guides compiles against the packed types', () => {
    expect(Object.keys(blocks).length).toBeGreaterThanOrEqual(10);
    check('--lib', 'es2022,esnext.disposable,dom,dom.iterable', ...Object.keys(blocks));
  });
});

test.each(commands)('$page: $command', ({ command }) => {
  if (command.includes('capture.pcap.gz') && !existsSync(CAPTURE)) {
    console.log(`${command}: skipped, ${CAPTURE} is not here`);
    return;
  }
  // Two captures of one path are at hand where both ends are ours.
  const captures = 'npx mooring sim --duration 3s --pcap sender=here.pcap --pcap receiver=there.pcap >/dev/null';
  if (command.includes('here.pcap')) project.shell(captures);
  const made = 'npx mooring sim --duration 3s --pcap sender=captures/one.pcap >/dev/null';
  if (command.includes('captures/')) project.shell(`mkdir -p captures; ${made}; gzip -f captures/one.pcap`);
  project.shell(`npx ${command} </dev/null >/dev/null`);
});

test('what `mooring init` writes runs as its own words say', () => {
  const said = project.shell('npx mooring init alg my-alg');
  const lines = said.split('\n').filter((line) => /^(npm|npx|node) /.test(line));
  expect(lines.length).toBeGreaterThanOrEqual(3);
  for (const line of lines) project.shell(`${line} >/dev/null`);
});
