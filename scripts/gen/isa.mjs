import { layout } from './layout.mjs';
import { cHeader, constants, header, objects, upper } from './text.mjs';

export function outputs(isa) {
  const event = layout('spec/isa.json: event', isa.rows.event);
  const instruction = layout('spec/isa.json: instruction', isa.rows.instruction);
  if (event.end !== instruction.end) throw new Error('spec/isa.json: the rows of a program are of one size');
  const groups = [
    ['OP', isa.opcodes],
    ['REG', isa.registerTypes],
    ['IMPLICIT', isa.implicit],
    ['PRIMITIVE', Object.fromEntries(isa.primitives.map(({ name, index }) => [upper(name), index]))],
    ['LIMIT', { ...isa.limits, ROW_BYTES: instruction.end }],
    ['VALUE', isa.constants],
    ['EVENT_ROW', event.at],
    ['ROW', instruction.at],
  ];
  return {
    'wasm/generated/isa.ts':
      header('isa') + constants(groups) + primitiveNames(isa.primitives, isa.limits.LIBCCP_PRIMITIVE_REGISTERS),
    'src/generated/isa.ts': header('isa') + objects(groups) + primitivesTable(isa.primitives),
    'helper/include/generated/isa.h': cHeader('isa', groups),
  };
}

function primitiveNames(primitives, classic) {
  const names = primitives.map(({ name }) => name).join(' ');
  const mask = (rows) => rows.reduce((bits, { index }) => bits | (1 << index), 0) >>> 0;
  return [
    '\n// In index order.',
    `export const PRIMITIVE_NAMES: string = '${names}';`,
    `export const PRIMITIVE_COUNT: u32 = ${primitives.length};`,
    '// Bit n: primitive n is true or false; every datapath has it.',
    `export const PRIMITIVE_BOOLS: u32 = ${mask(primitives.filter(({ bits }) => bits === 1))};`,
    `export const PRIMITIVES_OF_LIBCCP: u32 = ${mask(primitives.slice(0, classic))};`,
    `export const PRIMITIVES_NAMED: u32 = ${mask(primitives)};`,
    '',
  ].join('\n');
}

function primitivesTable(primitives) {
  const rows = primitives.map(
    ({ index, name, field, bits, unit, absent = 0 }) =>
      `  // ${unit}\n  { index: ${index}, name: '${name}', field: ${field ? `'${field}'` : 'null'}, bits: ${bits}, absent: ${absent} },\n`,
  );
  return `\nexport const PRIMITIVES = [\n${rows.join('')}] as const;\n`;
}
