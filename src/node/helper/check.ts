import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { MooringError } from '../../base/index.js';
import { HELPER } from '../../generated/helper-protocol.js';
import { helperRemedy } from '../install/index.js';
import { socketAddon } from './addon.js';
import { findHelper, type HelperLocation } from './find.js';

/** What {@link checkHelper} found. */
export interface HelperCheck extends HelperLocation {
  /** Both parts are here, run in this process and speak this package's protocol. */
  readonly works: boolean;
  /** What is wrong, and with it what can be done; empty where it works. */
  readonly problems: readonly string[];
}

/** Finds the helper and tries it: the program is run, the addon loaded. Never throws. */
export async function checkHelper(): Promise<HelperCheck> {
  const found = findHelper();
  const problems: string[] = [];
  if (found.program === undefined) problems.push(`no program mooring-helper: ${helperRemedy()}`);
  else problems.push(...(await programProblems(found.program)));
  try {
    socketAddon();
  } catch (error) {
    if (!(error instanceof MooringError)) throw error;
    problems.push(error.message);
  }
  return { ...found, works: problems.length === 0, problems };
}

async function programProblems(program: string): Promise<string[]> {
  try {
    const { stdout } = await promisify(execFile)(program, ['--version'], { timeout: 10_000 });
    const protocol = Number(/protocol (\d+)/.exec(stdout)?.[1]);
    if (protocol === HELPER.VERSION) return [];
    return [`${program} speaks protocol ${protocol}, this package ${HELPER.VERSION}: ${helperRemedy()}`];
  } catch (error) {
    return [`${program} does not run here: ${(error as Error).message}; ${helperRemedy()}`];
  }
}
