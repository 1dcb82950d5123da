import { type Mark, plotArea, rangeText, timeAxis } from '../../draw/index.js';
import type { Quantity, SeriesColumns } from '../../run/index.js';
import { append } from '../dom.js';
import { nextFrame } from '../frame.js';
import { moved, rangeKey } from '../gestures.js';
import { paintScene } from '../plots/canvas.js';
import { installViewStyles } from '../styles.js';
import type { ViewContext, ViewHandle, ViewState } from '../view.js';

// The whole time of a run in one strip, what is shown of it set off from the rest: a drag over it chooses another part, a drag
// of that part moves it, its edges are drawn apart.

const HEIGHT = 46;
/** Pixels about an edge that take hold of it. */
const GRIP = 6;
const LEAST = 4;
/** What stands for a run in its strip: the first of these that it has, all flows together. */
const SHOWN: readonly Quantity[] = [
  ...(['total', 'deliveryRate', 'wireRate', 'sendingRate', 'cwnd', 'oneWay', 'aboveLeast'] as const),
];

export function mountBrush(host: HTMLElement, given: ViewContext): ViewHandle {
  installViewStyles();
  let run = given.run;
  const { state, onRange } = given;
  const context: ViewContext = {
    ...given,
    get run() {
      return run;
    },
  };
  const strip = append(host, 'div', 'view-brush');
  strip.tabIndex = 0;
  strip.setAttribute('role', 'slider');
  strip.setAttribute('aria-label', 'Time that is shown');
  strip.setAttribute('aria-orientation', 'horizontal');
  const canvas = append(strip, 'canvas');
  canvas.setAttribute('aria-hidden', 'true');
  let whole: readonly SeriesColumns[] = [];
  let closed = false;
  const width = (): number => Math.max(200, strip.clientWidth);
  const area = () => ({ ...plotArea({ width: width(), height: HEIGHT }), y: 4, height: HEIGHT - 24 });
  const scale = () => {
    const { x, width: wide } = area();
    const { fromUs, toUs } = run.span;
    return {
      xOf: (us: number) => x + ((us - fromUs) / (toUs - fromUs)) * wide,
      timeOf: (at: number) => fromUs + Math.min(1, Math.max(0, (at - x) / wide)) * (toUs - fromUs),
    };
  };
  const ask = async (): Promise<void> => {
    const own = run;
    const quantity = SHOWN.find((name) => own.series.some((info) => info.quantity === name));
    const found = await Promise.all(
      own.series
        .filter((info) => info.quantity === quantity)
        .map(({ owner }) =>
          own.source.query({ quantity: quantity!, owner, ...own.span, pixels: Math.floor(area().width) }),
        ),
    );
    if (closed || own !== run) return;
    whole = found.filter((one) => one !== null);
    nextFrame(paint);
  };
  const paint = (): void => {
    const { range, hoverUs, theme } = state.get();
    const box = area();
    const { xOf } = scale();
    const [from, to] = [xOf(range.fromUs), xOf(range.toUs)];
    const bottom = box.y + box.height;
    const marks: Mark[] = [
      { kind: 'rect', ...box, colour: theme.card },
      { kind: 'rect', x: from, y: box.y, width: Math.max(1, to - from), height: box.height, colour: theme.band },
      ...timeAxis(box, { ...run.span, xOf }, theme).filter(({ kind }) => kind === 'text'),
      { kind: 'area', path: outline(whole, box), colour: theme.muted, alpha: 0.55 },
      ...[from, to].map(
        (x): Mark => ({ kind: 'rect', x: x - 1.5, y: box.y, width: 3, height: box.height, colour: theme.act }),
      ),
    ];
    if (hoverUs !== null)
      marks.push({ kind: 'line', path: [xOf(hoverUs), box.y, xOf(hoverUs), bottom], colour: theme.text, width: 1 });
    paintScene(canvas, { width: width(), height: HEIGHT, area: box, marks });
    const { fromUs, toUs } = run.span;
    strip.setAttribute('aria-valuemin', String(fromUs / 1e6));
    strip.setAttribute('aria-valuemax', String(toUs / 1e6));
    strip.setAttribute('aria-valuenow', String((range.fromUs + range.toUs) / 2e6));
    strip.setAttribute('aria-valuetext', rangeText(range.fromUs, range.toUs));
  };

  let drag:
    | { readonly x: number; readonly range: ViewState['range']; readonly part: 'new' | 'all' | 'from' | 'to' }
    | undefined;
  const xOfEvent = (event: MouseEvent): number => event.clientX - strip.getBoundingClientRect().left;
  const partAt = (x: number): NonNullable<typeof drag>['part'] => {
    const { range } = state.get();
    const { xOf } = scale();
    const [from, to] = [xOf(range.fromUs), xOf(range.toUs)];
    const isWhole = range.fromUs <= run.span.fromUs && range.toUs >= run.span.toUs;
    if (isWhole) return 'new';
    if (Math.abs(x - from) < GRIP) return 'from';
    if (Math.abs(x - to) < GRIP) return 'to';
    return x > from && x < to ? 'all' : 'new';
  };
  const dragged = (x: number): ViewState['range'] => {
    const { x: start, range, part } = drag!;
    const { timeOf } = scale();
    if (part === 'all') return moved(range, run.span, timeOf(x) - timeOf(start));
    const fixed = part === 'new' ? timeOf(start) : part === 'from' ? range.toUs : range.fromUs;
    const [fromUs, toUs] = [Math.min(fixed, timeOf(x)), Math.max(fixed, timeOf(x))];
    return toUs > fromUs ? { fromUs, toUs } : range;
  };
  strip.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    strip.setPointerCapture(event.pointerId);
    const x = xOfEvent(event);
    drag = { x, range: state.get().range, part: partAt(x) };
  });
  strip.addEventListener('pointermove', (event) => {
    const x = xOfEvent(event);
    strip.style.cursor = { new: 'crosshair', all: 'grab', from: 'ew-resize', to: 'ew-resize' }[drag?.part ?? partAt(x)];
    if (drag && Math.abs(x - drag.x) >= LEAST) onRange(dragged(x), true);
    else if (!drag) state.set({ hoverUs: scale().timeOf(x) });
  });
  strip.addEventListener('pointerup', (event) => {
    const x = xOfEvent(event);
    if (drag && Math.abs(x - drag.x) >= LEAST) onRange(dragged(x), false);
    drag = undefined;
  });
  strip.addEventListener('pointerleave', () => state.set({ hoverUs: null }));
  strip.addEventListener('dblclick', () => onRange(run.span, false));
  strip.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = { ArrowLeft: 'a', ArrowRight: 'd', ArrowUp: '+', ArrowDown: '-', Home: '0' }[event.key] ?? event.key;
    if (!rangeKey(key, context)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  const unsubscribe = state.subscribe(() => nextFrame(paint));
  const observer = new ResizeObserver(() => void ask());
  observer.observe(strip);
  return {
    element: strip,
    show(next) {
      run = next;
      void ask();
    },
    close() {
      closed = true;
      observer.disconnect();
      unsubscribe();
      strip.remove();
    },
  };
}

/** All flows together as the outline of an area, as high as the strip where they are most. */
function outline(
  columns: readonly SeriesColumns[],
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): number[] {
  const length = columns[0]?.count.length ?? 0;
  const held = columns.map(() => 0);
  const sums = Array.from({ length }, (_, i) => {
    columns.forEach((one, k) => {
      if (one.count[i]! > 0) held[k] = one.last[i]!;
      else if (one.unknown[i]! > 0) held[k] = 0;
    });
    return held.reduce((sum, value) => sum + value, 0);
  });
  const most = Math.max(1e-9, ...sums);
  const bottom = box.y + box.height;
  const step = box.width / Math.max(1, length);
  const top = sums.flatMap((sum, i) => {
    const y = bottom - (sum / most) * (box.height - 2);
    return [box.x + i * step, y, box.x + (i + 1) * step, y];
  });
  return [box.x, bottom, ...top, box.x + box.width, bottom];
}
