// What the suite looks at: what `does` gives, and each thing the page's policy refused.
export function watch(does) {
  globalThis.violations = [];
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
    globalThis.violations.push(`${violatedDirective} ${blockedURI} ${sample}`),
  );
  globalThis.result = does();
}
