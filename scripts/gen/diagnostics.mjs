import { constants, header, quoted, upper } from './text.mjs';

export function outputs({ errors, warnings, written }) {
  // Errors come before warnings, so that a number tells its severity.
  const codes = [...Object.keys(errors), ...Object.keys(warnings)];
  const numbers = Object.fromEntries(codes.map((code, index) => [upper(code), index]));
  const groups = [['DIAGNOSTIC', { ...numbers, FIRST_WARNING: Object.keys(errors).length }]];
  const rows = [...rowsOf(errors, 'error'), ...rowsOf(warnings, 'warning')];
  return {
    'wasm/generated/diagnostics.ts': header('diagnostics') + constants(groups),
    'src/generated/diagnostics.ts': header('diagnostics') + table(rows) + habits(written),
    'docs/generated/diagnostics.md': page(errors, warnings, written),
  };
}

function rowsOf(entries, severity) {
  return Object.entries(entries).map(
    ([code, { message, ...optional }]) =>
      `  { code: '${code}', severity: '${severity}', message: ${quoted(message)}${['hint', 'related']
        .filter((name) => name in optional)
        .map(
          (name) =>
            `, ${name}: ${Array.isArray(optional[name]) ? `[${optional[name].map(quoted).join(', ')}]` : quoted(optional[name])}`,
        )
        .join('')} },\n`,
  );
}

function table(rows) {
  const type =
    "{ readonly code: string; readonly severity: 'error' | 'warning'; readonly message: string; readonly hint?: string | readonly string[]; readonly related?: string }";
  return `export const DIAGNOSTICS: readonly ${type}[] = [\n${rows.join('')}];\n`;
}

function habits(written) {
  const type = '{ readonly codes: readonly string[]; readonly text: RegExp; readonly hint: string }';
  const rows = written.map(
    ({ codes, text, hint }) =>
      `  { codes: [${codes.map(quoted).join(', ')}], text: /^(?:${text})$/s, hint: ${quoted(hint)} },\n`,
  );
  return `\n/** What people write out of habit, and what it is here. */\nexport const WRITTEN: readonly ${type}[] = [\n${rows.join('')}];\n`;
}

function page(errors, warnings, written) {
  const list = (entries) =>
    Object.entries(entries)
      .map(
        ([code, { message, hint }]) =>
          `| \`${code}\` | ${cell(message)} | ${cell([hint ?? ''].flat().join('; or: '))} |\n`,
      )
      .join('');
  const head = '| code | message | hint |\n| --- | --- | --- |\n';
  return `<!-- Generated from spec/diagnostics.json by \`npm run gen\`. Do not edit. -->

# What the compiler says

Codes are stable. \`{0}\`, \`{1}\` stand for what the message is about.

## Errors

${head}${list(errors)}
## Warnings

The program compiles; something in it is probably not what was meant.

${head}${list(warnings)}
## What people write

Names and signs of other systems, and the hint that goes with them (a regular expression for each).

| written | hint |
| --- | --- |
${written.map(({ text, hint }) => `| \`${cell(text)}\` | ${cell(hint)} |\n`).join('')}`;
}

function cell(text) {
  return text.replaceAll('|', '\\|');
}
