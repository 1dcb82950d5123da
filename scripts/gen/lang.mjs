import { constants, header, objects } from './text.mjs';

export function outputs(lang) {
  const groups = [
    ['NODE', lang.nodes],
    ['OPERATOR', first(lang.operators)],
    ['COMMAND', first(lang.commands)],
    ['EXTENSION', first(lang.extensions)],
  ];
  return {
    'wasm/generated/lang.ts': header('lang') + constants(groups),
    'src/generated/lang.ts': header('lang') + objects(groups.slice(0, 1)) + tables(lang),
  };
}

function first(members) {
  return Object.fromEntries(Object.entries(members).map(([name, [number]]) => [name, number]));
}

function tables(lang) {
  const table = (name, members) =>
    `\nexport const ${name} = [\n${Object.values(members)
      .map(([number, text]) => `  [${number}, '${text}'],\n`)
      .join('')}] as const;\n`;
  return table('OPERATORS', lang.operators) + table('COMMANDS', lang.commands) + table('EXTENSIONS', lang.extensions);
}
