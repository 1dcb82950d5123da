import { layout } from './layout.mjs';
import { constants, header, indices, objects, quoted, upper } from './text.mjs';

const TABLES = ['connection', 'direction', 'echo', 'primitive', 'cause', 'sample', 'anchor', 'crossing', 'point'];

export function outputs(capture) {
  const groups = [...Object.entries(capture.values), ['LIMIT', capture.limits]];
  const columns = TABLES.map((name) => [`${upper(name)}_COLUMN`, indices(capture[name])]);
  const counts = Object.fromEntries(TABLES.map((name) => [upper(name), capture[name].length]));
  const placed = Object.entries(capture.layouts).map(([name, fields]) => [upper(name), layout(name, fields)]);
  const sizes = (excerpts) =>
    placed.filter(([name]) => ofExcerpts([name]) === excerpts).map(([name, { end }]) => [name, end]);
  const layouts = [
    ...placed.map(([name, { at }]) => [`${name}_AT`, at]),
    ['BYTES', Object.fromEntries(sizes(false))],
    ['EXCERPT_BYTES', Object.fromEntries(sizes(true))],
  ];
  return {
    'wasm/generated/capture.ts':
      header('capture') +
      constants([...groups, ...columns, ['COLUMNS', counts], ...layouts]) +
      registryConstants(capture.registries),
    // Of the room that reads excerpts alone, which is loaded on demand and shares no file with those that are not: what
    // bundlers find shared becomes a part of every import.
    'src/generated/excerpts.ts': header('capture') + objects([...groups, ...layouts].filter(ofExcerpts)),
    'src/generated/capture.ts':
      header('capture') +
      objects([...groups, ...layouts].filter((group) => !ofExcerpts(group))) +
      TABLES.map((name) => columnTable(name, capture[name])).join('') +
      fieldTable('PACKET_FIELDS', layout('packet', capture.layouts.packet).at, capture.layouts.packet) +
      registryTables(capture.registries),
  };
}

const ofExcerpts = ([name]) => name.includes('EXCERPT');

// The names of columns in order, and where each stands.
function columnTable(name, columns) {
  const places = columns.map((column, index) => `  ${column}: ${index},\n`);
  return (
    `\nexport const ${upper(name)}_COLUMNS = ${JSON.stringify(columns, null, 2)} as const;\n` +
    `\nexport const ${upper(name)}_COLUMN = {\n${places.join('')}} as const;\n`
  );
}

// Fields in order, with their types and offsets.
function fieldTable(name, at, fields) {
  const rows = Object.entries(fields).map(([field, type]) => `  ['${field}', '${type}', ${at[upper(field)]}],\n`);
  return `\nexport const ${name} = [\n${rows.join('')}] as const;\n`;
}

// Each number with what the reference calls it.
function registryConstants(registries) {
  return Object.entries(registries)
    .map(([registry, { reference, members }]) => {
      const lines = Object.entries(members).map(
        ([name, [number, text]]) => `/** ${text} */\n${constants([[registry, { [name]: number }]])}`,
      );
      return `\n// ${reference}\n${lines.join('')}`;
    })
    .join('');
}

// The numbers by name, and the reference's names by number.
function registryTables(registries) {
  return Object.entries(registries)
    .map(([registry, { reference, members }]) => {
      const entries = Object.entries(members);
      const numbers = entries.map(([name, [number, text]]) => `  /** ${text} */\n  ${name}: ${number},\n`);
      const texts = entries.map(([, [number, text]]) => `  ${number}: ${quoted(text)},\n`);
      return (
        `\n// ${reference}\nexport const ${registry} = {\n${numbers.join('')}} as const;\n` +
        `\nexport const ${registry}_TEXT: Readonly<Record<number, string>> = {\n${texts.join('')}};\n`
      );
    })
    .join('');
}
