import { render } from 'preact';
import { thawRun } from '../run/index.js';
import { installPalette, isPainted, VIEWS } from '../web/index.js';
import { open, runCommand } from './commands.js';
import { busy, problem, ran, run, scenario, showRun, views } from './session.js';
import { setFingerprint } from './share/fingerprint.js';
import { isLink } from './share/link.js';
import { openLink } from './share/share.js';
import { namedFiles } from './sources/named.js';
import type { Start } from './start.js';
import { App } from './ui/app.js';
import { followTheme, version } from './ui-state.js';

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
ran.value = { run: first, scenario: start.scenario };
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
try {
  await open(await namedFiles());
  if (isLink(location.hash)) await openLink(location.hash);
  addEventListener('hashchange', () => {
    if (isLink(location.hash)) void openLink(location.hash);
  });
} catch (error) {
  problem.value = (error as Error).message;
}
