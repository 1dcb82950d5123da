import { layout, under } from './layout.mjs';
import { operatorColumns, operatorList } from './operators.mjs';
import { between, constants, header, indices, objects } from './text.mjs';

export function outputs(lang, { isa }) {
  const at = {};
  const bytes = {};
  for (const [name, fields] of Object.entries(lang.records)) {
    const placed = layout(`spec/lang.json: ${name}`, fields);
    bytes[name.toUpperCase()] = placed.end;
    Object.assign(at, under(name.toUpperCase(), placed.at));
  }
  const shared = [
    ['NODE', lang.nodes],
    ['AT', at],
    ['BYTES', bytes],
    ['VALUE', lang.values],
  ];
  const groups = [
    ...shared,
    ['TYPE', indices(lang.types)],
    ['KIND', indices(lang.symbols)],
    ['OPERATOR', numbers(lang.operators)],
    ['COMMAND', numbers(lang.commands)],
    ['EXTENSION', Object.fromEntries(Object.entries(lang.extensions).map(([name, [bit]]) => [name, bit]))],
  ];
  return {
    'wasm/generated/lang.ts':
      header('lang') + constants(groups) + `\nexport const REPORT_MEMBERS = '${lang.reportMembers.join(' ')}';\n`,
    'wasm/generated/operators.ts': header('lang') + operatorColumns(lang, isa),
    'src/generated/lang.ts': header('lang') + objects(shared) + tables(lang),
    'docs/guide/language.md': between('operators', operatorList(lang.operators)),
  };
}

function numbers(members) {
  return Object.fromEntries(Object.entries(members).map(([name, { number }]) => [name, number]));
}

function tables({ symbols, operators, commands, extensions, reportMembers }) {
  const table = (name, rows) => `\nexport const ${name} = [\n${rows.map((row) => `  ${row},\n`).join('')}] as const;\n`;
  const text = (value) => (value === undefined ? 'null' : `'${value}'`);
  // Written out, so that published declarations need no table to say what a word can be.
  const union = (name, is, words) =>
    `\n/** ${is} */\nexport type ${name} = ${words.map((word) => `'${word}'`).join(' | ')};\n`;
  const operands = (list) =>
    `least: ${list.split(' ').filter((name) => name !== '…').length}, nary: ${list.endsWith('…')}`;
  return [
    table('SYMBOL_KINDS', symbols.map(text)),
    union('SymbolKind', 'What a register is.', symbols),
    union(
      'Operator',
      'How an operator is written; `bind`, `add` and the other words are the same operators.',
      Object.values(operators).map(({ sign }) => sign),
    ),
    union(
      'Command',
      'What stands by itself in a body: `(report)`, `(fallthrough)`, `(reset)`.',
      Object.values(commands).map(({ word }) => word),
    ),
    '\n/** What a report answers itself, as any object or as a report. */',
    table('REPORT_MEMBERS', reportMembers.map(text)),
    '\n/** `takes` and `gives` are null where the form around the operator decides. */',
    table(
      'OPERATORS',
      Object.values(operators).map(
        (row) =>
          `{ number: ${row.number}, sign: '${row.sign}', ${operands(row.operands)}, takes: ${text(row.takes)}, gives: ${text(row.gives)} }`,
      ),
    ),
    table(
      'COMMANDS',
      Object.values(commands).map(({ number, word }) => `{ number: ${number}, word: '${word}' }`),
    ),
    table(
      'EXTENSIONS',
      Object.values(extensions).map(([bit, id]) => `[${bit}, '${id}']`),
    ),
  ].join('');
}
