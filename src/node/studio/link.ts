import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ERROR, MooringError } from '../../base/index.js';
import { linkOf, MOST_LINK, type SharedCode, VERSION } from '../../share/index.js';
import { isTraceName, type Scenario } from '../../sim/index.js';
import { readJsonFile, readTextFile } from '../files/index.js';

/** What a module asks for beside itself; the studio's page follows the same. */
const IMPORT = /\bfrom\s*['"]\.\/([\w.-]+)['"]/g;

/**
 * The part of an address, `#s1.…`, that opens a scenario's file in a studio, with the algorithms it names by path.
 * Throws MOORING_ERR_FILE_UNREADABLE, MOORING_ERR_BAD_ARGUMENT for a scenario that no link holds.
 *
 * @param mooring version that is said to have made it
 */
export async function studioLink(path: string, mooring: string): Promise<string> {
  const scenario = readJsonFile(path) as Scenario;
  if (!Array.isArray(scenario?.flows)) throw refuse(`${path} is no scenario: it has no flows`);
  for (const { trace } of scenario.links ?? [])
    if (typeof trace === 'string' && !isTraceName(trace))
      throw refuse(`${path} names a file of a trace, ${trace}, which no link holds: drop both into the studio`);
  const folder = dirname(resolve(path));
  const code = new Map<string, SharedCode>();
  for (const { algorithm } of scenario.flows)
    if (typeof algorithm === 'string' && /\.[cm]?[jt]s$|\.ccp$/.test(algorithm)) take(code, resolve(folder, algorithm));
  const link = await linkOf({
    version: VERSION,
    mooring,
    run: { scenario, code: [...code.values()], result: null },
    pinned: null,
    view: { range: null, hidden: [], rate: 'bit/s' },
  });
  if (link.length > MOST_LINK)
    throw refuse(
      `${path} makes a link of ${link.length} letters, and programs cut those beyond ${MOST_LINK}: send the files`,
    );
  return link;
}

/** A file, and those beside it that it imports. A page has no folders: each goes by its last name. */
function take(code: Map<string, SharedCode>, path: string): void {
  const name = basename(path);
  if (code.has(name)) return;
  const text = readTextFile(path);
  code.set(name, { name, text });
  for (const [, wanted = ''] of text.matchAll(IMPORT)) {
    const beside = [wanted, `${wanted}.ts`, wanted.replace(/\.js$/, '.ts')].map((file) => join(dirname(path), file));
    const found = beside.find((file) => existsSync(file));
    if (found !== undefined) take(code, found);
  }
}

function refuse(message: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, `${message}.`, { argument: 'link' });
}
