import { css } from 'uplot/dist/uPlot.min.css';

let installed = false;

/** Adds what charts need to the page's styles, once. */
export function installPlotStyles(): void {
  if (installed) return;
  installed = true;
  const style = document.createElement('style');
  style.textContent = css;
  document.head.prepend(style);
}
