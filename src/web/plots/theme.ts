import { DARK, LIGHT, paletteCss, type Theme } from '../../palette/index.js';

/** The colours that the reader of the page prefers. */
export function currentTheme(): Theme {
  return matchMedia('(prefers-color-scheme: dark)').matches ? DARK : LIGHT;
}

/**
 * Gives the page the colours that charts have, as custom properties: `--text`, `--muted`, `--line`, `--page`, `--card`, `--act`,
 * `--on-act`, `--good`, `--warn`, `--bad`, `--band`, `--grid` and `--series-1` … `--series-6`, light or dark as its reader
 * prefers. It asks no content-security policy for anything.
 *
 * @example
 * ```ts fragment
 * installPalette();
 * document.body.style.background = 'var(--page)';
 * ```
 */
export function installPalette(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(paletteCss());
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
