import { render } from 'preact';
import { thawRun } from '../run/index.js';
import { isLink } from '../share/index.js';
import { installPalette, isPainted, VIEWS } from '../web/index.js';
import { fileName } from './code.js';
import { prepareCode } from './code-commands.js';
import { open, openNamed, runCommand } from './commands.js';
import { CODE_FILE } from './editor/files.js';
import { watchAgent } from './live/state.js';
import { busy, problem, ran, run, scenario, showRun, views } from './session.js';
import { setFingerprint } from './share/fingerprint.js';
import { openLink } from './share/share.js';
import { listFiles, namedAgent, openCode, readFile, type ServedFile, watchFiles } from './sources/disk.js';
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
const root = document.getElementById('app')!;
const start = (await (await fetch(new URL('start.json', document.baseURI))).json()) as Start;
version.value = start.version;
scenario.value = start.scenario;
const first = thawRun(start.run);
setFingerprint(first, start.sha256);
showRun(first);
ran.value = { run: first, scenario: start.scenario, code: [] };
render(<App start={start} />, root);
globalThis.studio = {
  run: runCommand,
  idle: () =>
    busy.value === null &&
    isPainted() &&
    VIEWS.filter((view) => view.needs(run.value) === true).every(({ id }) =>
      document.querySelector(`[data-view="${id}"]`)?.hasAttribute('data-painted'),
    ) &&
    views.get().range.toUs > 0,
};
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

/** Files named on the command line, or in its folder: code is opened beside what is shown, the first scenario is run with it. */
async function openServed(served: readonly ServedFile[]): Promise<void> {
  const ofCode = served.filter(({ name }) => CODE_FILE.test(name));
  await Promise.all(ofCode.map(openCode));
  if (ofCode.length > 0) prepareCode();
  const others = served.filter(({ name, isInFolder }) => !CODE_FILE.test(name) && !isInFolder);
  const files = await Promise.all(others.map(readFile));
  await open(files.map(({ file }) => file));
  const [only] = ofCode;
  if (others.length > 0 || !only || only.isInFolder) return;
  // Code alone: the page's first scenario, with its last flow this algorithm's.
  const { flows, ...rest } = scenario.value;
  scenario.value = { ...rest, flows: [...flows.slice(0, -1), { ...flows.at(-1)!, algorithm: fileName(only.name) }] };
  panel.value = 'code';
  await runCommand('run');
}
