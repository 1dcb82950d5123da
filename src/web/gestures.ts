import type { ViewContext, ViewState } from './view.js';

/** What a pointer or a key does to the range that is shown. */
export interface TimeScale {
  readonly timeOf: (x: number) => number;
  readonly xOf: (us: number) => number;
  /** Left and right edge of the data, pixels. */
  readonly left: number;
  readonly right: number;
}

/** What pointers do to the other axis, where it is moved and zoomed as well. */
export interface VerticalGestures {
  begin(y: number): void;
  /** To there, from where it began. */
  pan(y: number): void;
  zoom(factor: number, y: number): void;
  /** Whether a drag zooms, and one with Shift moves. */
  dragZooms(): boolean;
}

/** The least range that can be shown, µs. */
const LEAST_US = 10;
const STEP = 1.25;

/** `range` zoomed by `factor` about an instant, within the run. */
export function zoomed(
  range: ViewState['range'],
  span: ViewState['range'],
  factor: number,
  aboutUs: number,
): ViewState['range'] {
  const wide = Math.min(span.toUs - span.fromUs, Math.max(LEAST_US, (range.toUs - range.fromUs) * factor));
  const share = (aboutUs - range.fromUs) / (range.toUs - range.fromUs);
  return within({ fromUs: aboutUs - wide * share, toUs: aboutUs + wide * (1 - share) }, span);
}

/** `range` moved by `us`, within the run. */
export function moved(range: ViewState['range'], span: ViewState['range'], us: number): ViewState['range'] {
  return within({ fromUs: range.fromUs + us, toUs: range.toUs + us }, span);
}

function within({ fromUs, toUs }: ViewState['range'], span: ViewState['range']): ViewState['range'] {
  const wide = Math.min(toUs - fromUs, span.toUs - span.fromUs);
  const from = Math.min(Math.max(fromUs, span.fromUs), span.toUs - wide);
  return { fromUs: from, toUs: from + wide };
}

/**
 * Pointers over a view of time: the wheel zooms at the pointer once the view has the focus, or with Ctrl (a page of views is scrolled
 * past them otherwise), a drag moves, a drag with Shift zooms to what it covered, a
 * double click shows all. What comes back ends it.
 */
export function listenToPointers(
  surface: HTMLElement,
  context: ViewContext,
  scale: () => TimeScale | undefined,
  onBand: (band: { readonly from: number; readonly to: number } | null) => void,
  onClick: (x: number, y: number) => void,
  vertical?: VerticalGestures,
): () => void {
  const { state, onRange } = context;
  const yOf = (event: MouseEvent): number => event.clientY - surface.getBoundingClientRect().top;
  let drag: { readonly x: number; readonly range: ViewState['range']; readonly box: boolean } | undefined;
  const ended = new AbortController();
  const { signal } = ended;
  const xOf = (event: MouseEvent): number => event.clientX - surface.getBoundingClientRect().left;
  surface.addEventListener(
    'wheel',
    (event) => {
      const now = scale();
      if (!now || !(event.ctrlKey || event.metaKey || surface.contains(document.activeElement))) return;
      event.preventDefault();
      const { range } = state.get();
      if (!event.shiftKey && Math.abs(event.deltaX) <= Math.abs(event.deltaY))
        vertical?.zoom(event.deltaY > 0 ? STEP : 1 / STEP, yOf(event));
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
      const perPixel = (range.toUs - range.fromUs) / (now.right - now.left);
      onRange(
        sideways
          ? moved(range, context.run.span, event.deltaX * perPixel)
          : zoomed(range, context.run.span, event.deltaY > 0 ? STEP : 1 / STEP, now.timeOf(xOf(event))),
        true,
      );
    },
    { signal, passive: false },
  );
  surface.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0 || !scale()) return;
      surface.setPointerCapture(event.pointerId);
      drag = { x: xOf(event), range: state.get().range, box: event.shiftKey !== (vertical?.dragZooms() ?? false) };
      vertical?.begin(yOf(event));
    },
    { signal },
  );
  surface.addEventListener(
    'pointermove',
    (event) => {
      const now = scale();
      if (!now) return;
      const x = Math.min(now.right, Math.max(now.left, xOf(event)));
      state.set({ hoverUs: now.timeOf(x) });
      if (!drag) return;
      if (drag.box) onBand({ from: Math.min(drag.x, x), to: Math.max(drag.x, x) });
      else {
        const perPixel = (drag.range.toUs - drag.range.fromUs) / (now.right - now.left);
        onRange(moved(drag.range, context.run.span, (drag.x - xOf(event)) * perPixel), true);
        vertical?.pan(yOf(event));
      }
    },
    { signal },
  );
  surface.addEventListener(
    'pointerup',
    (event) => {
      const now = scale();
      if (!drag || !now) return;
      const [from, to] = [Math.min(drag.x, xOf(event)), Math.max(drag.x, xOf(event))];
      if (drag.box) {
        onBand(null);
        if (to - from > 3) onRange(within({ fromUs: now.timeOf(from), toUs: now.timeOf(to) }, context.run.span), false);
      } else if (to - from > 3) onRange(state.get().range, false);
      else onClick(xOf(event), event.clientY - surface.getBoundingClientRect().top);
      drag = undefined;
    },
    { signal },
  );
  surface.addEventListener('pointerleave', () => state.set({ hoverUs: null }), { signal });
  surface.addEventListener('dblclick', () => onRange(context.run.span, false), { signal });
  return () => ended.abort();
}

/** What a key does to the range; false where it does nothing. */
export function rangeKey(key: string, { run, state, onRange }: ViewContext): boolean {
  const { range, hoverUs } = state.get();
  const middle = hoverUs ?? (range.fromUs + range.toUs) / 2;
  const wide = range.toUs - range.fromUs;
  const changes: Readonly<Record<string, () => ViewState['range']>> = {
    '+': () => zoomed(range, run.span, 1 / STEP, middle),
    '=': () => zoomed(range, run.span, 1 / STEP, middle),
    '-': () => zoomed(range, run.span, STEP, middle),
    '0': () => run.span,
    a: () => moved(range, run.span, -wide / 8),
    d: () => moved(range, run.span, wide / 8),
  };
  const change = changes[key];
  if (!change) return false;
  onRange(change(), false);
  return true;
}
