import { type Made, withPaths } from './command-line.js';

// A run as a program in TypeScript, with the package's own names.

/**
 * A program that makes a run again: `result` is what it gave. The files of `code` stand beside it. Null where none does: a
 * datapath program that drives a flow alone is run by the studio only.
 *
 * @param mooring version that is said to have made it
 */
export function programText(made: Made, mooring: string): string | null {
  const { scenario, code } = made;
  if (code.some(({ name }) => name.endsWith('.ccp'))) return null;
  const named = withPaths(scenario, code);
  const files = [...new Set(named.flows.map(({ algorithm }) => String(algorithm)))].filter((path) =>
    code.some(({ name }) => path === `./${name}`),
  );
  const variables = new Map(files.map((path, i) => [JSON.stringify(path), `Algorithm${i === 0 ? '' : i + 1}`]));
  let json = JSON.stringify(named, null, 2);
  for (const [path, variable] of variables) json = json.replaceAll(`"algorithm": ${path}`, `"algorithm": ${variable}`);
  return [
    `// Made by Mooring ${mooring}: the same numbers, to the bit. Node runs it: node run.ts`,
    `import { type Scenario, simulate } from 'mooring';`,
    ...[...variables].map(([path, variable]) => `import ${variable} from ${path};`),
    '',
    `const scenario: Scenario = ${json};`,
    '',
    'export const result = simulate(scenario);',
    'console.log(result.summary);',
    '',
  ].join('\n');
}
