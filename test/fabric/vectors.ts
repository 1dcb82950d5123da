import { existsSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../../shared/vectors/fabric/', import.meta.url);

/** Whether the recorded answers of FABRIC's own parts are beside the checkout. */
export const RECORDED = existsSync(FOLDER);

/** The rows of one file of recorded answers, none where they are not here. */
export function rowsOf<Row>(file: string): Row[] {
  if (!RECORDED) return [];
  const text = readFileSync(new URL(file, FOLDER), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

/** The names a session has for uuids and those of this run, learnt from answers as they come. */
export class Names {
  readonly #mine = new Map<string, string>();

  learn(recorded: unknown, mine: unknown): void {
    if (typeof recorded === 'string' && typeof mine === 'string') {
      const names = recorded.match(/uuid-\d+/g) ?? [];
      const ids = mine.match(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|uuid-\d+/g) ?? [];
      if (names.length === ids.length) for (const [at, name] of names.entries()) this.#mine.set(name, ids[at]!);
    } else if (recorded !== null && typeof recorded === 'object' && mine !== null && typeof mine === 'object') {
      for (const key of Object.keys(recorded)) this.learn((recorded as never)[key], (mine as never)[key]);
    }
  }

  in(text: string): string {
    return text.replace(/uuid-\d+/g, (name) => this.#mine.get(name) ?? name);
  }
}
