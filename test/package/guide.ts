import { readFileSync } from 'node:fs';

// docs/guide/page.md by its headings: the files whose name stands in a block's first line, and the commands.

export interface Section {
  readonly files: Readonly<Record<string, string>>;
  readonly commands: readonly string[];
}

const FENCE = /^```(\w+)\n([\s\S]*?)^```$/gm;
const NAME = /^(?:\/\/|<!--) (\S+\.\w+)(?: -->)?\n/;

const sections = new Map(
  readFileSync(new URL('../../docs/guide/page.md', import.meta.url), 'utf8')
    .split(/^## /m)
    .map((text) => [text.slice(0, text.indexOf('\n')), read(text)]),
);

/** What the guide shows under `heading`. */
export function guide(heading: string): Section {
  const section = sections.get(heading);
  if (!section) throw new Error(`docs/guide/page.md has no heading "${heading}"`);
  return section;
}

function read(text: string): Section {
  const files: Record<string, string> = {};
  const commands: string[] = [];
  for (const [, language, code = ''] of text.matchAll(FENCE)) {
    const name = NAME.exec(code)?.[1];
    if (language === 'sh') commands.push(...code.trim().split('\n'));
    else if (name !== undefined) files[name] = code.replace(NAME, '');
  }
  return { files, commands };
}
