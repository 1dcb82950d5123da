import type { SweepPlace } from '../../draw/index.js';
import type { Picture, PlotPoint } from '../picture.js';
import type { ViewContext } from '../view.js';
import { withSweep } from './choice.js';

/** Of pictures that have no time. */
export const NO_SCALE: Picture['scale'] = { timeOf: () => 0, xOf: () => Number.NaN, left: 0, right: 0 };

/** A place was chosen: its only run is opened, of several the list of runs shows which they are. */
export function onPlace({ state, onRun }: ViewContext, point: PlotPoint): void {
  const { run, filter } = point as SweepPlace;
  if (run !== null && onRun) onRun(run);
  else if (filter !== null) {
    state.set(withSweep(state.get(), { cell: filter }));
    document.querySelector('[data-view="runs"]')?.scrollIntoView({ block: 'nearest' });
  }
}
