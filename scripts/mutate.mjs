// Makes small mutants of a room, one at a time, and lists those its tests let live.
//   node scripts/mutate.mjs ROOM [--limit 80] [--seed 1] [--tests PATH …] [--not PATH …] [--again FILE] [--json]
// ROOM is a folder such as src/agent, src/node/jobs or wasm/flow, without the rooms within it. Mutants are drawn from
// all that can be made, with the seed that is printed; the tests are the room's (mutate/rooms.mjs), or --tests, less
// those whose path holds a --not. --again tries only what the run that wrote FILE (its --json) left alive. Works on a
// copy of the tree under out/, so that nothing is left behind. Needs Linux, to end what a mutant never would.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildModules, packageBuilder } from './mutate/build.mjs';
import { mutantsOf } from './mutate/mutants.mjs';
import { modulesOf, runBuilt, sourcesOf, testsOf } from './mutate/rooms.mjs';
import { openTests } from './mutate/tests.mjs';
import { copyTree } from './mutate/tree.mjs';
import { within } from './mutate/watch.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    limit: { type: 'string', default: '80' },
    seed: { type: 'string', default: '1' },
    tests: { type: 'string', multiple: true, default: [] },
    not: { type: 'string', multiple: true, default: [] },
    again: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const room = positionals[0]?.replace(/\/$/, '');
if (!room || !existsSync(room)) {
  console.error('mutate: name a room that is there, such as src/agent or wasm/flow');
  process.exit(2);
}
const paths = options.tests.length > 0 ? options.tests : testsOf(room);
const modules = modulesOf(room);
const root = resolve('out/mutate', room.replaceAll('/', '-'));
const all = sourcesOf(room, copyTree(root)).flatMap((file) => mutantsOf(file, readFileSync(file, 'utf8')));
const chosen = options.again
  ? chosenAgain(all, JSON.parse(readFileSync(options.again, 'utf8')))
  : draw(all, Number(options.limit), Number(options.seed));
console.error(
  `mutate: ${chosen.length} of ${all.length} mutants of ${room}, seed ${options.seed}, against ${paths.join(' ')}`,
);

process.chdir(root);
// What Node itself has loaded stays loaded, so that tests of the built package need a process of their own each time.
const built = modules.length === 0 && runBuilt(paths);
const buildPackage = built ? await packageBuilder(root) : async () => true;
await buildModules(root, modules);
const log = console.log;
console.log = () => {};
let tests = await openTests(root, paths, options.not);
const begun = performance.now();
await tests.run();
// Other work on the machine may make a run slower than the first by as much as this.
const limitMs = 10_000 + 4 * (performance.now() - begun);
if (tests.failures().length > 0) {
  console.error('mutate: the tests fail without a mutant; mend them first');
  for (const failure of tests.failures()) console.error(`mutate:   ${failure}`);
  process.exit(1);
}
for (const file of tests.skipped()) console.error(`mutate: all of ${file} is skipped here, and holds nothing`);

const alive = [];
let endless = 0;
let unbuilt = 0;
for (const [index, mutant] of chosen.entries()) {
  const file = join(root, mutant.file);
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, mutant.apply(text));
  const written = (await buildPackage()) && (await buildModules(root, modules));
  const ended = written && !(await within(limitMs, () => tests.run([file, ...written])));
  const found = !written || ended || tests.failures().length > 0;
  writeFileSync(file, text);
  if (ended) endless++;
  if (!written) unbuilt++;
  if (ended || built) {
    await tests.close();
    tests = await openTests(root, paths, options.not);
  }
  if (!found) {
    alive.push(mutant);
    process.stderr.write(`\rmutate: alive: ${textOf(mutant)}\n`);
  }
  tests.forget(file);
  process.stderr.write(`\rmutate: ${index + 1} of ${chosen.length}, ${alive.length} alive, ${unbuilt} not built `);
}
process.stderr.write('\n');
console.log = log;
if (options.json)
  console.log(
    JSON.stringify(
      { room, made: all.length, tried: chosen.length, endless, unbuilt, alive: alive.map(plain) },
      null,
      2,
    ),
  );
else for (const mutant of alive) console.log(textOf(mutant));
process.exit(0);

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

function chosenAgain(items, { alive }) {
  const texts = new Set(alive.map(textOf));
  const again = items.filter((item) => texts.has(textOf(item)));
  const lost = alive.filter((it) => !again.some((item) => textOf(item) === textOf(it)));
  for (const it of lost) console.error(`mutate: no longer at its place, and not tried: ${textOf(it)}`);
  return again;
}

function textOf({ file, line, column, what }) {
  return `${file}:${line}:${column} ${what}`;
}

function plain({ file, line, column, what }) {
  return { file, line, column, what };
}
