/** Resolves at the first SIGINT, SIGTERM or SIGHUP; a second one ends the process at once, as without this. */
export function untilSignal(): { readonly signal: Promise<NodeJS.Signals>; dispose(): void } {
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let resolve: (name: NodeJS.Signals) => void;
  const signal = new Promise<NodeJS.Signals>((done) => {
    resolve = done;
  });
  const dispose = () => {
    for (const name of names) process.off(name, receive);
  };
  function receive(name: NodeJS.Signals): void {
    dispose();
    resolve(name);
  }
  for (const name of names) process.on(name, receive);
  return { signal, dispose };
}
