import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { toJsonSchema } from '@valibot/to-json-schema';
import { build } from 'esbuild';

/** The JSON schema of a scenario, from the schema the simulator itself checks with. */
export async function scenarioSchema(root) {
  const outfile = join(root, 'node_modules/.cache/mooring/scenario.mjs');
  const entryPoints = [join(root, 'src/sim/scenario.ts')];
  await build({ entryPoints, outfile, bundle: true, format: 'esm', packages: 'external', logLevel: 'error' });
  const { scenarioSchema } = await import(pathToFileURL(outfile).href);
  const $schema = 'https://json-schema.org/draft/2020-12/schema';
  return `${JSON.stringify({ title: 'Mooring scenario', ...write(scenarioSchema), $schema }, null, 2)}\n`;
}

const write = (schema) =>
  toJsonSchema(schema, {
    typeMode: 'input',
    target: 'draft-2020-12',
    errorMode: 'ignore',
    overrideSchema: ({ valibotSchema }) => eitherOf(valibotSchema),
  });

// What src/sim/schema.ts calls `either` is both of its options here. JSON cannot hold a class: only the name stays of
// `name or class`.
function eitherOf({ type, options }) {
  if (type !== 'lazy') return null;
  const written = options.filter((option) => option.type !== 'custom').map(write);
  for (const schema of written) delete schema.$schema;
  return written.length > 1 ? { anyOf: written } : written[0];
}
