import { header } from './text.mjs';

const PREFIX = 'MOORING_ERR_';
const WIDTH = 110;

export function outputs({ codes }) {
  const rows = Object.entries(codes).map(([code, text]) => `  /** ${text} */\n  readonly ${code}: '${code}';\n`);
  const names = Object.keys(codes).map((code) => code.slice(PREFIX.length));
  return {
    'src/generated/errors.ts': `${header('errors')}/** The type of {@link ERROR}. */
export interface Errors {\n${rows.join('')}}

/** The \`code\` of a MooringError. */
export type ErrorCode = keyof Errors;

// Every bundle has them all: without the prefix, and each once.
const NAMES = \`\n${wrapped(names).join('\n')}\n\`;

/** Every error code by its name; spec/errors.json says what each means. */
export const ERROR: Errors = /* @__PURE__ */ (() => {
  const codes = NAMES.trim()
    .split(/\\s+/)
    .map((name) => \`${PREFIX}\${name}\`);
  return Object.fromEntries(codes.map((code) => [code, code])) as unknown as Errors;
})();
`,
  };
}

function wrapped(words) {
  const lines = [''];
  for (const word of words) {
    const line = lines.at(-1);
    if (line.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
