import { openRemote, type RemoteService } from '../../client/index.js';
import { fromSweep, runOfColumns } from '../../run/index.js';
import { isTraceName } from '../../sim/index.js';
import { needsFiles, type Sweep, scenarioOfRun, whyNoScenario } from '../../sweep/index.js';
import { filesOf } from '../code.js';
import type { NamedFile } from '../results/read-sweep.js';
import type { ResultsService } from '../results/worker.js';
import { busy, changeScenario, isSimulation, problem, ran, run, showRun } from '../session.js';
import { type Verdict, verdict } from '../share/share.js';
import { version } from '../ui-state.js';
import { runScenario } from './simulate.js';
import { shownSweep, showSweep } from './sweep-state.js';

// The runs of a sweep, and what an agent recorded. A run that is chosen out of a sweep is made again here, and it is said
// whether it is the run that the sweep had.

let api: RemoteService<ResultsService>['api'] | undefined;

/** Reads in a worker of its own, started with the first. */
function reader(): RemoteService<ResultsService>['api'] {
  api ??= openRemote<ResultsService>(
    new Worker(new URL('workers/results.js', document.baseURI), { type: 'module', name: 'mooring-results' }),
  ).api;
  return api;
}

export async function openResults(name: string, files: readonly NamedFile[]): Promise<void> {
  await reading(name, async () => {
    const { sweep, command } = await reader().sweep(files);
    const whole = fromSweep(sweep, { title: name, files: files.map(({ path }) => path), command });
    // A table of one run is that run.
    if (sweep.length === 1 && whyNoScenario(sweep) === undefined) return openRun(sweep, 0);
    shownSweep.value = whole;
    showSweep();
  });
}

export async function openRecording(name: string, file: File): Promise<void> {
  await reading(name, async () => {
    showRun(runOfColumns(await reader().recording(file, name)));
    isSimulation.value = false;
  });
}

async function reading(name: string, read: () => Promise<void>): Promise<void> {
  problem.value = null;
  busy.value = { what: `reading ${name}`, share: null };
  try {
    await read();
  } catch (error) {
    problem.value = `${name}: ${(error as Error).message}`;
  } finally {
    if (busy.value?.what === `reading ${name}`) busy.value = null;
  }
}

/** Makes one run of a sweep again, and shows it. */
export async function openRun(sweep: Sweep, at: number): Promise<void> {
  problem.value = null;
  verdict.value = null;
  try {
    const why = whyNoScenario(sweep);
    if (why !== undefined) throw new Error(why);
    const scenario = scenarioOfRun(sweep, at);
    const open = new Set(filesOf(scenario).map(({ name }) => name));
    const { code, traces } = needsFiles(scenario, isTraceName);
    const missing = code.filter((name) => !open.has(name));
    if (missing.length > 0)
      throw new Error(`its scenario names ${missing.join(', ')}: open that file as well, then the run again`);
    if (traces.length > 0)
      throw new Error(`its scenario names the trace ${traces.join(', ')}, a file that the command line reads`);
    changeScenario(scenario);
    await runScenario(scenario, version.value);
    if (ran.value?.run === run.value && ran.value.scenario === scenario) verdict.value = compared(sweep, at);
  } catch (error) {
    problem.value = `Run ${at + 1} cannot be made again: ${(error as Error).message}.`;
  }
}

/** What the sweep says of the run beside what came out now: seeds make it the same to the bit. */
function compared(sweep: Sweep, at: number): Verdict | null {
  const of = run.value;
  const facts = new Map(run.value.facts.map(({ name, value }) => [name, value]));
  const both = sweep.measures.flatMap(({ title, values }) => {
    const now = facts.get(title);
    const then = values[at]!;
    return now === undefined || now === null || Number.isNaN(then) ? [] : [{ title, isSame: now === then }];
  });
  if (both.length === 0) return null;
  const differ = both.filter(({ isSame }) => !isSame).map(({ title }) => title);
  const which = `Run ${at + 1} of the sweep, made again:`;
  if (differ.length === 0)
    return { of, same: true, text: `${which} ${both.map(({ title }) => title).join(', ')} are the same to the bit.` };
  const by =
    sweep.version === null || sweep.version === version.value
      ? ''
      : ` The sweep was made by Mooring ${sweep.version}, this is ${version.value}.`;
  return {
    of,
    same: false,
    text: `${which} ${differ.join(', ')} came out otherwise.${by} Code that it names may have changed since.`,
  };
}
