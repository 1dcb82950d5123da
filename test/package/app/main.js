import { page } from './page.js';

globalThis.violations = [];
document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
  globalThis.violations.push(`${violatedDirective} ${blockedURI} ${sample}`),
);
globalThis.result = page();
