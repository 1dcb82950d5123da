import { shapeOutline } from '../draw/index.js';
import type { KeyEntry } from './picture.js';

const SVG = 'http://www.w3.org/2000/svg';

/** What stands before an entry of a key: as its curve, its cells or its points are drawn. */
export function swatch({ colour, dash, filled, shape: point }: KeyEntry): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [name, value] of Object.entries({
    width: '20',
    height: '10',
    viewBox: '0 0 20 10',
    'aria-hidden': 'true',
  }))
    svg.setAttribute(name, value);
  const shape = document.createElementNS(SVG, filled ? 'rect' : 'path');
  const outline = point ? shapeOutline(point, 8) : null;
  const drawn: Record<string, string> = filled
    ? { x: '0', y: '0', width: '20', height: '10', fill: colour }
    : outline
      ? {
          d: outline.paths.map((path) => pathText(path, 10, 5) + (outline.closed ? 'Z' : '')).join(''),
          ...{ stroke: colour, 'stroke-width': '1.5', fill: outline.closed ? colour : 'none' },
        }
      : {
          d: 'M0 5h20',
          stroke: colour,
          'stroke-width': '2.5',
          ...(dash ? { 'stroke-dasharray': dash.join(' ') } : {}),
        };
  for (const [name, value] of Object.entries(drawn)) shape.setAttribute(name, value);
  svg.append(shape);
  return svg;
}

function pathText(path: readonly number[], dx: number, dy: number): string {
  return Array.from(
    { length: path.length / 2 },
    (_, i) => `${i === 0 ? 'M' : 'L'}${path[2 * i]! + dx} ${path[2 * i + 1]! + dy}`,
  ).join('');
}
