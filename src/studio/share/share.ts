import { signal } from '@preact/signals';
import type { Run } from '../../run/index.js';
import {
  FORMAT,
  linkOf,
  readState,
  type SharedRun,
  type SharedState,
  type SharedView,
  stateOfLink,
  VERSION,
} from '../../share/index.js';
import { isSimulation, problem, ran, run, scenario, views } from '../session.js';
import { runScenario } from '../sources/simulate.js';
import { version } from '../ui-state.js';
import { codeFor, takeCode } from './code.js';
import { pinned, pinRun, unpin } from './compare.js';
import { fingerprint } from './fingerprint.js';

// What is shown, as something that can be sent; and what was sent, shown again. A result is not sent: it is made again, and the
// page says whether it is the same.

/** What came of making a result again. */
export interface Verdict {
  readonly same: boolean;
  readonly text: string;
  /** What it is said of: shown as long as that is. */
  readonly of?: Run;
}

export const verdict = signal<Verdict | null>(null);

/** Numbers of a result that go with it. */
const FACTS = 6;

/** Why what is shown cannot be sent; undefined where it can. */
export function whyNotShared(): string | undefined {
  if (!isSimulation.value) return 'a capture or a result is sent as its file, not as a link';
  return undefined;
}

/** What is shown, as one value. */
export async function sharedState(): Promise<SharedState> {
  const { range, hidden, units } = views.get();
  const { span } = run.value;
  const all = range.fromUs === span.fromUs && range.toUs === span.toUs;
  return {
    version: VERSION,
    mooring: version.value,
    run: await shownRun(),
    pinned: await pinnedRun(),
    view: { range: all ? null : [range.fromUs, range.toUs], hidden: [...hidden], rate: units.rate },
  };
}

async function shownRun(): Promise<SharedRun> {
  const of = scenario.value;
  const made = ran.value;
  // Only a run of this very scenario and code, come to its end, is a result of it.
  const code = codeFor(of);
  const isResult =
    made?.run === run.value && made.scenario === of && JSON.stringify(made.code) === JSON.stringify(code);
  return { scenario: of, code, result: isResult ? await resultOf(run.value) : null };
}

async function pinnedRun(): Promise<SharedRun | null> {
  if (!pinned.value?.scenario) return null;
  const { run: made, scenario: of, code } = pinned.value;
  return { scenario: of, code, result: await resultOf(made) };
}

async function resultOf(made: Run): Promise<SharedRun['result']> {
  const sha256 = await fingerprint(made);
  return sha256 === null ? null : { sha256, facts: factsOf(made) };
}

function factsOf({ facts }: Run): Readonly<Record<string, number | null>> {
  return Object.fromEntries(facts.slice(0, FACTS).map(({ name, value }) => [name, value]));
}

export const sharedLink = async (): Promise<string> => linkOf(await sharedState());

/** The text of a file that holds the same as a link. */
export async function sharedFile(): Promise<string> {
  return `${JSON.stringify({ format: FORMAT, ...(await sharedState()) }, null, 1)}\n`;
}

/** Opens what follows an address. */
export async function openLink(hash: string): Promise<void> {
  try {
    await openState(await stateOfLink(hash), 'This link');
  } catch (error) {
    problem.value = `This link cannot be opened: ${(error as Error).message}.`;
  }
}

export async function openShared(value: unknown): Promise<void> {
  try {
    await openState(readState(value), 'This file');
  } catch (error) {
    problem.value = `This file cannot be opened: ${(error as Error).message}.`;
  }
}

/** Makes what was sent again, and says whether it came out the same. */
async function openState({ run: sent, pinned: under, view, mooring }: SharedState, what: string): Promise<void> {
  verdict.value = null;
  unpin();
  const verdicts: Verdict[] = [];
  if (under) {
    // Both may name their algorithm alike: each has its own when it runs.
    takeCode(under.code);
    await runScenario(under.scenario, version.value);
    if (ran.value?.scenario !== under.scenario) return;
    verdicts.push(await judged(ran.value.run, under, mooring));
    pinRun(ran.value.run, under.scenario, under.code);
  }
  takeCode(sent.code);
  scenario.value = sent.scenario;
  await runScenario(sent.scenario, version.value);
  if (ran.value?.scenario !== sent.scenario) return;
  show(ran.value.run, view);
  verdicts.push(await judged(ran.value.run, sent, mooring));
  const worst = verdicts.find(({ same }) => !same) ?? verdicts.at(-1)!;
  verdict.value = { ...worst, text: `${what}: ${worst.text}`, of: run.value };
}

function show({ span }: Run, { range, hidden, rate }: SharedView): void {
  const inside = range && range[0] >= span.fromUs && range[1] <= span.toUs && range[1] > range[0];
  views.set({
    ...(inside ? { range: { fromUs: range[0], toUs: range[1] } } : {}),
    ...{ hidden: new Set(hidden), units: { rate } },
  });
}

async function judged(made: Run, { result }: SharedRun, mooring: string): Promise<Verdict> {
  if (result === null) return { same: true, text: 'it came without a result; this is what it gives here.' };
  const sha256 = await fingerprint(made);
  if (sha256 === null)
    return {
      same: false,
      text: 'whether it is the same cannot be told: this page was not served over TLS or from this machine.',
    };
  if (sha256 === result.sha256) return { same: true, text: 'run again here, the result is the same to the bit.' };
  const other = made.facts.filter(({ name, value }) => name in result.facts && result.facts[name] !== value);
  const said = other.map(({ name, value }) => `${name} ${shown(value)}, not ${shown(result.facts[name] ?? null)}`);
  const numbers = said.length > 0 ? `: ${said.slice(0, 3).join('; ')}` : ', though in none of its whole numbers';
  const why =
    mooring === version.value
      ? `by the same version, ${mooring}: the two browsers compute something differently, or an algorithm asks the time or chance`
      : `it was made by Mooring ${mooring}, and this is ${version.value}`;
  return { same: false, text: `run again here, the result is another${numbers} (${why}).` };
}

/** Six digits tell results apart that print alike. */
function shown(value: number | null): string {
  return value === null ? 'unknown' : Number(value.toPrecision(6)).toString();
}
