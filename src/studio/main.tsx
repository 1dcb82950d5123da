import { render } from 'preact';
import { thawRun } from '../run/index.js';
import { isLink } from '../share/index.js';
import { installPalette, isPainted, VIEWS } from '../web/index.js';
import { fileName } from './code.js';
import { prepareCode } from './code-commands.js';
import { openNamed, runCommand } from './commands.js';
import { CODE_FILE } from './editor/files.js';
import { watchAgent } from './live/state.js';
import { busy, problem, ran, run, scenario, showRun, views } from './session.js';
import { setFingerprint } from './share/fingerprint.js';
import { openLink } from './share/share.js';
import { listFiles, namedAgent, openCode, readFile, type ServedFile, watchFiles } from './sources/disk.js';
import type { Found } from './sources/found.js';
import { choose } from './sources/opened.js';
import { opening } from './sources/opening.js';
import { adopt, warmSimulator } from './sources/simulate.js';
import { takeChange } from './sources/watch.js';
import type { Start } from './start.js';
import { App } from './ui/app.js';
import { followTheme, panel, version } from './ui-state.js';

// The page: what it begins with is fetched, shown, and files that were named for it are opened.

declare global {
  /** For tests: does a command, and says whether all that was asked for is on the page. */
  var studio: { readonly run: (id: string) => Promise<boolean>; readonly idle: () => boolean } | undefined;
}

installPalette();
followTheme();
// No wait at the top of the module: parts that are fetched later import this one.
void begin();

async function begin(): Promise<void> {
  const start = (await (await fetch(new URL('start.json', document.baseURI))).json()) as Start;
  version.value = start.version;
  scenario.value = start.scenario;
  const first = thawRun(start.run);
  setFingerprint(first, start.sha256);
  showRun(first);
  ran.value = { run: first, scenario: start.scenario, code: [] };
  render(<App start={start} />, document.getElementById('app')!);
  globalThis.studio = { run: runCommand, idle: isIdle };
  adopt(start.scenario);
  // When the first picture stands: who runs the scenario then does not wait for what runs it.
  requestAnimationFrame(() => setTimeout(warmSimulator));
  try {
    const served = await listFiles();
    await openServed(served);
    if (served.length > 0) watchFiles((changed) => void takeChange(changed));
    const agent = namedAgent();
    if (agent !== undefined) watchAgent(agent);
    await openNamed();
    if (isLink(location.hash)) await openLink(location.hash);
    addEventListener('hashchange', () => {
      if (isLink(location.hash)) void openLink(location.hash);
    });
  } catch (error) {
    problem.value = (error as Error).message;
  }
}

function isIdle(): boolean {
  const shown = VIEWS.filter((view) => view.needs(run.value) === true);
  const isShown = (id: string): boolean =>
    document.querySelector(`[data-view="${id}"]`)?.hasAttribute('data-painted') ?? false;
  return busy.value === null && isPainted() && shown.every(({ id }) => isShown(id)) && views.get().range.toUs > 0;
}

/**
 * Files named on the command line, or in its folder: code is opened beside what is shown, what was named is shown, and what of
 * a folder shows a run can be chosen. Code alone is run, in the page's first scenario.
 */
async function openServed(served: readonly ServedFile[]): Promise<void> {
  const ofCode = served.filter(({ name }) => CODE_FILE.test(name));
  await Promise.all(ofCode.map(openCode));
  if (ofCode.length > 0) prepareCode();
  const others = served.filter(({ name }) => !CODE_FILE.test(name));
  const named = others.filter(({ isInFolder }) => !isInFolder).map(servedFile);
  if (others.length > 0) await openOthers(named, others.filter(({ isInFolder }) => isInFolder).map(servedFile));
  const [only] = ofCode;
  if (others.length > 0 || !only || only.isInFolder) return;
  // Code alone: the page's first scenario, with its last flow this algorithm's.
  const { flows, ...rest } = scenario.value;
  scenario.value = { ...rest, flows: [...flows.slice(0, -1), { ...flows.at(-1)!, algorithm: fileName(only.name) }] };
  panel.value = 'code';
  await runCommand('run');
}

async function openOthers(named: readonly Found[], inFolder: readonly Found[]): Promise<void> {
  const { offerFound, openFound } = await opening();
  const offered = await offerFound(inFolder);
  // Of a folder what was measured is shown; a scenario in it is there to be run.
  const measured = offered.find(({ kind }) => kind !== 'scenario' && kind !== 'shared');
  if (named.length > 0) await openFound(named);
  else if (measured) await choose(measured);
}

function servedFile(served: ServedFile): Found {
  const { name, kind } = served;
  return { path: name, get: async () => (await readFile(served)).file, ...(kind === undefined ? {} : { kind }) };
}
