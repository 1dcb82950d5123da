// The operators and commands of spec/lang.json as columns by their number, which the compiler reads.
import { markdownTable } from './text.mjs';

/** Where a column says nothing of an operator. */
const NONE = 255;
/** What the steps of a lowering work on: a, b, an immediate, or from FIRST_STEP on what an earlier step left. */
const OPERAND = { A: 0, B: 1, ZERO: 2, FIRST_STEP: 3 };

export function operatorColumns({ operators, commands, keywords, types, extensions }, isa) {
  const rows = ordered(operators, 0);
  const commandRows = ordered(commands, 1);
  const names = (row) => row.operands.split(' ').filter((name) => name !== '…');
  const type = (name) => (name === undefined ? NONE : known(types.indexOf(name), name));
  const bit = (name) => (name === undefined ? 0 : known(extensions[name]?.[0], name));
  const opcode = (name) => known(isa.opcodes[name], name);
  const steps = rows.map((row) => (row.lowering ?? []).map((step, index) => lowered(step, index, row, opcode)));
  for (const row of rows) refuseUnfit(row, names(row));
  // Two spellings of which one begins with the other: the longer comes first.
  const spellings = rows
    .flatMap(({ number, sign, words }) => [sign, ...words].map((spelling) => ({ number, spelling })))
    .sort((a, b) => b.spelling.length - a.spelling.length || a.number - b.number);
  refuseTwice(spellings.map(({ spelling }) => spelling));
  const words = [
    ...rows.flatMap((row) => [row.sign, ...row.words]),
    ...commandRows.map(({ word }) => word),
    ...keywords,
  ];
  return `
/** In OPERATOR_TAKES, OPERATOR_GIVES and OPERATOR_STATEFUL: nothing of the kind. */
export const NONE: u32 = ${NONE};

export const STEP_A: u32 = ${OPERAND.A};
export const STEP_B: u32 = ${OPERAND.B};
export const STEP_ZERO: u32 = ${OPERAND.ZERO};
export const STEP_FIRST: u32 = ${OPERAND.FIRST_STEP};

// By the number of an operator.
${column(
  'OPERATOR_SIGNS',
  'string',
  rows.map(({ sign }) => `'${sign}'`),
)}
${column(
  'OPERATOR_LEAST',
  'u8',
  rows.map((row) => names(row).length),
)}
${column(
  'OPERATOR_NARY',
  'u8',
  rows.map(({ operands }) => Number(operands.endsWith('…'))),
)}
${column(
  'OPERATOR_TAKES',
  'u8',
  rows.map(({ takes }) => type(takes)),
)}
${column(
  'OPERATOR_GIVES',
  'u8',
  rows.map(({ gives }) => type(gives)),
)}
/** The instruction that writes the register of the assignment around it. */
${column(
  'OPERATOR_STATEFUL',
  'u8',
  rows.map(({ stateful }) => (stateful === undefined ? NONE : opcode(stateful))),
)}
${column(
  'OPERATOR_EXTENSIONS',
  'u32',
  rows.map(({ extension }) => bit(extension)),
)}
/** Its first step in LOWERING; the last operator is followed by their number. */
${column('OPERATOR_STEPS', 'u8', [...rows.map((_, index) => steps.slice(0, index).flat().length), steps.flat().length])}

/** Steps of three: an opcode, and the two it works on as STEP_…. */
${column('LOWERING', 'u8', steps.flat(2))}

// Every way to write an operator, none after one it begins with; the first byte of each, and what it is.
${column(
  'SPELLINGS',
  'string',
  spellings.map(({ spelling }) => `'${spelling}'`),
)}
${column(
  'SPELLING_LEADS',
  'u8',
  spellings.map(({ spelling }) => spelling.charCodeAt(0)),
)}
${column(
  'SPELLING_OPERATORS',
  'u8',
  spellings.map(({ number }) => number),
)}

// By the number of a command; 0 is none.
${column('COMMAND_WORDS', 'string', ["''", ...commandRows.map(({ word }) => `'${word}'`)])}
${column('COMMAND_WRITES', 'u8', [NONE, ...commandRows.map(({ writes }) => known(isa.implicit[writes], writes))])}
${column('COMMAND_VALUES', 'u8', [0, ...commandRows.map(({ value }) => value)])}
${column('COMMAND_GIVES', 'u8', [NONE, ...commandRows.map(({ gives }) => type(gives))])}
${column('COMMAND_EXTENSIONS', 'u32', [0, ...commandRows.map(({ extension }) => bit(extension))])}

/** Every word and sign that a form can begin with, for suggestions. */
export const OPERATOR_WORDS: string = '${words.join(' ')}';
`;
}

/** The table of docs/guide/language.md, in the order of the spec. */
export function operatorList(operators) {
  const code = (text) => `\`${text.replaceAll('|', '\\|')}\``;
  const rows = Object.values(operators).map(({ sign, words, operands, is }) => [
    code(`(${sign} ${operands})`),
    words.map(code).join(' '),
    is.replaceAll('|', '\\|'),
  ]);
  return markdownTable(['form', 'also', 'is'], rows);
}

/** The rows by their number, which begins with `first` and leaves none out. */
function ordered(members, first) {
  const rows = Object.values(members).sort((a, b) => a.number - b.number);
  const gap = rows.findIndex(({ number }, index) => number !== first + index);
  if (gap >= 0) throw new Error(`spec/lang.json: nothing has number ${first + gap}, or two have`);
  return rows;
}

function lowered(step, index, row, opcode) {
  const [name, ...operands] = step.split(' ');
  if (operands.length !== 2) throw new Error(`spec/lang.json: ${row.sign}: ${step} is no opcode and two operands`);
  return [opcode(name), ...operands.map((operand) => reference(operand, index, row))];
}

function reference(operand, index, row) {
  if (operand === 'a') return OPERAND.A;
  if (operand === 'b' && row.operands !== 'a') return OPERAND.B;
  if (operand === '0') return OPERAND.ZERO;
  const step = Number(/^\$(\d+)$/.exec(operand)?.[1]);
  if (step >= 1 && step <= index) return OPERAND.FIRST_STEP + step - 1;
  throw new Error(`spec/lang.json: ${row.sign}: ${operand} is nothing a step can work on`);
}

function refuseUnfit(row, names) {
  const refuse = (why) => {
    throw new Error(`spec/lang.json: ${row.sign} ${why}`);
  };
  const computes = row.lowering !== undefined;
  if (computes !== (row.takes !== undefined && row.gives !== undefined))
    refuse('needs takes, gives and lowering, or none');
  if (computes && names.length > 2) refuse('has more operands than a lowering can name');
  if (row.operands.endsWith('…') && (names.length !== 2 || row.takes !== row.gives))
    refuse('cannot go over many operands');
}

function refuseTwice(spellings) {
  const twice = spellings.find((spelling, index) => spellings.indexOf(spelling) !== index);
  if (twice !== undefined) throw new Error(`spec/lang.json: two operators are written ${twice}`);
}

function known(value, name) {
  if (value === undefined || value === -1) throw new Error(`spec/lang.json: there is no ${name}`);
  return value;
}

function column(name, type, values) {
  return `export const ${name}: StaticArray<${type}> = [${values.join(', ')}];`;
}
