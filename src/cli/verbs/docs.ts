import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { UsageError } from '../failure.js';
import { print, printJson } from '../output.js';
import { list } from '../table.js';

/** Where the package keeps its guides, seen from dist. */
const GUIDES = fileURLToPath(new URL('../docs/guide', import.meta.url));

interface Guide {
  readonly topic: string;
  readonly title: string;
  readonly path: string;
}

export function addDocs(command: Command): void {
  command
    .argument('[topic]', 'the guide to print, as Markdown; without it, the list of them')
    .option('--path', 'print where the guide lies instead of the guide')
    .option('--json', 'print one JSON document: topic, title and path, with a topic its text too')
    .addHelpText('after', '\n  mooring docs language | less\n  mooring docs --path agent\n')
    .action(async (topic: string | undefined, { path, json }: { path?: boolean; json?: boolean }) => {
      const guides = await findGuides();
      if (topic === undefined) {
        if (json) return printJson({ guides });
        return print(list(guides.map((guide) => [guide.topic, path ? guide.path : guide.title])));
      }
      const guide = guides.find((candidate) => candidate.topic === topic);
      if (!guide)
        throw new UsageError(`no guide "${topic}": there are ${guides.map((known) => known.topic).join(', ')}`);
      if (path && !json) return print(`${guide.path}\n`);
      const text = await readFile(guide.path, 'utf8');
      return json ? printJson({ ...guide, text }) : print(text);
    });
}

async function findGuides(): Promise<Guide[]> {
  const names = (await readdir(GUIDES)).filter((name) => name.endsWith('.md')).sort();
  return Promise.all(
    names.map(async (name) => {
      const path = join(GUIDES, name);
      const [, title = name] = /^# (.*)$/m.exec(await readFile(path, 'utf8')) ?? [];
      return { topic: name.slice(0, -3), title, path };
    }),
  );
}
