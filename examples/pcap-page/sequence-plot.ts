// The time–sequence graph: every mark of a connection as pixels. Lines of a plotting library would
// need a path of a million points; here each mark sets the pixels it covers, once per repaint.

import { formatSize } from 'mooring';
import { roundUp } from './figures.js';

/** What happened, one entry a mark: bytes `from` … `to` of the stream at `timeUs`. */
export interface SequenceMarks {
  readonly timeUs: ArrayLike<number>;
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
  /** Index into `layers`. */
  readonly layer: ArrayLike<number>;
}

export interface Layer {
  readonly label: string;
  /** `span` fills from … to; `point` marks both ends; `step` holds `from` until the next mark. */
  readonly shape: 'span' | 'step';
  readonly colour: readonly [number, number, number];
}

export interface SequencePlot {
  /** Shows marks over the time from `startUs` to `endUs`. */
  show(marks: SequenceMarks, startUs: number, endUs: number): void;
}

interface View {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

// Left and right as the charts below have them, so that what stands above each other is of one time.
const MARGIN = { left: 78, right: 24, top: 8, bottom: 28 };
const HEIGHT = 420;

/** Drag a box to look closer, double-click to see all again. */
export function createSequencePlot(parent: HTMLElement, layers: readonly Layer[]): SequencePlot {
  const figure = document.createElement('figure');
  figure.className = 'chart';
  const caption = document.createElement('figcaption');
  caption.textContent = 'Time–sequence graph';
  const hint = document.createElement('small');
  hint.textContent = 'drag a box to look closer, double-click to see all';
  caption.append(hint);
  const key = document.createElement('div');
  key.className = 'key';
  for (const { label, colour } of layers) {
    const item = document.createElement('span');
    item.textContent = label;
    item.style.setProperty('--colour', `rgb(${colour.join(' ')})`);
    key.append(item);
  }
  const canvas = document.createElement('canvas');
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', 'Sequence numbers over time');
  const box = document.createElement('div');
  box.className = 'zoom';
  box.hidden = true;
  const stage = document.createElement('div');
  stage.className = 'stage';
  stage.append(canvas, box);
  figure.append(caption, key, stage);
  parent.append(figure);

  let marks: SequenceMarks = { timeUs: [], from: [], to: [], layer: [] };
  let view: View = { left: 0, right: 1, bottom: 0, top: 1 };
  let whole = view;
  let scheduled = false;
  new ResizeObserver(() => schedule()).observe(figure);
  zoomBy(canvas, box, (x1, y1, x2, y2) => {
    const area = plotArea(canvas);
    const time = (x: number): number => view.left + ((x - area.left) / area.width) * (view.right - view.left);
    const byte = (y: number): number => view.top - ((y - area.top) / area.height) * (view.top - view.bottom);
    view = { left: time(x1), right: time(x2), bottom: byte(y2), top: byte(y1) };
    schedule();
  });
  canvas.addEventListener('dblclick', () => {
    view = whole;
    schedule();
  });

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(() => {
      scheduled = false;
      paint(canvas, figure.clientWidth, marks, layers, view);
    });
  }

  return {
    show(next, startUs, endUs) {
      marks = next;
      whole = { left: startUs, right: Math.max(endUs, startUs + 1), ...bytesOf(next, layers) };
      view = whole;
      schedule();
    },
  };
}

/** The bytes that were sent, and lines above them as far as they leave these their room: a window may be of a gigabyte. */
export function bytesOf({ from, to, layer }: SequenceMarks, layers: readonly Layer[]): { bottom: number; top: number } {
  const range = (shape: Layer['shape']): { bottom: number; top: number } => {
    let [bottom, top] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < from.length; i += 1) {
      if (layers[layer[i]!]?.shape !== shape) continue;
      bottom = Math.min(bottom, from[i]!);
      top = Math.max(top, to[i]!);
    }
    return { bottom, top };
  };
  const [sent, lines] = [range('span'), range('step')];
  const bottom = Math.min(sent.bottom, lines.bottom);
  if (!Number.isFinite(bottom)) return { bottom: 0, top: 1 };
  const most = Number.isFinite(sent.top) ? sent.top + (sent.top - bottom) / 2 : lines.top;
  return { bottom, top: Math.max(sent.top, Math.min(lines.top, most), bottom + 1) };
}

function plotArea(canvas: HTMLCanvasElement): { left: number; top: number; width: number; height: number } {
  const { clientWidth, clientHeight } = canvas;
  return {
    left: MARGIN.left,
    top: MARGIN.top,
    width: Math.max(1, clientWidth - MARGIN.left - MARGIN.right),
    height: Math.max(1, clientHeight - MARGIN.top - MARGIN.bottom),
  };
}

function paint(
  canvas: HTMLCanvasElement,
  width: number,
  marks: SequenceMarks,
  layers: readonly Layer[],
  view: View,
): void {
  const ratio = window.devicePixelRatio || 1;
  canvas.style.height = `${HEIGHT}px`;
  canvas.width = Math.max(1, Math.round(width * ratio));
  canvas.height = Math.round(HEIGHT * ratio);
  const context = canvas.getContext('2d');
  if (!context) return;
  const style = getComputedStyle(canvas);
  const area = plotArea(canvas);
  context.scale(ratio, ratio);
  drawAxes(context, area, view, style.getPropertyValue('--muted'), style.getPropertyValue('--line'));
  const raster = context.createImageData(Math.round(area.width * ratio), Math.round(area.height * ratio));
  fillRaster(raster, marks, layers, view);
  context.setTransform(1, 0, 0, 1, 0, 0);
  const overlay = document.createElement('canvas');
  overlay.width = raster.width;
  overlay.height = raster.height;
  overlay.getContext('2d')?.putImageData(raster, 0, 0);
  context.drawImage(overlay, Math.round(area.left * ratio), Math.round(area.top * ratio));
}

/** Later layers cover earlier ones; each mark is at least one pixel wide and high. */
export function fillRaster(raster: ImageData, marks: SequenceMarks, layers: readonly Layer[], view: View): void {
  const { width, height } = raster;
  const pixels = new Uint32Array(raster.data.buffer);
  const perUs = (width - 1) / (view.right - view.left);
  const perByte = (height - 1) / (view.top - view.bottom);
  const { timeUs, from, to, layer } = marks;
  for (const [index, { shape, colour }] of layers.entries()) {
    const rgba = (255 << 24) | (colour[2] << 16) | (colour[1] << 8) | colour[0];
    let held = false;
    let heldX = 0;
    let heldY = 0;
    for (let i = 0; i < timeUs.length; i += 1) {
      if (layer[i] !== index) continue;
      const x = Math.round((timeUs[i]! - view.left) * perUs);
      const yTop = Math.round((view.top - to[i]!) * perByte);
      const yBottom = Math.round((view.top - from[i]!) * perByte);
      if (shape === 'span') {
        if (x >= 0 && x < width) column(pixels, width, height, x, yTop, yBottom, rgba);
        continue;
      }
      if (held && x >= 0) {
        row(pixels, width, height, Math.max(0, heldX), x, heldY, rgba);
        if (x < width) column(pixels, width, height, x, Math.min(yBottom, heldY), Math.max(yBottom, heldY), rgba);
      }
      held = true;
      heldX = x;
      heldY = yBottom;
    }
  }
}

function column(
  pixels: Uint32Array,
  width: number,
  height: number,
  x: number,
  top: number,
  bottom: number,
  rgba: number,
): void {
  const last = Math.min(height - 1, bottom);
  for (let y = Math.max(0, top); y <= last; y += 1) pixels[y * width + x] = rgba;
}

function row(
  pixels: Uint32Array,
  width: number,
  height: number,
  left: number,
  right: number,
  y: number,
  rgba: number,
): void {
  if (y < 0 || y >= height) return;
  pixels.fill(rgba, y * width + left, y * width + Math.min(width, Math.max(left, right)));
}

function drawAxes(
  context: CanvasRenderingContext2D,
  area: ReturnType<typeof plotArea>,
  view: View,
  text: string,
  grid: string,
): void {
  context.font = '12px system-ui, sans-serif';
  context.fillStyle = text;
  context.strokeStyle = grid;
  context.lineWidth = 1;
  context.textAlign = 'center';
  context.textBaseline = 'top';
  for (const us of ticks(view.left, view.right, area.width / 80)) {
    const x = Math.round(area.left + ((us - view.left) / (view.right - view.left)) * area.width) + 0.5;
    line(context, x, area.top, x, area.top + area.height);
    context.fillText(`${Number((us / 1e6).toPrecision(7))} s`, x, area.top + area.height + 6);
  }
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const bytes of ticks(view.bottom, view.top, area.height / 60)) {
    const y = Math.round(area.top + ((view.top - bytes) / (view.top - view.bottom)) * area.height) + 0.5;
    line(context, area.left, y, area.left + area.width, y);
    context.fillText(formatSize(bytes, { powersOf: 1000, digits: 6 }), area.left - 6, y);
  }
}

function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

/** Round values between `low` and `high`, about `count` of them. */
function ticks(low: number, high: number, count: number): number[] {
  const step = roundUp((high - low) / Math.max(1, count));
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.max(0, Math.floor(high / step) - first + 1) }, (_, i) => (first + i) * step);
}

function zoomBy(
  canvas: HTMLCanvasElement,
  box: HTMLElement,
  onZoom: (x1: number, y1: number, x2: number, y2: number) => void,
): void {
  let from: readonly [number, number] | undefined;
  const at = (event: PointerEvent): readonly [number, number] => {
    const area = plotArea(canvas);
    const clamp = (value: number, low: number, size: number): number => Math.min(low + size, Math.max(low, value));
    return [clamp(event.offsetX, area.left, area.width), clamp(event.offsetY, area.top, area.height)];
  };
  canvas.addEventListener('pointerdown', (event) => {
    from = at(event);
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!from) return;
    const to = at(event);
    box.hidden = false;
    box.style.left = `${Math.min(from[0], to[0])}px`;
    box.style.top = `${Math.min(from[1], to[1])}px`;
    box.style.width = `${Math.abs(from[0] - to[0])}px`;
    box.style.height = `${Math.abs(from[1] - to[1])}px`;
  });
  canvas.addEventListener('pointerup', (event) => {
    if (!from) return;
    const [x1, y1, [x2, y2]] = [from[0], from[1], at(event)];
    from = undefined;
    box.hidden = true;
    // A click is no box.
    if (Math.abs(x1 - x2) < 5 || Math.abs(y1 - y2) < 5) return;
    onZoom(Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2));
  });
}
