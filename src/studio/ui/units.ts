import { signal } from '@preact/signals';
import { BITS } from '../../draw/index.js';
import { views } from '../session.js';

/** How numbers are written, for components: the views' own, as a signal. */
export const units = signal(BITS);
views.subscribe(() => {
  units.value = views.get().units;
});
