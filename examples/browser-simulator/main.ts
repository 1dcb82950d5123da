import type { Diagnostic, Scenario } from 'mooring';
import type { RunNotice } from 'mooring/sim';
import { createRunPlots, installPalette, type RunPlots, spawnSim } from 'mooring/web';
import { fillChoices, fillFields, onPresetChosen, readScenario } from './controls.js';
import { createEditor } from './editor.js';
import { MINE, place, range, select } from './page.js';
import { FIRST_PROGRAM } from './program.js';
import { showSummary } from './summary.js';

const FRAMES_PER_SECOND = 12;

installPalette();
const { simulator } = spawnSim();
const editor = createEditor(place('editor'), FIRST_PROGRAM);
const pause = place('pause') as HTMLButtonElement;
const live = place('live') as HTMLFieldSetElement;

let plots: RunPlots | undefined;
/** Which run is on the page; a loop that finds another number ends. */
let current = 0;
let paused = false;
let scenario: Scenario | undefined;

fillChoices();
fillFields();
onPresetChosen();
editor.onChange = () => void check();
place('controls').addEventListener('submit', (event) => {
  event.preventDefault();
  void run();
});
pause.addEventListener('click', () => {
  paused = !paused;
  pause.textContent = paused ? 'Go on' : 'Pause';
});
range('live-rate').addEventListener('input', () => void changeLink());
range('live-delay').addEventListener('input', () => void changeLink());
void check();

async function check(): Promise<boolean> {
  const text = editor.text;
  const diagnostics = await simulator.check(text);
  if (text !== editor.text) return false;
  editor.mark(diagnostics);
  place('diagnostics').replaceChildren(...diagnostics.map(line));
  return diagnostics.every(({ severity }) => severity !== 'error');
}

function line(diagnostic: Diagnostic): HTMLElement {
  const { range: at, code, message, hint, severity } = diagnostic;
  const item = document.createElement('li');
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = `${at.line}:${at.column}`;
  button.addEventListener('click', () => editor.show(diagnostic));
  const rest = document.createElement('span');
  rest.textContent = ` ${message}${hint ? ` (${hint})` : ''} `;
  const id = document.createElement('code');
  id.textContent = code;
  item.className = severity;
  item.append(button, rest, id);
  return item;
}

async function run(): Promise<void> {
  current += 1;
  const mine = current;
  paused = false;
  pause.textContent = 'Pause';
  showError('');
  showNotices([]);
  place('summary').replaceChildren();
  plots?.close();
  plots = undefined;
  try {
    scenario = readScenario();
    const { about, flows, durationUs } = await simulator.begin(scenario, { programs: { [MINE]: editor.text } });
    if (mine !== current) return;
    place('about').textContent = about;
    plots = createRunPlots(place('plots'), new Map(flows.map((name, id) => [id, `${name} ${id}`])));
    startLive();
    await play(mine, durationUs);
    if (mine !== current) return;
    const { summary, failures } = await simulator.outcome();
    showSummary(place('summary'), summary);
    showError(failures.join('\n'));
  } catch (error) {
    if (mine === current) showError(error instanceof Error ? error.message : String(error));
  } finally {
    if (mine === current) {
      pause.disabled = true;
      live.disabled = true;
    }
  }
}

/** Asks for a little more of the run again and again, and shows it. */
async function play(mine: number, durationUs: number): Promise<void> {
  pause.disabled = false;
  const progress = place('progress') as HTMLProgressElement;
  let timeUs = 0;
  while (mine === current && timeUs < durationUs) {
    await new Promise((resolve) => setTimeout(resolve, 1000 / FRAMES_PER_SECOND));
    if (paused || mine !== current) continue;
    const stepUs = (Number(select('speed').value) * 1e6) / FRAMES_PER_SECOND;
    const snapshot = await simulator.advance(Math.min(durationUs, timeUs + stepUs));
    if (mine !== current) return;
    timeUs = snapshot.timeUs;
    progress.value = timeUs / durationUs;
    plots?.show(snapshot.series);
    showNotices(snapshot.notices);
  }
}

function startLive(): void {
  live.disabled = scenario?.links?.some((link) => link.trace !== undefined) ?? false;
  range('live-rate').value = '0';
  range('live-delay').value = '0';
  showLive();
}

/** The sliders go from a quarter to four times what the scenario began with. */
async function changeLink(): Promise<void> {
  const { rateBytesPerSecond, delayUs } = showLive();
  try {
    await simulator.change({ kind: 'linkRate', link: 0, rateBytesPerSecond });
    await simulator.change({ kind: 'linkDelay', link: 0, delayUs });
  } catch (error) {
    showError(String(error));
  }
}

function showLive(): { rateBytesPerSecond: number; delayUs: number } {
  const rateMbit = Number(range('rate').value) * 4 ** Number(range('live-rate').value);
  const delayMs = (Number(range('rtt').value) / 2) * 4 ** Number(range('live-delay').value);
  place('live-rate-value').textContent = `${rateMbit.toFixed(1)} Mbit/s`;
  place('live-delay-value').textContent = `${delayMs.toFixed(1)} ms`;
  return { rateBytesPerSecond: (rateMbit * 1e6) / 8, delayUs: delayMs * 1000 };
}

function showNotices(notices: readonly RunNotice[]): void {
  const notice = place('notice');
  notice.hidden = notices.length === 0;
  notice.textContent = notices.map(({ message }) => message).join('\n');
}

function showError(text: string): void {
  const error = place('error');
  error.hidden = text === '';
  error.textContent = text;
}
