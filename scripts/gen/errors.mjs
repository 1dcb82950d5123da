import { header } from './text.mjs';

export function outputs({ codes }) {
  const rows = Object.entries(codes).map(([code, text]) => `  /** ${text} */\n  ${code}: '${code}',\n`);
  return {
    'src/generated/errors.ts': `${header('errors')}/** Every error code by its name; spec/errors.json says what each means. */
export const ERROR = {\n${rows.join('')}} as const;\n\n/** The \`code\` of a MooringError. */\nexport type ErrorCode = keyof typeof ERROR;\n`,
  };
}
