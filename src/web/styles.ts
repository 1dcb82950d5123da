import { css } from './views.css';

let installed = false;

/** Gives the page what views look like, once; as a constructed sheet it needs nothing of a policy. */
export function installViewStyles(): void {
  if (installed) return;
  installed = true;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
