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
  'wasm/wire': { modules: ['datapath'], tests: ['test/wire', 'test/datapath', 'test/agent'] },
  'wasm/memory': {
    modules: ['lang', 'datapath', 'sim', 'capture'],
    tests: ['test/datapath', 'test/sim', 'test/capture'],
  },
  'wasm/sim': { modules: ['sim'], tests: ['test/sim'] },
  'wasm/capture': { modules: ['capture'], tests: ['test/capture'] },
  'wasm/packet': { modules: ['capture'], tests: ['test/capture'] },
  'wasm/flow': { modules: ['capture'], tests: ['test/capture'] },
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

/** Whether one of `tests`, or a file beside it, runs what is built rather than the sources. */
export function runBuilt(tests) {
  return tests.flatMap(filesBeside).some((file) => readFileSync(file, 'utf8').includes('dist/'));
}

function filesBeside(path) {
  const folder = statSync(path).isDirectory() ? path : dirname(path);
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((file) => file.endsWith('.ts'));
}
