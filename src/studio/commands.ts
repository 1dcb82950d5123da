import { sceneToSvg } from '../draw/index.js';
import { allViews, type View } from '../web/index.js';
import { codeCommands } from './code-commands.js';
import type { Command } from './command.js';
import { closeInspector, inspected, inspectHere } from './inspect/state.js';
import { liveCommands } from './live/commands.js';
import { outCommands } from './out/commands.js';
import { runOutCommands } from './out/run.js';
import { changeScenario, redo, run, scenario, showRange, undo, views } from './session.js';
import { shareCommands } from './share/commands.js';
import { showWhole } from './sources/captures.js';
import { foundFile } from './sources/found.js';
import { choose, chosen, opened } from './sources/opened.js';
import { opening } from './sources/opening.js';
import { PATH, whyNoPath } from './sources/path.js';
import { runScenario, stopRun } from './sources/simulate.js';
import { shownSweep, showSweep } from './sources/sweep-state.js';
import { chosenTheme, dialog, pace, version } from './ui-state.js';

const RANGE_KEYS =
  'in any plot: + − zoom, a d move, 0 all, ← → step through samples, Page Up and Down choose a curve, l table';

/** The commands there are, views as they are registered. */
export function commands(): readonly Command[] {
  return [
    { id: 'run', title: 'Run the scenario', keys: 'Ctrl+Enter', act: runAgain },
    { id: 'run.stop', title: 'Stop what runs', act: stopRun },
    {
      id: 'run.pace',
      title: 'Simulate as fast as it goes, or in 20, 5 or 1 s a second',
      act: () => {
        pace.value = PACES[(PACES.indexOf(pace.value) + 1) % PACES.length] ?? null;
      },
    },
    { id: 'file.open', title: 'Open captures, results or scenarios', keys: 'Ctrl+O', act: chooseFiles },
    { id: 'file.folder', title: 'Open a folder of them', act: chooseFolder },
    ...sourceCommands(),
    {
      id: 'capture.all',
      title: 'Show all connections of the capture',
      keys: 'u',
      act: () => showWhole(),
      barred: () => (run.value.provenance.source === 'capture' ? undefined : 'no capture is open'),
    },
    {
      id: 'capture.points',
      title: 'Two points: compare both captures, of one path',
      keys: 'b',
      barred: whyNoPath,
      act: () => choose(opened.value.find(({ kind }) => kind === PATH)!),
    },
    {
      ...{ id: 'sweep.show', title: 'Back to all runs of the sweep', keys: 'u' },
      barred: () => (shownSweep.value && run.value !== shownSweep.value ? undefined : 'no run of a sweep is shown'),
      act: () => showSweep(),
    },
    { id: 'range.all', title: 'Show all of the time', keys: '0', act: () => showRange(run.value.span, false) },
    { id: 'undo', title: 'Back by a step: range or scenario', keys: 'Backspace', act: undo },
    { id: 'redo', title: 'Forward by a step', keys: 'Shift+Backspace', act: redo },
    ...liveCommands(),
    ...shareCommands(save),
    ...outCommands(save),
    ...runOutCommands(save),
    {
      ...{ id: 'inspect', title: 'Inspect the instant that is pointed at', keys: 'i', act: inspectHere },
      barred: () => (run.value.sweep ? 'a sweep has no time: open one of its runs' : undefined),
    },
    {
      id: 'inspect.close',
      title: 'Close the inspected instant',
      barred: () => (inspected.value ? undefined : 'none is open'),
      act: closeInspector,
    },
    ...codeCommands(save),
    ...allViews().map((view) => viewCommand(view)),
    ...allViews().map((view) => svgCommand(view)),
    {
      id: 'units.rate',
      title: 'Rates in bits or in bytes',
      act: () => views.set({ units: { rate: views.get().units.rate === 'bit/s' ? 'B/s' : 'bit/s' } }),
    },
    {
      id: 'rtt.log',
      title: 'Round trips on a logarithmic or a linear scale',
      keys: 'Shift+L',
      act: () => views.set({ logRtt: !views.get().logRtt }),
    },
    { id: 'theme', title: 'Light or dark', keys: 'Shift+D', act: turnTheme },
    { id: 'scenario.save', title: 'Save the scenario', act: () => save('scenario.json', text(scenario.value)) },
    { id: 'scenario.copy', title: 'A second flow like the last', act: copyFlow },
    { id: 'palette', title: 'Find a command', keys: 'Ctrl+K', act: () => dialog('palette') },
    { id: 'help', title: 'What the keys do', keys: '?', act: () => dialog('help') },
  ];
}

/** What was opened, one after the other. */
function sourceCommands(): readonly Command[] {
  const go = (by: number) => () => {
    const all = opened.value;
    const at = all.findIndex(({ name }) => name === chosen.value);
    return choose(all[(at + by + all.length) % all.length]!);
  };
  const barred = () => (opened.value.length > 1 ? undefined : 'nothing else was opened');
  return [
    { id: 'source.next', title: 'Show the next of what was opened', keys: ']', barred, act: go(1) },
    { id: 'source.previous', title: 'Show the one before it', keys: '[', barred, act: go(-1) },
  ];
}

function runAgain(): Promise<void> {
  chosen.value = null;
  return runScenario(scenario.value, version.value);
}

/** Seconds simulated in a second; null as fast as it goes. */
export const PACES: readonly (number | null)[] = [null, 20, 5, 1];

export const HELP_OF_PLOTS = RANGE_KEYS;

/** Does what has the name; false where nothing has it or it cannot be done now. */
export async function runCommand(id: string): Promise<boolean> {
  const found = commands().find((command) => command.id === id);
  if (!found || found.barred?.() !== undefined) return false;
  await found.act();
  return true;
}

/** The command of a key, as a keyboard says it. */
export function commandOf(event: KeyboardEvent): Command | undefined {
  const { key } = event;
  const letter = key.length === 1 ? (event.ctrlKey || event.metaKey ? key.toUpperCase() : key) : key;
  const held = [event.ctrlKey || event.metaKey ? 'Ctrl' : '', event.shiftKey && needsShift(key) ? 'Shift' : '', letter];
  const said = held.filter((part) => part !== '').join('+');
  const meant = commands().filter(({ keys }) => keys === said);
  // A key may mean one thing of a capture and another of a sweep.
  return meant.find(({ barred }) => barred?.() === undefined) ?? meant[0];
}

/** `?` is typed with Shift and is no other key for it. */
function needsShift(key: string): boolean {
  return key.length > 1 || /[A-Z]/.test(key);
}

function viewCommand(view: View): Command {
  return {
    id: `view.${view.id}`,
    title: `Go to: ${view.title}`,
    keys: view.key,
    barred: () => reason(view),
    act: () => {
      const figure = document.querySelector<HTMLElement>(`[data-view="${view.id}"]`);
      figure?.scrollIntoView({ block: 'nearest' });
      figure?.querySelector<HTMLElement>('.view-surface:not([hidden]), .view-scroll')?.focus();
    },
  };
}

function svgCommand(view: View): Command {
  return {
    id: `svg.${view.id}`,
    title: `Save as SVG: ${view.title}`,
    barred: () => reason(view),
    act: async () => {
      const state = views.get();
      const scene = await view.scene(run.value, state, { width: 640, height: 300 });
      save(`${view.id}.svg`, sceneToSvg(scene, state.theme.page));
    },
  };
}

function reason(view: View): string | undefined {
  const needs = view.needs(run.value);
  return needs === true ? undefined : needs;
}

function chooseFiles(): void {
  const input = Object.assign(document.createElement('input'), { type: 'file', multiple: true });
  input.addEventListener('change', () => void open([...(input.files ?? [])]));
  input.click();
}

function chooseFolder(): void {
  const input = Object.assign(document.createElement('input'), { type: 'file', webkitdirectory: true });
  input.addEventListener('change', () => void open([...(input.files ?? [])]));
  input.click();
}

/** Opens files, those of a folder with their way in it; a scenario is run at once. */
export async function open(files: readonly File[]): Promise<void> {
  if (files.length === 0) return;
  await (await opening()).openFound(files.map((file) => foundFile(file, file.webkitRelativePath || file.name)));
}

/** Opens what was dropped, folders with all that is in them. */
export async function openDropped({ items, files }: DataTransfer): Promise<void> {
  // What was dropped is there as long as its event only.
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const given = [...files];
  if (!entries.some(({ isDirectory }) => isDirectory)) return open(given);
  await (await opening()).openEntries(entries);
}

/** Opens what the page's own address names, `?url=…`. */
export async function openNamed(): Promise<void> {
  const url = new URLSearchParams(location.search).get('url');
  if (url !== null) await (await opening()).openAddress(url);
}

function copyFlow(): void {
  const { flows, ...rest } = scenario.value;
  const last = flows.at(-1);
  changeScenario({ ...rest, flows: [...flows, last ?? { algorithm: 'cubic' }] });
}

function turnTheme(): void {
  const now = chosenTheme.value ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  chosenTheme.value = now === 'dark' ? 'light' : 'dark';
}

function text(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function save(name: string, content: string | Blob): void {
  const link = Object.assign(document.createElement('a'), {
    href: URL.createObjectURL(new Blob([content])),
    download: name,
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
