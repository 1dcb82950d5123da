// The documentation as a folder of static pages, out/docs: README, guides, the API by task from the declarations the
// package ships, and the studio. A warning is an error: a link that leads nowhere, a type that is used and not exported.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
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
  for (const document of project.documents ?? []) document.name = titleOf(document) ?? document.name;
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
await addStudio();

/** The studio beside the pages, as `mooring studio --out` writes it. */
async function addStudio() {
  const cli = 'dist/cli.js';
  if (!existsSync(cli)) throw new Error(`docs: the studio is not built, ${cli} is not there: npm run build`);
  const { status, stderr } = spawnSync(process.execPath, [cli, 'studio', '--out', join(OUT, 'studio')], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`docs: ${stderr}`);
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
