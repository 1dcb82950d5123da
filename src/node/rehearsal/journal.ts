import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../files/index.js';
import type { LocalTestbed, RunScope } from '../testbed/index.js';

/** What a rehearsal makes in a testbed: machines and mirrors, by the scope that may take them away. */
export interface Made {
  readonly scope: RunScope;
  readonly listeners: readonly string[];
  readonly mirrors: readonly string[];
}

const NOTHING = { listeners: [], mirrors: [] };

/**
 * Written before a thing is made, so that the next rehearsal finds what one that was killed has left. A line that was cut
 * off is of a thing that was not made.
 */
export class Journal {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  note(made: Made): void {
    makeFolder(dirname(this.#path));
    appendFileSync(this.#path, `${JSON.stringify(made)}\n`);
  }

  /** Takes away what is noted, the last first; what is gone already is as good. */
  async clear(testbed: LocalTestbed): Promise<void> {
    for (const { scope, listeners, mirrors } of this.#noted().reverse()) {
      const edit = { remove: { listeners, mirrors }, add: NOTHING };
      await testbed
        .run(scope)
        .change(edit)
        .catch(() => undefined);
    }
    rmSync(this.#path, { force: true });
  }

  #noted(): Made[] {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch {
      return [];
    }
    return text.split('\n').flatMap((line) => {
      try {
        return [JSON.parse(line) as Made];
      } catch {
        return [];
      }
    });
  }
}
