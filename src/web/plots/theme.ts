import { DARK, LIGHT, type Theme } from '../../draw/index.js';

/** The colours that the reader of the page prefers. */
export function currentTheme(): Theme {
  return matchMedia('(prefers-color-scheme: dark)').matches ? DARK : LIGHT;
}
