import { computed } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { commandOf, openDropped, runCommand } from '../commands.js';
import { busy, isSimulation, problem, run } from '../session.js';
import { whyNoCalibration } from '../share/calibrate.js';
import { verdict } from '../share/share.js';
import { isWhole } from '../sources/captures.js';
import { whyNoPath } from '../sources/path.js';
import { shownSweep } from '../sources/sweep-state.js';
import type { Start } from '../start.js';
import { asked, openDialog, panel } from '../ui-state.js';
import { CodePanel } from './code-panel.js';
import { Connections } from './connections.js';
import { Ask, Help, Palette } from './dialogs.js';
import { Differences } from './differences.js';
import { Facts } from './facts.js';
import { FlowList } from './flow-list.js';
import { Inspector } from './inspector.js';
import { LiveBar, OpenAgent } from './live-bar.js';
import { ScenarioForm } from './scenario-form.js';
import { Share } from './share-dialog.js';
import { Sources } from './sources.js';
import { Views } from './views.js';
import { WhileItRuns } from './while-it-runs.js';

// A run that grows is another run five times a second; the page is made anew where what it says of it changes.
const title = computed(() => run.value.title);
const about = computed(() => run.value.about);
const isCapture = computed(() => run.value.provenance.source === 'capture');
const hasConnections = computed(() => isWhole(run.value));
const hasPoints = computed(() => whyNoPath() === undefined);
const canCalibrate = computed(() => whyNoCalibration() === undefined);
const isSweep = computed(() => run.value.sweep !== undefined);
const canGoBack = computed(() => shownSweep.value !== null && run.value !== shownSweep.value);
const said = computed(() => (verdict.value && (verdict.value.of ?? run.value) === run.value ? verdict.value : null));
const WARNINGS = 3;
const warnings = Array.from({ length: WARNINGS }, (_, i) => computed(() => run.value.warnings[i] ?? ''));

/** The whole page. */
export function App({ start }: { readonly start: Start }) {
  useEffect(listen, []);
  return (
    <>
      <header class="bar">
        <h1>
          Mooring <span>studio</span>
        </h1>
        <div class="bar-run">
          <strong>{title.value}</strong> <span class="muted">{about.value}</span>
        </div>
        <nav>
          {canGoBack.value && (
            <Button id="sweep.show" title="Back to all runs of the sweep (u)">
              All runs
            </Button>
          )}
          {isCapture.value && <Button id="capture.all">All connections</Button>}
          {hasPoints.value && (
            <Button id="capture.points" title="What became of packets between both captures (b)">
              Two points
            </Button>
          )}
          {canCalibrate.value && (
            <Button id="compare.calibrate" title="Simulate the path that this capture saw, over it (c)">
              Calibrate
            </Button>
          )}
          {!isSweep.value && (
            <Button id="compare.pin" title="Pin this run, to lay the next over it (p)">
              Pin
            </Button>
          )}
          <Button id="share.link" title="A link to exactly this (s)">
            Share
          </Button>
          {!isSweep.value && (
            <Button id="inspect" title="What stands behind an instant (i)">
              Inspect
            </Button>
          )}
          <Button id="file.open">Open…</Button>
          <Button id="palette" title="Find a command (Ctrl+K)">
            Commands
          </Button>
          <Button id="theme" title="Light or dark (Shift+D)">
            ◐<span class="hidden"> Light or dark</span>
          </Button>
          <Button id="help" title="What the keys do (?)">
            ?<span class="hidden"> Help</span>
          </Button>
        </nav>
      </header>
      <div class={panel.value === 'code' ? 'page page-code' : 'page'}>
        <main>
          {problem.value !== null && (
            <p class="problem" role="alert">
              {problem.value}
            </p>
          )}
          {said.value !== null && (
            <p class={said.value.same ? 'verdict' : 'warning'} role="status">
              {said.value.text}
            </p>
          )}
          {warnings
            .filter(({ value }) => value !== '')
            .map(({ value }) => (
              <p class="warning" key={value}>
                {value}
              </p>
            ))}
          <Sources />
          <LiveBar />
          <Facts />
          <Differences />
          {hasConnections.value ? <Connections /> : <FlowList />}
          <Inspector />
          <Views />
        </main>
        <aside aria-label="Scenario and code">
          <div>
            <nav class="panels" aria-label="Beside the views">
              {(['scenario', 'code'] as const).map((which) => (
                <button
                  key={which}
                  type="button"
                  aria-pressed={panel.value === which}
                  data-command={`panel.${which}`}
                  onClick={() => void runCommand(`panel.${which}`)}
                >
                  {which === 'scenario' ? 'Scenario' : 'Code'}
                </button>
              ))}
            </nav>
            <div data-panel={panel.value} tabIndex={-1}>
              {panel.value === 'code' ? <CodePanel /> : <ScenarioForm start={start} />}
            </div>
            <WhileItRuns />
            {!isSimulation.value && (
              <p class="muted">What is shown was not simulated here; running the scenario replaces it.</p>
            )}
          </div>
        </aside>
      </div>
      <p class="busy" role="status">
        {busy.value && (
          <>
            {busy.value.what}
            <progress value={busy.value.share ?? undefined} aria-label={busy.value.what} />
          </>
        )}
      </p>
      {asked.value !== null && <Ask />}
      {openDialog.value === 'share' && <Share />}
      {openDialog.value === 'agent' && <OpenAgent />}
      {openDialog.value === 'palette' && <Palette />}
      {openDialog.value === 'help' && <Help />}
    </>
  );
}

function Button({
  id,
  title,
  children,
}: {
  readonly id: string;
  readonly title?: string;
  readonly children: preact.ComponentChildren;
}) {
  return (
    <button type="button" title={title} onClick={() => void runCommand(id)} data-command={id}>
      {children}
    </button>
  );
}

/** The editor stands in a tree of its own, out of which its events come as its host's. */
function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return target instanceof HTMLElement && (target.matches('input, textarea, select') || target.isContentEditable);
}

/** Keys and dropped files of the whole page. */
function listen(): () => void {
  const ended = new AbortController();
  const { signal } = ended;
  addEventListener(
    'keydown',
    (event) => {
      if (event.defaultPrevented) return;
      const typing = isTyping(event);
      if (asked.value !== null || openDialog.value !== null || (typing && !event.ctrlKey && !event.metaKey)) return;
      const command = commandOf(event);
      if (!command || command.barred?.() !== undefined) return;
      event.preventDefault();
      void command.act();
    },
    { signal },
  );
  addEventListener('dragover', (event) => event.preventDefault(), { signal });
  addEventListener(
    'drop',
    (event) => {
      event.preventDefault();
      if (event.dataTransfer) void openDropped(event.dataTransfer);
    },
    { signal },
  );
  return () => ended.abort();
}
