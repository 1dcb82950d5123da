import { constants, header, objects, upper } from './text.mjs';

const TABLES = ['connection', 'direction', 'echo', 'packet', 'primitive'];

export function outputs(capture) {
  const groups = Object.entries(capture.values);
  const counts = Object.fromEntries(TABLES.map((name) => [upper(name), capture[name].length]));
  const columns = TABLES.map(
    (name) => `\nexport const ${upper(name)}_COLUMNS = ${JSON.stringify(capture[name], null, 2)} as const;\n`,
  );
  return {
    'wasm/generated/capture.ts': header('capture') + constants([...groups, ['COLUMNS', counts]]),
    'src/generated/capture.ts': header('capture') + objects(groups) + columns.join(''),
  };
}
