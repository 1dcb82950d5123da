// Writes the constants of spec/*.json for each language: wasm/generated, src/generated,
// helper/include/generated, and the list of diagnostics for docs/. `--check` writes nothing and
// fails where a file differs.
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
const diagnostics = await spec('diagnostics');
const lang = await spec('lang');
const sim = await spec('sim');

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

// Errors come before warnings, so that a number tells its severity.
const diagnosticCodes = [...Object.keys(diagnostics.errors), ...Object.keys(diagnostics.warnings)];
const diagnosticGroups = [
  [
    'DIAGNOSTIC',
    {
      ...Object.fromEntries(diagnosticCodes.map((code, index) => [upper(code.replaceAll('-', '_')), index])),
      FIRST_WARNING: Object.keys(diagnostics.errors).length,
    },
  ],
];

const first = (members) => Object.fromEntries(Object.entries(members).map(([name, [number]]) => [name, number]));
const langGroups = [
  ['NODE', lang.nodes],
  ['OPERATOR', first(lang.operators)],
  ['COMMAND', first(lang.commands)],
  ['EXTENSION', first(lang.extensions)],
];

const indices = (names) => Object.fromEntries(names.map((name, index) => [upper(name), index]));
const kinds = (members) => Object.fromEntries(Object.entries(members).map(([name, value]) => [upper(name), value]));
const simGroups = [
  ['QUEUE', kinds(sim.queues)],
  ['DISTRIBUTION', kinds(sim.distributions)],
  ['LOSS', kinds(sim.losses)],
  ['SOURCE', kinds(sim.sources)],
  ['CONTROLLER', kinds(sim.controllers)],
  ['STOP', kinds(sim.stops)],
  ['FLOW_STATE', kinds(sim.flowStates)],
  ['FLOW_COLUMN', indices(sim.flowColumns)],
  ['LINK_COLUMN', indices(sim.linkColumns)],
  ['GROUP_COLUMN', indices(sim.groupColumns)],
  ['FLOW_SERIES', indices(sim.flowSeries)],
  ['LINK_SERIES', indices(sim.linkSeries)],
];

const outputs = {
  'wasm/generated/isa.ts': header('isa') + constants(isaGroups, assemblyScript) + primitiveNames(),
  'wasm/generated/wire.ts': header('wire') + constants(wireGroups, assemblyScript),
  'wasm/generated/codes.ts': header('libccp-codes') + constants(codeGroups, assemblyScript),
  'wasm/generated/diagnostics.ts': header('diagnostics') + constants(diagnosticGroups, assemblyScript),
  'wasm/generated/lang.ts': header('lang') + constants(langGroups, assemblyScript),
  'src/generated/lang.ts': header('lang') + objects(langGroups.slice(0, 1)) + langTables(),
  'wasm/generated/sim.ts': header('sim') + constants(simGroups, assemblyScript),
  'src/generated/sim.ts': header('sim') + objects(simGroups),
  'src/generated/isa.ts': header('isa') + objects(isaGroups) + primitivesTable(),
  'src/generated/wire.ts': header('wire') + objects(wireGroups),
  'src/generated/codes.ts': header('libccp-codes') + objects(codeGroups) + codeTexts(),
  'src/generated/helper-protocol.ts': header('helper') + objects(helperGroups),
  'helper/include/generated/helper.h': cHeader('helper', helperGroups),
  'src/generated/errors.ts': header('errors') + errorCodes(),
  'src/generated/diagnostics.ts': header('diagnostics') + diagnosticTable(),
  'docs/generated/diagnostics.md': diagnosticPage(),
};
outputs['spec/scenario.schema.json'] = await scenarioSchema();

const capture = await spec('capture');
const captureTables = ['connection', 'direction', 'echo', 'packet', 'primitive'];
const captureGroups = Object.entries(capture.values);
const captureCounts = Object.fromEntries(captureTables.map((name) => [upper(name), capture[name].length]));
outputs['wasm/generated/capture.ts'] =
  header('capture') + constants([...captureGroups, ['COLUMNS', captureCounts]], assemblyScript);
outputs['src/generated/capture.ts'] =
  header('capture') +
  objects(captureGroups) +
  captureTables
    .map((name) => `\nexport const ${upper(name)}_COLUMNS = ${JSON.stringify(capture[name], null, 2)} as const;\n`)
    .join('');

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

function primitiveNames() {
  const names = isa.primitives.map((p) => p.name).join(' ');
  return `\n// In index order.\nexport const PRIMITIVE_NAMES: string = '${names}';\n`;
}

function diagnosticTable() {
  const quote = (text) => (text.includes("'") ? JSON.stringify(text) : `'${text}'`);
  const rows = diagnosticCodes.map((code) => {
    const severity = code in diagnostics.errors ? 'error' : 'warning';
    const { message, hint } = diagnostics.errors[code] ?? diagnostics.warnings[code];
    return `  { code: '${code}', severity: '${severity}', message: ${quote(message)}${hint ? `, hint: ${quote(hint)}` : ''} },\n`;
  });
  const type =
    "{ readonly code: string; readonly severity: 'error' | 'warning'; readonly message: string; readonly hint?: string }";
  return `export const DIAGNOSTICS: readonly ${type}[] = [\n${rows.join('')}];\n`;
}

function langTables() {
  const table = (name, members) =>
    `\nexport const ${name} = [\n${Object.values(members)
      .map(([number, text]) => `  [${number}, '${text}'],\n`)
      .join('')}] as const;\n`;
  return table('OPERATORS', lang.operators) + table('COMMANDS', lang.commands) + table('EXTENSIONS', lang.extensions);
}

function diagnosticPage() {
  const table = (entries) =>
    Object.entries(entries)
      .map(([code, { message, hint }]) => `| \`${code}\` | ${cell(message)} | ${cell(hint ?? '')} |\n`)
      .join('');
  const head = '| code | message | hint |\n| --- | --- | --- |\n';
  return `<!-- Generated from spec/diagnostics.json by \`npm run gen\`. Do not edit. -->

# What the compiler says

Codes are stable. \`{0}\`, \`{1}\` stand for what the message is about.

## Errors

${head}${table(diagnostics.errors)}
## Warnings

The program compiles; something in it is probably not what was meant.

${head}${table(diagnostics.warnings)}`;
}

function cell(text) {
  return text.replaceAll('|', '\\|');
}
