import { css } from 'uplot/dist/uPlot.min.css';

let installed = false;

/** Adds what charts need to the page's styles, once. */
export function installPlotStyles(): void {
  if (installed) return;
  installed = true;
  // A constructed sheet needs nothing of the page's policy.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet, ...document.adoptedStyleSheets];
}
