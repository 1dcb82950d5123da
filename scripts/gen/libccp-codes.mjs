import { cHeader, constants, header, objects } from './text.mjs';

export function outputs({ codes }) {
  const groups = [['LIBCCP', Object.fromEntries(Object.entries(codes).map(([name, [number]]) => [name, number]))]];
  return {
    'wasm/generated/codes.ts': header('libccp-codes') + constants(groups),
    'helper/include/generated/codes.h': cHeader('libccp-codes', groups),
    'src/generated/codes.ts': header('libccp-codes') + objects(groups) + texts(codes),
  };
}

function texts(codes) {
  const rows = Object.entries(codes).map(
    ([name, [number, text]]) => `  [${number}, { name: '${name}', text: '${text}' }],\n`,
  );
  return `\nexport const LIBCCP_TEXT: ReadonlyMap<number, { name: string; text: string }> = new Map([\n${rows.join('')}]);\n`;
}
