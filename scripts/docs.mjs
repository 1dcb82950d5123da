// The documentation as a folder of static pages, out/docs: README, guides, the API by task from the declarations the
// package ships, and the studio. A warning is an error: a link that leads nowhere, a type that is used and not exported.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Application, Comment, CommentTag, Converter, OptionDefaults, ReflectionKind } from 'typedoc';
import { doors } from './doors.mjs';

const OUT = 'out/docs';
/** What a reader wants to do, by the room that does it; in this order. */
const TASKS = {
  'Write an algorithm': ['algorithms'],
  'Write a datapath program': ['program', 'generated/lang.d.ts'],
  'Run an agent': ['agent', 'node/agent', 'node/transports', 'node/helper', 'node/path'],
  'Run a datapath': ['datapath', 'node/datapath', 'wire', 'core'],
  Simulate: ['sim', 'node/jobs'],
  'Read captures': ['capture', 'node/capture'],
  'Capture on a testbed': ['twine', 'fabric', 'node/twine', 'node/testbed', 'node/fabric', 'node/files'],
  'In a page': ['web', 'draw', 'client', 'workers'],
  'Errors and units': ['base', 'generated/errors.d.ts'],
};

const PARTS =
  'Quantity Prefix OfFlow At Named Measured AskedQueue EngineResult Definitions Defined DecodedAs SymbolKind AdoptedBy'.split(
    ' ',
  );

const guides = readdirSync('docs/guide').map((name) => join('docs/guide', name));
const app = await Application.bootstrap({
  name: 'Mooring',
  entryPoints: doors.map(({ source }) => source.replace('src/', 'out/types/').replace('.ts', '.d.ts')),
  tsconfig: 'tsconfig.docs.json',
  skipErrorChecking: true,
  readme: 'README.md',
  projectDocuments: guides,
  out: OUT,
  disableSources: true,
  highlightLanguages: [...OptionDefaults.highlightLanguages, 'sql'],
  ignoredHighlightLanguages: ['ccp', 'rust', 'python'],
  // Parts of a type that a reader sees written out where it is used.
  intentionallyNotExported: PARTS,
  excludeInternal: true,
  categorizeByGroup: false,
  navigation: { includeCategories: true },
  categoryOrder: Object.keys(TASKS),
  kindSortOrder: ['Document', 'Module', 'Function', 'Class', 'Variable', 'Interface', 'TypeAlias'],
  sort: ['kind', 'alphabetical'],
  treatWarningsAsErrors: true,
  validation: {
    notExported: true,
    invalidLink: true,
    rewrittenLink: true,
    notDocumented: false,
    unusedMergeModuleWith: true,
  },
});
app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
  // A guide is called what its first line says.
  for (const document of project.documents ?? []) {
    document.name = titleOf(document) ?? document.name;
    document.content = withLinks(document.content);
  }
  for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
    const door = doors.find(({ source }) => source.replace(/^src\/|(?:\/index)?\.ts$/g, '') === module.name);
    if (!door) throw new Error(`docs: ${module.name} is no door`);
    module.name = door.name;
    module.comment = new Comment([{ kind: 'text', text: door.about }]);
    for (const reflection of module.children ?? []) categorize(project, reflection);
  }
});
const project = await app.convert();
if (!project) process.exit(1);
app.validate(project);
await app.generateDocs(project, OUT);
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1);
mooring('studio', '--out', join(OUT, 'studio'));

/** After each scenario of a guide the way into the studio that stands beside the pages, with the code it names. */
function withLinks(content) {
  const files = content.flatMap(({ text }) => [...text.matchAll(/```(\w+) ([\w.-]+)\n([\s\S]*?)```/g)]);
  const folder = mkdtempSync(join(tmpdir(), 'mooring-docs-'));
  try {
    for (const [, , name, text] of files) writeFileSync(join(folder, name), text);
    return content.flatMap((part) => {
      const [, name = 'scenario.json', text] = /^```json(?: ([\w.-]+))?\n([\s\S]*?)```$/.exec(part.text.trim()) ?? [];
      if (!text || !isScenario(text)) return [part];
      writeFileSync(join(folder, name), text);
      const link = mooring('studio', join(folder, name), '--link', '../studio/index.html').trim();
      return [part, { kind: 'text', text: `\n\n<a href="${link}">Open in the studio</a>\n` }];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function isScenario(text) {
  try {
    return Array.isArray(JSON.parse(text).flows);
  } catch {
    return false;
  }
}

/** What a command says. */
function mooring(...words) {
  const cli = 'dist/cli.js';
  if (!existsSync(cli)) throw new Error(`docs: ${cli} is not there: npm run build`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...words], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`docs: ${stderr}`);
  return stdout;
}

function titleOf({ content }) {
  const text = content.map((part) => part.text).join('');
  return /^# (.*)$/m.exec(text)?.[1];
}

/** Under the task that its room is for. */
function categorize(project, reflection) {
  const target = reflection.isReference() ? reflection.getTargetReflectionDeep() : reflection;
  const file = relative('out/types', project.getSymbolIdFromReflection(target)?.fileName ?? '');
  const [task] =
    Object.entries(TASKS).find(([, rooms]) => rooms.some((room) => `${file}/`.startsWith(`${room}/`))) ?? [];
  if (!task) return app.logger.error(`${reflection.name} of ${file} belongs to no task`);
  reflection.comment ??= new Comment();
  reflection.comment.blockTags.push(new CommentTag('@category', [{ kind: 'text', text: task }]));
}
