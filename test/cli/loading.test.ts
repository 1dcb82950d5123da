import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

// What a call loads is what it takes to start: each package here costs CPU before a verb does anything.

const IMPORT = /^(?:import|export)\b[^'"();]*?['"]([^'"]+)['"]/gm;

/** The files of dist/ and the packages that loading `files` brings with it. */
function loadedBy(...files: readonly string[]): { readonly files: string[]; readonly packages: string[] } {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const load = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const [, name] of readFileSync(path, 'utf8').matchAll(IMPORT)) {
      if (name!.startsWith('.')) load(join(dirname(path), name!));
      else if (!name!.startsWith('node:')) packages.add(name!);
    }
  };
  for (const file of files) load(join('dist', file));
  return { files: [...seen].map((path) => path.slice('dist/'.length)), packages: [...packages].sort() };
}

const START = ['cli.js', 'cli-program.js'];

test('the start itself needs the parser and nothing else', () => {
  const { files, packages } = loadedBy(...START);
  expect(packages).toEqual(['commander']);
  expect(files.filter((file) => /wasm|sim|capture|twine|agent/.test(file))).toEqual([]);
});

/** What reading a capture does not take: programs and their engine, which replays run, comparisons, pictures. */
const NO_CAPTURE = /\bsim|twine|agent|datapath|^program\.js|-wire|-lang|compare|replay|draw|xplot|transports/;

test.each<[verb: string, files: string[], packages: string[], others: RegExp]>([
  ['compile', ['cli-compile.js'], ['commander'], /sim|capture|twine|agent|node-(?!files)/],
  ['completion', ['cli-completion.js'], ['commander'], /wasm|sim|capture|twine|agent/],
  ['sim', ['cli-sim.js'], ['commander', 'valibot'], /capture|twine|room-web/],
  ['pcap info', ['cli-pcap.js', 'cli-pcap-info.js'], ['commander'], NO_CAPTURE],
  ['pcap flows', ['cli-pcap.js', 'cli-pcap-flows.js'], ['commander'], NO_CAPTURE],
])('%s loads what it uses', (_verb, files, packages, others) => {
  const loaded = loadedBy(...START, ...files);
  expect(loaded.packages).toEqual(packages);
  expect(loaded.files.filter((file) => others.test(file))).toEqual([]);
});

test('mooring/node brings no simulator for the sake of its reports', () => {
  const { files } = loadedBy('node.js');
  expect(files).toContain('room-node-report.js');
  expect(files.filter((file) => /\bsim\b|node-jobs|capture-(?:replay|compare|transports)/.test(file))).toEqual([]);
});
