// Functions of wasm/ that few packets come by, and that stay functions of their own however few call them: an engine compiles
// a function as a whole once it is hot, so that what is copied into the way of every packet is paid for by all (decision 0127).
// They say so themselves, by `@seldom` in the comment above them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The word, the rest of its comment, and the function's name. */
const MARKED = /@seldom\b.*\n(?: \*.*\n|\/\/.*\n)*(?:export )?(?:function (\w+))?/g;

/** Their names as the compiler gives them: `wasm/flow/begin/open`. Throws where the word stands above no function. */
export function seldomFunctions(root) {
  return readdirSync(join(root, 'wasm'), { recursive: true })
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .flatMap((path) => {
      const text = readFileSync(join(root, 'wasm', path), 'utf8');
      return [...text.matchAll(MARKED)].map(([, name]) => {
        if (name === undefined) throw new Error(`wasm/${path}: @seldom stands above no function`);
        return `wasm/${path.replaceAll('\\', '/').slice(0, -3)}/${name}`;
      });
    });
}
