// One paint a frame for all views: whoever changed says so, and is called once before the next picture.
const waiting = new Set<() => void>();

/** Calls `paint` before the next picture, once however often it is asked. */
export function nextFrame(paint: () => void): void {
  if (waiting.size === 0) requestAnimationFrame(flush);
  waiting.add(paint);
}

/** Whether nothing waits to be painted. */
export function isPainted(): boolean {
  return waiting.size === 0;
}

function flush(): void {
  const due = [...waiting];
  waiting.clear();
  for (const paint of due) paint();
}
