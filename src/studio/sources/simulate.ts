import { MooringError } from '../../base/index.js';
import type { SharedCode } from '../../share/index.js';
import type { Change, Instant, Scenario, TimedChange } from '../../sim/index.js';
import { type CodeFile, fileName, filesOf, said, say, setFindings } from '../code.js';
import { askChecker } from '../editor/checker.js';
import { isProgramFile } from '../editor/files.js';
import type { Code } from '../sandbox/protocol.js';
import { busy, scenario as currentScenario, faults, isSimulation, problem, ran, run, showRun } from '../session.js';
import { codeFor } from '../share/code.js';
import { askReader, pace } from '../ui-state.js';
import { type Failure, fencedSimulator, type PageSimulator, pageSimulator, type Simulator } from './simulator.js';

/** A run is painted as it comes, so often. */
const PAINT_MS = 50;

const NO_CODE: Code = { modules: [], programs: {} };

/** What is shown, if it was simulated here: enough to ask for more of it. */
interface Shown {
  readonly scenario: Scenario;
  readonly code: Code;
  readonly simulator: Simulator;
  readonly changes: TimedChange[];
  timeUs: number;
}

let page: PageSimulator | undefined;
/** A sandbox is ready before code is run, and each run has one of its own: nothing is left in it of the run before. */
let spare: Promise<Simulator> | undefined;
let shown: Shown | undefined;
let current = 0;

/** Starts what simulates, so that the first run does not wait for it. */
export function warmSimulator(): void {
  page ??= pageSimulator();
  // A run of nothing much: the engine is compiled now.
  void page.begin({ flows: [{ algorithm: 'cubic' }], duration: '100ms' }, NO_CODE).catch(() => {});
}

/** Starts a sandbox, where there is code to run. */
export function warmSandbox(): void {
  spare ??= fencedSimulator(false);
  spare.catch(() => {
    spare = undefined;
  });
}

/** Simulates `scenario` and shows it as it comes. A run that still goes on is given up. */
export async function runScenario(scenario: Scenario, version: string): Promise<void> {
  // Whoever asks again does not wait for what was asked before.
  if (busy.value) stopRun();
  current += 1;
  const own = current;
  problem.value = null;
  faults.value = [];
  said.value = [];
  busy.value = { what: 'simulating', share: 0 };
  try {
    const files = filesOf(scenario);
    const sources = codeFor(scenario);
    const code = await codeOf(files);
    if (own !== current || code === null) return;
    const simulator = await simulatorFor(code);
    if (own !== current || simulator === null) return;
    const named = withFileNames(scenario, files);
    const { durationUs } = await simulator.begin(named, code);
    if (shown && shown.simulator !== simulator && shown.simulator !== page) shown.simulator.close();
    shown = { scenario: named, code, simulator, changes: [], timeUs: 0 };
    await follow(shown, { own, durationUs, version, files, sources, given: scenario });
  } catch (error) {
    if (own !== current) return;
    const told = error instanceof MooringError ? error.detail['diagnostics'] : undefined;
    faults.value = Array.isArray(told) ? told : [];
    problem.value = (error as Error).message;
  } finally {
    if (own === current) busy.value = null;
  }
}

/** Holds a scenario against its schema, without running it. Scenarios that name code are checked with its names known. */
export async function checkScenario(scenario: Scenario): Promise<void> {
  if (!page?.isOpen || busy.value) return;
  const checked = scenario;
  const known = new Set(filesOf(scenario).map(({ name }) => name));
  try {
    const found = await page.faults(standIn(scenario, known));
    if (checked !== currentScenario.value || busy.value) return;
    faults.value = found;
  } catch {
    // The worker was ended for another reason, and told of it.
  }
}

/** The scenario with a name that everybody knows in the place of each file. */
function standIn(scenario: Scenario, known: ReadonlySet<string>): Scenario {
  if (known.size === 0) return scenario;
  const flows = scenario.flows.map((flow) =>
    known.has(fileName(flow.algorithm)) ? { ...flow, algorithm: 'cubic' } : flow,
  );
  return { ...scenario, flows };
}

interface Following {
  readonly own: number;
  readonly durationUs: number;
  readonly version: string;
  readonly files: readonly CodeFile[];
  /** Those and what they import, as they were. */
  readonly sources: readonly SharedCode[];
  /** The scenario as it was asked for. */
  readonly given: Scenario;
}

/** Shows a run as it comes, to its end. While a part is painted the next is simulated. */
async function follow(mine: Shown, { own, durationUs, version, files, sources, given }: Following): Promise<void> {
  const origin = { version, command: 'mooring sim scenario.json', algorithmHashes: await hashesOf(files) };
  const { simulator, changes } = mine;
  let pacedFromMs = performance.now();
  let pacedFromUs = 0;
  const next = async () => {
    const speed = pace.value;
    if (speed === null) return simulator.advance(PAINT_MS, durationUs, origin);
    await new Promise((resolve) => setTimeout(resolve, PAINT_MS));
    const nowMs = performance.now();
    const untilUs = pacedFromUs + (nowMs - pacedFromMs) * 1000 * speed;
    return simulator.advance(PAINT_MS, Math.min(durationUs, Math.max(mine.timeUs, untilUs)), origin);
  };
  let speed = pace.value;
  for (let coming = next(); ; ) {
    const { run: made, timeUs, done, said: lines, failures } = await coming;
    if (own !== current) return;
    if (pace.value !== speed) {
      speed = pace.value;
      [pacedFromMs, pacedFromUs] = [performance.now(), timeUs];
    }
    mine.timeUs = timeUs;
    if (!done) coming = next();
    say(lines);
    isSimulation.value = true;
    const shownNow = {
      ...made,
      span: { fromUs: 0, toUs: durationUs },
      warnings: [...made.warnings, ...changes.map(changeText)],
    };
    showRun(shownNow);
    // What was changed on the way is no result of the scenario.
    ran.value = done && changes.length === 0 ? { run: shownNow, scenario: given, code: sources } : null;
    if (done) showFailures(failures, files);
    busy.value = done ? null : { what: 'simulating', share: timeUs / durationUs };
    if (done) break;
  }
  if (files.some(({ name }) => !isProgramFile(name))) warmSandbox();
}

/** Changes a link of the run that goes on, from now on. */
export async function changeRun(change: Change): Promise<void> {
  if (!shown || !busy.value) return;
  const { simulator, changes } = shown;
  try {
    const atUs = shown.timeUs;
    await simulator.change(change);
    changes.push({ atUs, change });
  } catch (error) {
    problem.value = (error as Error).message;
  }
}

function changeText({ atUs, change: { kind, link: _, ...to } }: TimedChange): string {
  return `Changed at about ${(atUs / 1e6).toFixed(2)} s: ${kind} ${Object.values(to).join(', ')}`;
}

/** What stood behind the numbers at an instant; null where what is shown was not simulated here. */
export async function instantOf(atUs: number, flow: number): Promise<Instant | null> {
  if (!shown || run.value.provenance.source !== 'simulation') return null;
  const { scenario, code, changes } = shown;
  if (!shown.simulator.isOpen) {
    const simulator = await simulatorFor(code);
    if (!simulator) return null;
    shown = { ...shown, simulator };
  }
  return shown.simulator.instant(scenario, code, atUs, flow, changes);
}

/** The events of the run that is shown, as qlog in parts. */
export async function qlogOf(): Promise<readonly string[]> {
  if (!shown) throw new Error('it was not simulated here');
  const { scenario, code } = shown;
  if (!shown.simulator.isOpen) {
    const simulator = await simulatorFor(code);
    if (!simulator) throw new Error('its code was not run');
    shown = { ...shown, simulator };
  }
  return shown.simulator.qlog(scenario, code);
}

/** The run that the page begins with was simulated when it was built: it can be asked as well. */
export function adopt(scenario: Scenario): void {
  page ??= pageSimulator();
  shown = { scenario, code: NO_CODE, simulator: page, changes: [], timeUs: 0 };
}

/** Ends what runs; its worker is replaced, as it answers nothing while it simulates. */
export function stopRun(): void {
  current += busy.value ? 1 : 0;
  shown?.simulator.close();
  page?.close();
  page = undefined;
  busy.value = null;
}

/** The files as code that runs; null where they do not, which is told where it is. */
async function codeOf(files: readonly CodeFile[]): Promise<Code | null> {
  const programs = Object.fromEntries(
    files.filter(({ name }) => isProgramFile(name)).map(({ name, text }) => [name, text]),
  );
  const modules = files.filter(({ name }) => !isProgramFile(name)).map(({ name }) => name);
  if (modules.length === 0) return { modules: [], programs };
  const emitted = await askChecker((api) => api.emit(modules));
  if (emitted.ok) return { modules: emitted.modules, programs };
  setFindings(emitted.file, [emitted.finding]);
  problem.value = `${emitted.file}: ${emitted.finding.message}`;
  return null;
}

/** Who runs this code; null where the reader would not have it. */
async function simulatorFor({ modules }: Code): Promise<Simulator | null> {
  if (modules.length === 0) {
    if (!page?.isOpen) page = pageSimulator();
    return page;
  }
  try {
    const ready = spare ?? fencedSimulator(false);
    spare = undefined;
    const simulator = await ready;
    return simulator.isOpen ? simulator : await fencedSimulator(false);
  } catch (error) {
    const may = await askReader(
      `${(error as Error).message}. So ${modules.map(({ name }) => name).join(', ')} cannot be fenced in here: it would run with what this page may do, which is to read what the page has stored and change what it shows; the network stays out of reach. Run it only if you know who wrote it.`,
    );
    return may ? fencedSimulator(true) : null;
  }
}

/** A scenario may say `./aimd.ts`, as on the command line. */
function withFileNames(scenario: Scenario, files: readonly CodeFile[]): Scenario {
  if (files.length === 0) return scenario;
  const names = new Set(files.map(({ name }) => name));
  const flows = scenario.flows.map((flow) =>
    names.has(fileName(flow.algorithm)) ? { ...flow, algorithm: fileName(flow.algorithm) } : flow,
  );
  return { ...scenario, flows };
}

/** What algorithms threw, in the place of their files where it is known. */
function showFailures(failures: readonly Failure[], files: readonly CodeFile[]): void {
  for (const { message, place } of failures) {
    const [, name, line, column] = /([^\s/()]+):(\d+):(\d+)$/.exec(place ?? '') ?? [];
    const file = files.find((one) => one.name === name);
    if (!file) continue;
    const from = offsetOf(file.text, Number(line), Number(column));
    setFindings(file.name, [{ from, to: from + 1, severity: 'error', code: 'run', message }]);
  }
}

function offsetOf(text: string, line: number, column: number): number {
  const lines = text.split('\n').slice(0, line - 1);
  return Math.min(text.length, lines.reduce((sum, one) => sum + one.length + 1, 0) + column - 1);
}

async function hashesOf(files: readonly CodeFile[]): Promise<Record<string, string>> {
  // Where the page is served without TLS by another machine, there is no crypto.
  if (!globalThis.crypto?.subtle) return {};
  const hashed = files.map(async ({ name, text }) => {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
    return [name, Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')] as const;
  });
  return Object.fromEntries(await Promise.all(hashed));
}
