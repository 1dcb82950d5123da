import { type Mark, type Path, type Scene, shapeOutline } from './scene.js';
import { escapedText } from './svg.js';

const FONT = "system-ui, 'DejaVu Sans', 'Liberation Sans', Arial, sans-serif";

/** A scene as a picture of its own: text stays text, and nothing comes from elsewhere. As wide as its pixels, or as so many mm. */
export function sceneToSvg({ width, height, marks }: Scene, page: string, widthMm?: number): string {
  const size =
    widthMm === undefined
      ? `width="${width}" height="${height}"`
      : `width="${widthMm}mm" height="${round((height / width) * widthMm)}mm"`;
  const clips: string[] = [];
  const body = marks.map((mark) => element(mark, clips)).join('');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${width} ${height}" font-family="${FONT}">` +
    `${clips.length > 0 ? `<defs>${clips.join('')}</defs>` : ''}<rect width="100%" height="100%" fill="${page}"/>${body}</svg>\n`
  );
}

function element(mark: Mark, clips: string[]): string {
  switch (mark.kind) {
    case 'line': {
      const dash = mark.dash ? ` stroke-dasharray="${mark.dash.join(' ')}"` : '';
      return `<path d="${pathData(mark.path)}" fill="none" stroke="${mark.colour}" stroke-width="${mark.width}" stroke-linejoin="round"${dash}${alpha(mark.alpha)}/>`;
    }
    case 'area':
      return `<path d="${pathData(mark.path)}Z" fill="${mark.colour}"${alpha(mark.alpha)}/>`;
    case 'rect':
      return `<rect x="${round(mark.x)}" y="${round(mark.y)}" width="${round(mark.width)}" height="${round(mark.height)}" fill="${mark.colour}"${alpha(mark.alpha)}/>`;
    case 'shapes': {
      const { paths, closed } = shapeOutline(mark.shape, mark.size);
      const parts: string[] = [];
      for (let i = 0; i < mark.path.length; i += 2)
        for (const path of paths)
          parts.push(pathData(path.map((value, at) => value + mark.path[i + (at % 2)]!)) + (closed ? 'Z' : ''));
      return `<path d="${parts.join('')}" fill="${closed ? mark.colour : 'none'}" stroke="${mark.colour}" stroke-width="1.5"/>`;
    }
    case 'text': {
      const anchor = mark.anchor && mark.anchor !== 'start' ? ` text-anchor="${mark.anchor}"` : '';
      const weight = mark.weight ? ` font-weight="${mark.weight}"` : '';
      const turn = mark.turned ? ` transform="rotate(-90 ${round(mark.x)} ${round(mark.y)})"` : '';
      return `<text x="${round(mark.x)}" y="${round(mark.y)}" font-size="${mark.size}" fill="${mark.colour}"${anchor}${weight}${turn}>${escapedText(mark.text)}</text>`;
    }
    case 'clip': {
      const id = `clip${clips.length}`;
      const { x, y, width, height } = mark.area;
      clips.push(`<clipPath id="${id}"><rect x="${x}" y="${y}" width="${width}" height="${height}"/></clipPath>`);
      return `<g clip-path="url(#${id})">${mark.marks.map((inner) => element(inner, clips)).join('')}</g>`;
    }
  }
}

function pathData(path: Path): string {
  let data = '';
  let begun = false;
  for (let i = 0; i + 1 < path.length; i += 2) {
    if (Number.isNaN(path[i]!)) {
      begun = false;
      continue;
    }
    data += `${begun ? 'L' : 'M'}${round(path[i]!)} ${round(path[i + 1]!)}`;
    begun = true;
  }
  return data;
}

function alpha(value: number | undefined): string {
  return value === undefined ? '' : ` opacity="${value}"`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
