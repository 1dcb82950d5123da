import { type Mark, type Size, timeText } from '../draw/index.js';
import type { Run } from '../run/index.js';
import { append } from './dom.js';
import { nextFrame } from './frame.js';
import { listenToPointers, rangeKey, type VerticalGestures } from './gestures.js';
import { nearestPoint, type Picture, type PlotPoint, pointMark } from './picture.js';
import { paintScene } from './plots/canvas.js';
import { installViewStyles } from './styles.js';
import { swatch } from './swatch.js';
import { showTable } from './table/rows.js';
import type { SweepState, View, ViewContext, ViewHandle, ViewState } from './view.js';

export interface FigureOptions {
  readonly heightPx: (run: Run, state: ViewState, width: number) => number;
  /** What is chosen in the figure, between its title and its picture. */
  readonly tools?: (
    host: HTMLElement,
    context: ViewContext,
  ) => { readonly refresh: () => void; readonly close: () => void };
  /** What of how a sweep is looked at it shows; of the rest it is not drawn anew. */
  readonly sweepFields?: readonly (keyof SweepState)[];
  /** A point was chosen, by a click or by Enter. */
  readonly onPoint?: (context: ViewContext, point: PlotPoint) => void;
  /** False: its picture has points instead of a time that is moved and zoomed. */
  readonly isOverTime?: boolean;
  readonly onClick?: (context: ViewContext, x: number, y: number, figure: Shown) => void;
  readonly vertical?: (context: ViewContext, figure: Shown) => VerticalGestures;
  /** Keys that mean something of their own here, before those of every view; false where one does not. */
  readonly onKey?: (event: KeyboardEvent, context: ViewContext, figure: Shown) => boolean;
  /** What stands where the pointer is. */
  readonly pointedAt?: (context: ViewContext, x: number, y: number, figure: Shown) => string;
  readonly picture: (run: Run, state: ViewState, size: Size) => Promise<Picture>;
}

/** A figure as it stands, for what a view does in it of its own. */
export interface Shown {
  readonly picture: Picture | undefined;
  /** Says something to whoever does not see it. */
  say(text: string): void;
  /** Shows the table, with the row of this number in sight and marked. */
  openTable(row?: number): void;
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
  const { sweepFields = [] } = options;
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
  const tools = options.tools?.(append(figure, 'div', 'view-tools'), context);
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
  let chosenPoint = -1;
  let marked: { readonly row: number; readonly range: ViewState['range'] } | null = null;
  let closed = false;
  let band: { readonly from: number; readonly to: number } | null = null;
  let before = state.get();
  let inSight = true;
  let isStale = false;

  const size = (): Size => {
    const width = Math.max(200, surface.clientWidth);
    return { width, height: options.heightPx(run, state.get(), width) };
  };
  const draw = async (): Promise<void> => {
    // A run that grows is drawn where it is looked at; the rest of the page when it comes into sight.
    isStale = !inSight && shown !== undefined && run.provenance.source === 'agent';
    if (isStale) return;
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
    if (!closed && own === asked && !table.hidden) {
      showTable(table, view.title, await view.table(run, state.get()));
      showMarked();
    }
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
    const point = shown.points?.[chosenPoint];
    if (point) marks.push(pointMark(point, theme.text));
    if (hoverUs !== null && options.isOverTime !== false) {
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
  const api: Shown = {
    get picture() {
      return shown;
    },
    say(text) {
      live.textContent = text;
    },
    openTable: (row) => void openTable(row),
  };
  const unsubscribe = state.subscribe(() => {
    const now = state.get();
    const onlyHover =
      now.range === before.range &&
      now.hidden === before.hidden &&
      now.pinned === before.pinned &&
      now.sequence === before.sequence &&
      sweepFields.every((field) => now.sweep[field] === before.sweep[field]) &&
      now.logRtt === before.logRtt &&
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
  const stopPointers =
    options.isOverTime === false
      ? listenToPoints()
      : listenToPointers(
          surface,
          context,
          () => shown?.scale,
          (next) => {
            band = next;
            nextFrame(hoverSoon);
          },
          (x, y) => options.onClick?.(context, x, y, api),
          options.vertical?.(context, api),
        );
  if (options.pointedAt || options.isOverTime === false) {
    const tip = append(surface, 'div', 'view-tip');
    tip.hidden = true;
    surface.addEventListener('pointermove', (event) => {
      const box = surface.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, event.clientY - box.top];
      const point = pointAt(x, y);
      const text = event.buttons > 0 ? '' : (options.pointedAt?.(context, x, y, api) ?? point?.text ?? '');
      tip.hidden = text === '';
      tip.textContent = text;
      // Beside the pointer, on the side with more room.
      const right = x < box.width / 2;
      tip.style.insetInlineStart = right ? `${x + 14}px` : '';
      tip.style.insetInlineEnd = right ? '' : `${box.width - x + 14}px`;
      tip.style.insetBlockStart = `${Math.max(0, y - 14)}px`;
    });
    surface.addEventListener('pointerleave', () => {
      tip.hidden = true;
    });
  }
  function pointAt(x: number, y: number): PlotPoint | undefined {
    return shown?.points?.[nearestPoint(shown, x, y)];
  }
  function listenToPoints(): () => void {
    const click = (event: MouseEvent): void => {
      const box = surface.getBoundingClientRect();
      openPoint(pointAt(event.clientX - box.left, event.clientY - box.top));
    };
    surface.addEventListener('click', click);
    return () => surface.removeEventListener('click', click);
  }
  const openPoint = (point: PlotPoint | undefined): void => {
    if (point?.flow !== undefined) context.onFlow?.(point.flow);
    if (point) options.onPoint?.(context, point);
  };
  const stepPoint = (by: number): void => {
    const points = shown?.points ?? [];
    if (points.length === 0) return;
    chosenPoint = Math.min(points.length - 1, Math.max(0, chosenPoint + by));
    live.textContent = points[chosenPoint]!.text;
    drawOverlay();
  };
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
  /** The table may be made anew while its row is looked at. */
  const showMarked = (): void => {
    if (!marked || marked.range !== state.get().range) return;
    const line = table.querySelectorAll<HTMLElement>('tbody tr')[marked.row];
    if (line?.hasAttribute('aria-selected')) return;
    line?.setAttribute('aria-selected', 'true');
    line?.scrollIntoView({ block: 'nearest' });
  };
  const openTable = async (row?: number): Promise<void> => {
    if (table.hidden) await toggleTable();
    if (row === undefined) return;
    marked = { row, range: state.get().range };
    showMarked();
  };
  figure.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // What is chosen in the figure has keys of its own.
    if (event.target instanceof Element && event.target.closest('.view-tools')) return;
    const keys: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => (options.isOverTime === false ? stepPoint(-1) : void step(false)),
      ArrowRight: () => (options.isOverTime === false ? stepPoint(1) : void step(true)),
      PageUp: () => choose(-1),
      PageDown: () => choose(1),
      Home: () => state.set({ hoverUs: state.get().range.fromUs }),
      End: () => state.set({ hoverUs: state.get().range.toUs }),
      l: () => void toggleTable(),
      ...(options.isOverTime === false
        ? {
            Enter: () => openPoint(shown?.points?.[chosenPoint]),
            ArrowUp: () => stepPoint(-(shown?.columns ?? 1)),
            ArrowDown: () => stepPoint(shown?.columns ?? 1),
          }
        : {}),
    };
    const inTable = !table.hidden && event.key !== 'l';
    const act = inTable ? undefined : keys[event.key];
    if (!inTable && options.onKey?.(event, context, api)) {
      // It is done.
    } else if (act) act();
    else if (inTable || !rangeKey(event.key, context)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  const observer = new ResizeObserver(() => nextFrame(drawSoon));
  observer.observe(surface);
  const sight = new IntersectionObserver(([entry]) => {
    inSight = entry?.isIntersecting ?? true;
    if (inSight && isStale) nextFrame(drawSoon);
  });
  sight.observe(figure);

  return {
    element: figure,
    show(next) {
      if (next.sweep !== run.sweep) chosenPoint = -1;
      run = next;
      tools?.refresh();
      nextFrame(drawSoon);
    },
    close() {
      closed = true;
      tools?.close();
      observer.disconnect();
      sight.disconnect();
      unsubscribe();
      stopPointers();
      figure.remove();
    },
  };
}
