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
    'wasm/generated/isa.ts': header('isa') + constants(groups) + primitiveNames(isa.primitives),
    'src/generated/isa.ts': header('isa') + objects(groups) + primitivesTable(isa.primitives),
    // What the helper's measuring agent says of registers.
    'helper/include/generated/isa.h': cHeader(
      'isa',
      groups.filter(([prefix]) => prefix === 'REG' || prefix === 'IMPLICIT'),
    ),
  };
}

function primitiveNames(primitives) {
  const names = primitives.map(({ name }) => name).join(' ');
  return `\n// In index order.\nexport const PRIMITIVE_NAMES: string = '${names}';\n`;
}

function primitivesTable(primitives) {
  const rows = primitives.map(
    ({ index, name, field, bits, unit }) =>
      `  { index: ${index}, name: '${name}', field: ${field ? `'${field}'` : 'null'}, bits: ${bits}, unit: '${unit.replaceAll("'", "\\'")}' },\n`,
  );
  return `\nexport const PRIMITIVES = [\n${rows.join('')}] as const;\n`;
}
