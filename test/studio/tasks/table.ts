// What a task takes elsewhere, and the page of docs/ that sets it beside the studio's.

/** A thing a researcher wants to know or have. */
export interface Task {
  readonly number: number;
  readonly title: string;
  /** Actions in Wireshark and with Pantheon; null where it is not what they are for. */
  readonly wireshark: string | null;
  readonly pantheon: string | null;
  /** What else is used for it. */
  readonly otherwise: string | null;
  /** What is not there yet. */
  readonly missing?: string;
}

export const TASKS: readonly Task[] = [
  {
    ...{ number: 1, title: 'See BBR beside CUBIC in 2 BDP' },
    ...{ wireshark: null, pantheon: '6 commands, minutes', otherwise: null },
  },
  {
    ...{ number: 2, title: 'Change the factor of an AIMD of yours, see the effect' },
    ...{ wireshark: null, pantheon: null, otherwise: 'portus and mahimahi: 5, and a build' },
  },
  {
    ...{ number: 3, title: 'Is my change better? 20 seeds, with an interval' },
    ...{ wireshark: null, pantheon: null, otherwise: 'a shell loop and a notebook: 30 lines' },
    missing: 'of scenarios; code written in the page is not repeated over seeds yet',
  },
  {
    ...{ number: 4, title: 'Why did this download stall?' },
    ...{ wireshark: '9 to 12', pantheon: null, otherwise: null },
  },
  {
    ...{ number: 5, title: 'Where was a packet lost and sent again?' },
    ...{ wireshark: '8', pantheon: null, otherwise: null },
  },
  {
    ...{ number: 6, title: 'Round trips of two flows on one axis' },
    ...{ wireshark: '10 or more, two windows', pantheon: null, otherwise: 'tshark and a notebook' },
  },
  {
    ...{ number: 7, title: 'Two captures of one path' },
    ...{ wireshark: null, pantheon: null, otherwise: 'two Wiresharks, by eye' },
  },
  {
    ...{ number: 8, title: 'A capture beside a simulation of its path' },
    ...{ wireshark: null, pantheon: null, otherwise: null },
  },
  {
    ...{ number: 9, title: 'Which algorithm wins at 1 % of loss?' },
    ...{ wireshark: null, pantheon: '1 script, hours', otherwise: null },
    missing: 'of the two that share the link; many are compared by `mooring compare`, not in the page',
  },
  {
    ...{ number: 10, title: 'Show a colleague exactly this' },
    ...{ wireshark: null, pantheon: null, otherwise: 'a screenshot: 3' },
  },
  {
    ...{ number: 11, title: 'The figure for the paper, 84 mm wide' },
    ...{ wireshark: null, pantheon: null, otherwise: 'a script for gnuplot: 20 lines' },
  },
  {
    ...{ number: 12, title: 'Watch a running agent, keep the odd moment' },
    ...{ wireshark: null, pantheon: null, otherwise: 'a loop around `ss -ti` and gnuplot' },
  },
];

/** The page: every task with what was done, as it was counted. */
export function tasksPage(done: ReadonlyMap<number, readonly string[]>): string {
  const cell = (text: string | null): string => text ?? '–';
  const rows = TASKS.map(({ number, title, wireshark, pantheon, otherwise, missing }) => {
    const actions = done.get(number);
    const studio = actions === undefined ? 'not counted' : String(actions.length);
    const by = [actions?.join(', ') || 'it is the first page', missing ?? ''].filter((text) => text !== '').join('; ');
    return `| ${[`${number}. ${title}`, ...[wireshark, pantheon, otherwise].map(cell), studio, by].join(' | ')} |`;
  });
  return [
    '<!-- Written by npm run test:studio. -->',
    '',
    '# Twelve tasks',
    '',
    'What each takes in actions: keys, clicks, drops, fields that are written and commands. The studio’s are counted while Playwright does',
    'them in Chromium (`npm run test:studio`, `test/studio/tasks.test.ts`); those of the others are estimates, for a first use with the tool installed, and',
    '– stands where a task is not what a tool is for.',
    '',
    '| task | Wireshark | Pantheon | another way | studio | by |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
