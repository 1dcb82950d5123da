// Makes small mutants of a room, one at a time, and lists those its tests let live.
//   node scripts/mutate.mjs ROOM [--limit 80] [--seed 1] [--tests PATH …] [--json]
// ROOM is a folder such as src/agent, src/node/jobs or wasm/flow. Mutants are drawn from all that can be made,
// with the seed that is printed; the tests are those of the same name under test/, or --tests. Works on a copy of the
// tree under out/, so that nothing is left behind.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';
import { mutantsOf } from './mutate/mutants.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    limit: { type: 'string', default: '80' },
    seed: { type: 'string', default: '1' },
    tests: { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
  },
});
const [room] = positionals;
if (!room || !existsSync(room)) {
  console.error('mutate: name a room that is there, such as src/agent or wasm/flow');
  process.exit(2);
}
const tests = options.tests.length > 0 ? options.tests : testsOf(room);
const copy = resolve('out/mutate', room.replaceAll('/', '-'));
const files = copyTree(copy);
const sources = files.filter(
  (file) => file.startsWith(`${room}/`) && file.endsWith('.ts') && !file.endsWith('/index.ts'),
);
const all = sources.flatMap((file) => mutantsOf(file, readFileSync(file, 'utf8')));
const chosen = draw(all, Number(options.limit), Number(options.seed));
console.error(
  `mutate: ${chosen.length} of ${all.length} mutants of ${room}, seed ${options.seed}, against ${tests.join(' ')}`,
);

process.chdir(copy);
const log = console.log;
console.log = () => {};
const vitest = await startVitest('test', tests, {
  root: copy,
  watch: true,
  bail: 1,
  reporters: [{}],
  silent: true,
  passWithNoTests: false,
});
if (failed() > 0) {
  console.error('mutate: the tests fail without a mutant; mend them first');
  await vitest.close();
  process.exit(1);
}
const specifications = await vitest.globTestSpecifications(tests);

const alive = [];
for (const [index, mutant] of chosen.entries()) {
  const file = join(copy, mutant.file);
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, mutant.apply(text));
  const killed = (room.startsWith('wasm') && !buildWasm()) || !(await passes(file));
  writeFileSync(file, text);
  if (!killed) alive.push(mutant);
  process.stderr.write(`\rmutate: ${index + 1} of ${chosen.length}, ${alive.length} alive `);
}
process.stderr.write('\n');
await vitest.close();
console.log = log;
if (options.json)
  console.log(JSON.stringify({ room, made: all.length, tried: chosen.length, alive: alive.map(plain) }, null, 2));
else for (const { file, line, what } of alive) console.log(`${file}:${line} ${what}`);
process.exit(0);

async function passes(file) {
  for (const project of vitest.projects)
    for (const graph of Object.values(project.vite.environments)) invalidate(graph, file);
  vitest.invalidateFile(file);
  await vitest.rerunTestSpecifications(specifications);
  return failed() === 0;
}

function invalidate({ moduleGraph }, file) {
  for (const module of moduleGraph.getModulesByFile(file) ?? []) moduleGraph.invalidateModule(module);
}

function failed() {
  return vitest.state.getCountOfFailedTests() + vitest.state.getUnhandledErrors().length;
}

/** Builds the modules of the copy; a mutant that does not compile is none. */
function buildWasm() {
  try {
    execFileSync('node', ['scripts/build-wasm.mjs'], { cwd: copy, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function testsOf(folder) {
  const own = folder.replace(/^src\//, 'test/').replace(/^wasm\//, 'test/wasm/');
  const wasm = { lang: 'test/program', isa: 'test/program', wire: 'test/wire', sim: 'test/sim', vm: 'test/datapath' };
  const found = [
    own,
    wasm[folder.replace('wasm/', '').split('/')[0]],
    folder.startsWith('wasm') ? 'test/capture' : undefined,
  ];
  return found.filter((path) => path && existsSync(path)).slice(0, 2);
}

function copyTree(to) {
  rmSync(to, { recursive: true, force: true });
  const list = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' }).split('\n');
  const there = list.filter((file) => file !== '' && existsSync(file) && !file.startsWith('docs/'));
  for (const file of there) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    cpSync(file, join(to, file));
  }
  for (const link of ['node_modules', 'dist', 'helper/build']) {
    if (!existsSync(link)) continue;
    mkdirSync(dirname(join(to, link)), { recursive: true });
    // What a mutant is built to must not land in the tree itself.
    if (link === 'dist') cpSync(link, join(to, link), { recursive: true });
    else symlinkSync(resolve(link), join(to, link));
  }
  if (existsSync('src/generated/wasm'))
    cpSync('src/generated/wasm', join(to, 'src/generated/wasm'), { recursive: true });
  if (existsSync('../shared')) {
    rmSync(join(dirname(to), 'shared'), { force: true });
    symlinkSync(resolve('../shared'), join(dirname(to), 'shared'));
  }
  return there;
}

/** `count` of `items`, the same for the same seed (Park and Miller's generator). */
function draw(items, count, seed) {
  const rest = [...items];
  const drawn = [];
  let state = (seed % 2147483646) + 1;
  while (rest.length > 0 && drawn.length < count) {
    state = (state * 48271) % 2147483647;
    drawn.push(...rest.splice(state % rest.length, 1));
  }
  return drawn;
}

function plain({ file, line, what }) {
  return { file, line, what };
}
