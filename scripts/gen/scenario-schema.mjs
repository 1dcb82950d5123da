import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** The JSON schema of a scenario, from the schema the simulator itself checks with. */
export async function scenarioSchema(root) {
  const outfile = join(root, 'node_modules/.cache/mooring/scenario.mjs');
  const entryPoints = [join(root, 'src/sim/scenario.ts')];
  await build({ entryPoints, outfile, bundle: true, format: 'esm', packages: 'external', logLevel: 'error' });
  const { scenarioSchema } = await import(pathToFileURL(outfile).href);
  const { z } = await import('zod');
  const schema = z.toJSONSchema(scenarioSchema, { io: 'input', unrepresentable: 'any', override: withoutClasses });
  return `${JSON.stringify({ title: 'Mooring scenario', ...schema }, null, 2)}\n`;
}

// JSON cannot hold a class: only the name stays of `name or class`.
function withoutClasses({ jsonSchema }) {
  if (!jsonSchema.anyOf) return;
  jsonSchema.anyOf = jsonSchema.anyOf.filter((branch) => Object.keys(branch).length > 0);
}
