import { between, header, markdownTable } from './text.mjs';

/** The tables of spec/dataset.json for the writer, and as the reader of the guide finds them. */
export function outputs(dataset, { capture }) {
  const tables = Object.entries(dataset.tables).map(([name, { about, columns }]) => {
    const all = name === 'flows' ? { ...columns, ...directionColumns(dataset, capture) } : columns;
    return { name, about, columns: Object.entries(all).map(([column, row]) => parsed(dataset, name, column, row)) };
  });
  return {
    'src/generated/dataset.ts': header('dataset') + source(dataset.version, tables),
    'docs/guide/datasets.md': between('tables', tables.map(described).join('\n')),
  };
}

function directionColumns({ direction }, capture) {
  const missing = capture.direction.filter((name) => !direction[name]);
  const unknown = Object.keys(direction).filter((name) => !capture.direction.includes(name));
  if (missing.length || unknown.length)
    throw new Error(
      `spec/dataset.json: direction: without ${missing.join()}; not in spec/capture.json: ${unknown.join()}`,
    );
  return direction;
}

function parsed({ types }, table, name, [typed, is, of = null]) {
  const type = typed.replace('?', '');
  if (!types[type]) throw new Error(`spec/dataset.json: ${table}.${name}: ${typed} is no type`);
  if (of !== null && type === typed)
    throw new Error(`spec/dataset.json: ${table}.${name}: is never null and has ${of}`);
  return { name, type, nullable: type !== typed, of, is };
}

function source(version, tables) {
  const row = ({ name, type, nullable, of }) =>
    `    { name: '${name}', type: '${type}', nullable: ${nullable}, of: ${of === null ? null : `'${of}'`} },\n`;
  const body = tables.map(({ name, columns }) => `  ${name}: [\n${columns.map(row).join('')}  ],\n`).join('');
  return `export const DATASET_VERSION = ${version};\n\nexport const DATASET_TABLES = {\n${body}} as const;\n`;
}

function described({ name, about, columns }) {
  const rows = columns.map(({ name: column, type, nullable, is }) => [
    `\`${column}\``,
    nullable ? `${type}, null` : type,
    is,
  ]);
  const table = markdownTable(['column', 'type', 'is'], rows);
  return `### ${name}\n\n${about[0].toUpperCase()}${about.slice(1)}.\n\n${table}`;
}
