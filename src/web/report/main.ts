// The script inside a report file: reads the data the file carries and draws it. It is built as one
// self-contained script (dist/report.js) and needs nothing from the network.

import { append } from '../dom.js';
import { installPalette } from '../plots/theme.js';
import { type FiguresData, showFigures } from './figures.js';
import { type RunData, showRun } from './run.js';
import { css } from './style.css';
import { type SweepData, showSweep } from './sweep.js';

/** What a report file carries in its `data` element. */
export type ReportData =
  | ({ readonly kind: 'run'; readonly title: string; readonly about: string } & RunData)
  | ({ readonly kind: 'figures'; readonly title: string; readonly about: string } & FiguresData)
  | ({ readonly kind: 'sweep'; readonly title: string; readonly about: string } & SweepData);

installPalette();
// A constructed sheet needs nothing of the page's policy.
const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
const main = document.querySelector('main');
const data = JSON.parse(document.getElementById('data')?.textContent ?? 'null') as ReportData | null;
if (main && data) {
  main.replaceChildren();
  append(main, 'h1', '', data.title);
  append(main, 'p', 'about', data.about);
  if (data.kind === 'run') {
    showRun(main, data);
  } else if (data.kind === 'figures') {
    showFigures(main, data);
  } else {
    showSweep(main, data.title, data);
  }
}
