// Which sources are a room, which tests hold it, and what must be built for them to see a change in it.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

// A module is tested through what the host makes of it, so these rooms' tests do not bear their names, and only the
// modules that the tests load need to be built. Rooms within a room have its row.
const WASM_TESTS = {
  'wasm/lang': { modules: ['lang'], tests: ['test/program'] },
  'wasm/isa': { modules: ['lang', 'datapath'], tests: ['test/program', 'test/datapath', 'test/wasm/vm'] },
  'wasm/vm': { modules: ['datapath'], tests: ['test/wasm/vm', 'test/datapath', 'test/program'] },
  'wasm/jit': { modules: ['datapath'], tests: ['test/wasm/vm', 'test/datapath', 'test/program'] },
  'wasm/bpf': { modules: ['bpf'], tests: ['test/program/bpf.test.ts', 'test/bpf'] },
  'wasm/wire': { modules: ['datapath'], tests: ['test/wire', 'test/datapath', 'test/agent'] },
  'wasm/memory': {
    modules: ['lang', 'datapath', 'sim', 'capture'],
    tests: ['test/datapath', 'test/sim', 'test/capture'],
  },
  'wasm/sim': { modules: ['sim'], tests: ['test/sim'] },
  'wasm/capture': { modules: ['capture'], tests: ['test/capture'] },
  'wasm/packet': { modules: ['capture'], tests: ['test/capture'] },
  'wasm/flow': { modules: ['capture'], tests: ['test/capture'] },
  'wasm/compare': { modules: ['compare'], tests: ['test/capture/compare.test.ts'] },
  'wasm/series': { modules: ['capture', 'sim'], tests: ['test/wasm/series', 'test/capture', 'test/sim'] },
};

/** Those of `files` that are the room's own: its door apart, and rooms within it, which have doors of theirs. */
export function sourcesOf(room, files) {
  const doors = files.filter((file) => file.startsWith(`${room}/`) && file.endsWith('/index.ts')).map(dirname);
  const within = doors.filter((folder) => folder !== room);
  return files.filter(
    (file) =>
      file.startsWith(`${room}/`) &&
      file.endsWith('.ts') &&
      !file.endsWith('/index.ts') &&
      !within.some((folder) => file.startsWith(`${folder}/`)),
  );
}

/** The tests of `room`: those of its row, else those of the same name under test/, or of the room around it. */
export function testsOf(room) {
  const row = rowOf(room);
  if (row) return row.tests.filter(existsSync);
  for (let folder = room.replace(/^src/, 'test'); folder.includes('/'); folder = dirname(folder))
    if (existsSync(folder)) return [folder];
  throw new Error(`mutate: no tests are known for ${room}: name them with --tests`);
}

/** The modules to build when a source of `room` changes. */
export function modulesOf(room) {
  return rowOf(room)?.modules ?? [];
}

function rowOf(room) {
  const known = Object.keys(WASM_TESTS).find((name) => room === name || room.startsWith(`${name}/`));
  return known === undefined ? undefined : WASM_TESTS[known];
}

/** Whether one of `tests`, or a file they load, runs the built package rather than the sources: by its path, by the
 * package's own name, or by the command. */
export function runBuilt(tests) {
  const seen = new Set();
  const waiting = tests.flatMap(filesAt);
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const text = readFileSync(file, 'utf8');
    if (BUILT.test(text)) return true;
    waiting.push(...testsLoadedBy(file, text));
  }
  return false;
}

// 'mooring', 'mooring/node' and their kin are dist/; bin/mooring loads it.
const BUILT = /dist\/|bin\/mooring|['"`]mooring(\/[\w-]+)?['"`]/;
const LOADED = /['"`](\.{1,2}\/[^'"`]+?)['"`]/g;

function filesAt(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true })
    .filter((name) => /\.m?[jt]s$/.test(name))
    .map((name) => join(path, name));
}

/** What `text` names by a path of its own under test/: helpers it imports, and programs it starts. */
function testsLoadedBy(file, text) {
  return [...text.matchAll(LOADED)]
    .map(([, path]) => join(dirname(file), path))
    .map((path) =>
      [path, `${path}.ts`, path.replace(/\.js$/, '.ts')].find((it) => existsSync(it) && statSync(it).isFile()),
    )
    .filter((path) => path !== undefined && /^test\/.*\.m?[jt]s$/.test(path));
}
