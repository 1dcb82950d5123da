import { type Mark, type Scene, type Size, timeText } from '../draw/index.js';
import type { Run } from '../run/index.js';
import { append } from './dom.js';
import { nextFrame } from './frame.js';
import { listenToPointers, rangeKey, type TimeScale } from './gestures.js';
import { paintScene } from './plots/canvas.js';
import { installViewStyles } from './styles.js';
import { showTable } from './table/rows.js';
import type { View, ViewContext, ViewHandle, ViewState } from './view.js';

/** An entry of a figure's key: how it is drawn, what it is, and its value where the reader points. */
export interface KeyEntry {
  readonly label: string;
  readonly colour: string;
  readonly dash?: readonly number[];
  readonly filled?: boolean;
  /** The value at an instant, as text. */
  readonly valueAt: (us: number) => Promise<string>;
  /** Instants of samples beside one, for a reader who steps through them. */
  readonly beside: (us: number) => Promise<{ readonly before: number | null; readonly after: number | null }>;
}

/** What a figure shows for a state and a size. */
export interface Picture {
  readonly scene: Scene;
  readonly scale: TimeScale;
  readonly key: readonly KeyEntry[];
}

export interface FigureOptions {
  readonly heightPx: (run: Run) => number;
  readonly onClick?: (context: ViewContext, x: number, y: number) => void;
  readonly picture: (run: Run, state: ViewState, size: Size) => Promise<Picture>;
}

let figures = 0;

/**
 * The frame that every view over time has: a named figure with a sentence that says what is to be seen, a key with values, a
 * canvas with a crosshair over it, keys and gestures, and the same as a table on `l`.
 */
export function mountFigure(
  host: HTMLElement,
  view: Pick<View, 'id' | 'title' | 'table' | 'describe'>,
  given: ViewContext,
  options: FigureOptions,
): ViewHandle {
  installViewStyles();
  figures += 1;
  let run = given.run;
  const { state } = given;
  const context: ViewContext = {
    ...given,
    get run() {
      return run;
    },
  };
  const figure = append(host, 'figure', 'view');
  figure.dataset['view'] = view.id;
  const head = append(figure, 'figcaption');
  const title = append(head, 'h2', '', view.title);
  title.id = `view-${figures}-title`;
  const key = append(head, 'ul', 'view-key');
  const surface = append(figure, 'div', 'view-surface');
  surface.tabIndex = 0;
  surface.setAttribute('role', 'group');
  surface.setAttribute('aria-roledescription', 'plot');
  const canvas = append(surface, 'canvas');
  const overlay = append(surface, 'canvas', 'view-overlay');
  for (const layer of [canvas, overlay]) layer.setAttribute('aria-hidden', 'true');
  const table = append(figure, 'div', 'view-table');
  table.hidden = true;
  const sentence = append(figure, 'p', 'view-says');
  sentence.id = `view-${figures}-says`;
  const live = append(figure, 'p', 'view-live');
  live.setAttribute('aria-live', 'polite');
  for (const element of [figure, surface]) {
    element.setAttribute('aria-labelledby', title.id);
    element.setAttribute('aria-describedby', sentence.id);
  }

  let shown: Picture | undefined;
  let asked = 0;
  let chosen = 0;
  let closed = false;
  let band: { readonly from: number; readonly to: number } | null = null;
  let before = state.get();

  const size = (): Size => ({ width: Math.max(200, surface.clientWidth), height: options.heightPx(run) });
  const draw = async (): Promise<void> => {
    // Behind its table it has no width.
    if (surface.hidden) return tell(asked);
    asked += 1;
    const own = asked;
    const next = await options.picture(run, state.get(), size());
    // The newest question has the word.
    if (closed || own !== asked) return;
    shown = next;
    paintScene(canvas, next.scene);
    showKey();
    drawOverlay();
    figure.dataset['painted'] = String(own);
    void tell(own);
  };
  const tell = async (own: number): Promise<void> => {
    const text = await view.describe(run, state.get());
    if (!closed && own === asked) sentence.textContent = text;
    if (!closed && own === asked && !table.hidden) showTable(table, view.title, await view.table(run, state.get()));
  };
  const showKey = (): void => {
    if (!shown) return;
    const entries = shown.key;
    while (key.children.length > entries.length) key.lastElementChild?.remove();
    entries.forEach((entry, i) => {
      const item = (key.children[i] as HTMLElement | undefined) ?? append(key, 'li');
      const wanted = `${entry.label} ${entry.colour} ${entry.dash ?? ''}`;
      if (item.dataset['is'] !== wanted) {
        item.dataset['is'] = wanted;
        item.replaceChildren(swatch(entry));
        append(item, 'span', '', entry.label);
        append(item, 'output', 'view-value');
      }
    });
    void showValues();
  };
  const showValues = async (): Promise<void> => {
    const { hoverUs } = state.get();
    const entries = shown?.key ?? [];
    const texts =
      hoverUs === null ? entries.map(() => '') : await Promise.all(entries.map((one) => one.valueAt(hoverUs)));
    if (closed || state.get().hoverUs !== hoverUs) return;
    texts.forEach((text, i) => {
      const output = key.children[i]?.querySelector('output');
      if (output && output.textContent !== text) output.textContent = text;
    });
  };
  const drawOverlay = (): void => {
    if (!shown) return;
    const { hoverUs, theme } = state.get();
    const { area, width, height } = shown.scene;
    const marks: Mark[] = [];
    if (band)
      marks.push({
        ...{ kind: 'rect', x: band.from, y: area.y, width: band.to - band.from, height: area.height },
        ...{ colour: theme.act, alpha: 0.2 },
      });
    if (hoverUs !== null) {
      const x = shown.scale.xOf(hoverUs);
      if (x >= area.x - 1 && x <= area.x + area.width + 1) {
        const text = timeText(hoverUs, state.get().range.toUs - state.get().range.fromUs);
        const left = x > area.x + area.width - 70;
        marks.push(
          { kind: 'line', path: [x, area.y, x, area.y + area.height], colour: theme.text, width: 1 },
          {
            ...{ kind: 'text', x: left ? x - 5 : x + 5, y: area.y + area.height - 5, text, size: 11 },
            ...{ colour: theme.text, anchor: left ? 'end' : 'start' },
          },
        );
      }
    }
    paintScene(overlay, { width, height, area, marks });
  };
  const unsubscribe = state.subscribe(() => {
    const now = state.get();
    const onlyHover =
      now.range === before.range &&
      now.hidden === before.hidden &&
      now.pinned === before.pinned &&
      now.theme === before.theme &&
      now.units === before.units;
    before = now;
    if (!onlyHover) nextFrame(drawSoon);
    nextFrame(hoverSoon);
  });
  const drawSoon = (): void => void draw();
  const hoverSoon = (): void => {
    drawOverlay();
    void showValues();
  };
  const stopPointers = listenToPointers(
    surface,
    context,
    () => shown?.scale,
    (next) => {
      band = next;
      nextFrame(hoverSoon);
    },
    (x, y) => options.onClick?.(context, x, y),
  );
  const step = async (forward: boolean): Promise<void> => {
    const entry = shown?.key[chosen];
    if (!entry) return;
    const { range, hoverUs } = state.get();
    const { before: last, after: next } = await entry.beside(hoverUs ?? (forward ? range.fromUs - 1 : range.toUs + 1));
    const to = forward ? next : last;
    if (to === null) return;
    state.set({ hoverUs: to });
    live.textContent = `${entry.label}, ${timeText(to, range.toUs - range.fromUs)}: ${await entry.valueAt(to)}`;
  };
  const choose = (by: number): void => {
    const entries = shown?.key ?? [];
    chosen = Math.min(Math.max(0, chosen + by), Math.max(0, entries.length - 1));
    live.textContent = entries[chosen]?.label ?? '';
  };
  const toggleTable = async (): Promise<void> => {
    table.hidden = !table.hidden;
    surface.hidden = !table.hidden;
    if (table.hidden) {
      surface.focus();
      return draw();
    }
    showTable(table, view.title, await view.table(run, state.get()));
    table.querySelector<HTMLElement>('[tabindex]')?.focus();
  };
  figure.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const keys: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => void step(false),
      ArrowRight: () => void step(true),
      PageUp: () => choose(-1),
      PageDown: () => choose(1),
      Home: () => state.set({ hoverUs: state.get().range.fromUs }),
      End: () => state.set({ hoverUs: state.get().range.toUs }),
      l: () => void toggleTable(),
    };
    const inTable = !table.hidden && event.key !== 'l';
    const act = inTable ? undefined : keys[event.key];
    if (act) act();
    else if (inTable || !rangeKey(event.key, context)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  const observer = new ResizeObserver(() => nextFrame(drawSoon));
  observer.observe(surface);

  return {
    element: figure,
    show(next) {
      run = next;
      nextFrame(drawSoon);
    },
    close() {
      closed = true;
      observer.disconnect();
      unsubscribe();
      stopPointers();
      figure.remove();
    },
  };
}

const SVG = 'http://www.w3.org/2000/svg';

function swatch({ colour, dash, filled }: KeyEntry): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [name, value] of Object.entries({
    width: '20',
    height: '10',
    viewBox: '0 0 20 10',
    'aria-hidden': 'true',
  }))
    svg.setAttribute(name, value);
  const shape = document.createElementNS(SVG, filled ? 'rect' : 'path');
  const drawn: Record<string, string> = filled
    ? { x: '0', y: '0', width: '20', height: '10', fill: colour }
    : { d: 'M0 5h20', stroke: colour, 'stroke-width': '2.5', ...(dash ? { 'stroke-dasharray': dash.join(' ') } : {}) };
  for (const [name, value] of Object.entries(drawn)) shape.setAttribute(name, value);
  svg.append(shape);
  return svg;
}
