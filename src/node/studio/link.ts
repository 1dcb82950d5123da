import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ERROR, MooringError } from '../../base/index.js';
import { linkOf, MOST_LINK, VERSION, withImports } from '../../share/index.js';
import { isTraceName, type Scenario } from '../../sim/index.js';
import { readJsonFile, readTextFile } from '../files/index.js';

const CODE = /\.[cm]?[jt]s$|\.ccp$/;

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
  const named = scenario.flows.flatMap(({ algorithm }) =>
    typeof algorithm === 'string' && CODE.test(algorithm) ? [fileAt(resolve(folder, algorithm))] : [],
  );
  const used = withImports(
    named,
    ({ path }) => basename(path),
    (file, name) => {
      const beside = join(dirname(file.path), name);
      return existsSync(beside) ? fileAt(beside) : undefined;
    },
  );
  // A page has no folders: each goes by its last name.
  const code = used.map(({ path, text }) => ({ name: basename(path), text }));
  const link = await linkOf({
    version: VERSION,
    mooring,
    run: { scenario, code, result: null },
    pinned: null,
    view: { range: null, hidden: [], rate: 'bit/s' },
  });
  if (link.length > MOST_LINK)
    throw refuse(
      `${path} makes a link of ${link.length} letters, and programs cut those beyond ${MOST_LINK}: send the files`,
    );
  return link;
}

const fileAt = (path: string) => ({ path, text: readTextFile(path) });

function refuse(message: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, `${message}.`, { argument: 'link' });
}
