// Writes the constants of spec/*.json for each language: wasm/generated, src/generated,
// helper/include/generated. `--check` writes nothing and fails where a file differs.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const spec = async (name) => JSON.parse(await readFile(join(root, 'spec', `${name}.json`), 'utf8'));
const header = (from) => `// Generated from spec/${from}.json by \`npm run gen\`. Do not edit.\n`;
const upper = (name) =>
  name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/[. ]/g, '_')
    .toUpperCase();

const isa = await spec('isa');
const wire = await spec('wire');
const libccp = await spec('libccp-codes');
const errors = await spec('errors');
const helper = await spec('helper');

// One list of groups: the prefix, and the numbers under it.
const isaGroups = [
  ['OP', isa.opcodes],
  ['REG', isa.registerTypes],
  ['IMPLICIT', isa.implicit],
  ['PRIMITIVE', Object.fromEntries(isa.primitives.map((p) => [upper(p.name), p.index]))],
  ['LIMIT', { ...isa.limits, ROW_BYTES: isa.rowBytes }],
  ['VALUE', isa.constants],
];
const wireGroups = [
  ['MESSAGE', wire.messages],
  ['BYTES', wire.bytes],
  ['LIMIT', wire.limits],
];
const codeGroups = [
  ['LIBCCP', Object.fromEntries(Object.entries(libccp.codes).map(([name, [number]]) => [name, number]))],
];

const helperGroups = [
  ['HELPER', helper.protocol],
  ['EXIT', helper.exits],
  ['KIND', helper.kinds],
  ['FRAME', helper.frames],
  ['BYTES', helper.bytes],
  ['PEER', helper.peers],
  ['NETLINK', helper.netlink],
  ['LIMIT', helper.limits],
  ['DEFAULT', helper.defaults],
  ['PATH', helper.paths],
];

const outputs = {
  'wasm/generated/isa.ts': header('isa') + constants(isaGroups, assemblyScript),
  'wasm/generated/wire.ts': header('wire') + constants(wireGroups, assemblyScript),
  'wasm/generated/codes.ts': header('libccp-codes') + constants(codeGroups, assemblyScript),
  'src/generated/isa.ts': header('isa') + objects(isaGroups) + primitivesTable(),
  'src/generated/wire.ts': header('wire') + objects(wireGroups),
  'src/generated/codes.ts': header('libccp-codes') + objects(codeGroups) + codeTexts(),
  'src/generated/helper-protocol.ts': header('helper') + objects(helperGroups),
  'helper/include/generated/helper.h': cHeader('helper', helperGroups),
  'src/generated/errors.ts': header('errors') + errorCodes(),
};
outputs['spec/scenario.schema.json'] = await scenarioSchema();

let stale = 0;
for (const [path, text] of Object.entries(outputs)) {
  const file = join(root, path);
  if (process.argv.includes('--check')) {
    if ((await readFile(file, 'utf8').catch(() => '')) === text) continue;
    console.error(`${path} is not what spec/ says: run npm run gen`);
    stale += 1;
  } else {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
process.exit(stale ? 1 : 0);

function constants(groups, line) {
  return groups
    .map(([prefix, members]) =>
      Object.entries(members)
        .map(([name, value]) => line(prefix, name, value))
        .join(''),
    )
    .join('\n');
}

function assemblyScript(prefix, name, value) {
  return `export const ${prefix}_${name}: ${value < 0 ? 'i32' : 'u32'} = ${value};\n`;
}

function objects(groups) {
  return groups
    .map(([prefix, members]) => {
      const body = Object.entries(members)
        .map(([name, value]) => `  ${name}: ${typeof value === 'string' ? `'${value}'` : value},\n`)
        .join('');
      return `export const ${prefix} = {\n${body}} as const;\n`;
    })
    .join('\n');
}

function cHeader(name, groups) {
  const guard = `MOORING_GENERATED_${upper(name)}_H`;
  const line = (prefix, key, value) => `#define ${prefix}_${key} ${typeof value === 'string' ? `"${value}"` : value}\n`;
  return `${header(name)}#ifndef ${guard}\n#define ${guard}\n\n${constants(groups, line)}\n#endif\n`;
}

function primitivesTable() {
  const rows = isa.primitives.map(
    (p) =>
      `  { index: ${p.index}, name: '${p.name}', field: ${p.field ? `'${p.field}'` : 'null'}, bits: ${p.bits}, unit: '${p.unit.replaceAll("'", "\\'")}' },\n`,
  );
  return `\nexport const PRIMITIVES = [\n${rows.join('')}] as const;\n`;
}

function codeTexts() {
  const rows = Object.entries(libccp.codes).map(
    ([name, [number, text]]) => `  [${number}, { name: '${name}', text: '${text}' }],\n`,
  );
  return `\nexport const LIBCCP_TEXT: ReadonlyMap<number, { name: string; text: string }> = new Map([\n${rows.join('')}]);\n`;
}

function errorCodes() {
  const rows = Object.entries(errors.codes).map(([code, text]) => `  /** ${text} */\n  ${code}: '${code}',\n`);
  return `/** Every error code by its name; spec/errors.json says what each means. */
export const ERROR = {\n${rows.join('')}} as const;\n\n/** The \`code\` of a MooringError. */\nexport type ErrorCode = keyof typeof ERROR;\n`;
}

// The JSON schema of a scenario, from the schema the simulator itself checks with.
async function scenarioSchema() {
  const outfile = join(root, 'node_modules/.cache/mooring/scenario.mjs');
  const entryPoints = [join(root, 'src/sim/scenario.ts')];
  await build({ entryPoints, outfile, bundle: true, format: 'esm', packages: 'external', logLevel: 'error' });
  const { scenarioSchema } = await import(pathToFileURL(outfile).href);
  const { z } = await import('zod');
  const schema = z.toJSONSchema(scenarioSchema, { io: 'input', unrepresentable: 'any', override: withoutClasses });
  return `${JSON.stringify({ title: 'Mooring scenario', ...schema }, null, 2)}\n`;
}

// JSON cannot hold a class: only the name stays of `name or class`.
function withoutClasses({ jsonSchema }) {
  if (!jsonSchema.anyOf) return;
  jsonSchema.anyOf = jsonSchema.anyOf.filter((branch) => Object.keys(branch).length > 0);
}
