// Writes what spec/*.json says for each language: wasm/generated, src/generated,
// helper/include/generated, and the list of diagnostics for docs/. scripts/gen/NAME.mjs knows the
// outputs of spec/NAME.json. `--check` writes nothing and fails where a file differs.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const check = process.argv.includes('--check');

let stale = 0;
const files = (await readdir(join(root, 'spec'))).filter((file) => /^[a-z-]+\.json$/.test(file));
const specs = {};
for (const file of files) {
  specs[file.replace('.json', '')] = JSON.parse(await readFile(join(root, 'spec', file), 'utf8'));
}
for (const [name, spec] of Object.entries(specs)) {
  const { outputs } = await import(`./gen/${name}.mjs`);
  await put(outputs(spec, specs));
}
// Last, because it is made by source that imports generated files.
const { scenarioSchema } = await import('./gen/scenario-schema.mjs');
await put({ 'spec/scenario.schema.json': await scenarioSchema(root) });
process.exit(stale ? 1 : 0);

async function put(outputs) {
  for (const [path, made] of Object.entries(outputs)) {
    const file = join(root, path);
    const before = await readFile(file, 'utf8').catch(() => '');
    // A page of which only a part is generated.
    const text = typeof made === 'function' ? made(before, path) : made;
    if (!check) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    } else if (before !== text) {
      console.error(`${path} is not what spec/ says: run npm run gen`);
      stale += 1;
    }
  }
}
