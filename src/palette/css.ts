import { DARK, LIGHT, type Theme } from './theme.js';

/** The colours as custom properties of a page, `--text`, `--series-1` …, in light and dark as its reader prefers. */
export function paletteCss(): string {
  return (
    `:root{color-scheme:light dark;${properties(LIGHT)}}` +
    `@media (prefers-color-scheme:dark){:root{${properties(DARK)}}}` +
    // A page that lets its reader choose says so on its root.
    `:root[data-theme=light]{color-scheme:light;${properties(LIGHT)}}` +
    `:root[data-theme=dark]{color-scheme:dark;${properties(DARK)}}`
  );
}

function properties({ series, ...rest }: Theme): string {
  const named = Object.entries(rest).map(([name, colour]) => `--${dashed(name)}:${colour}`);
  return [...named, ...series.map((colour, index) => `--series-${index + 1}:${colour}`)].join(';');
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
