import { type Mark, type Path, type Scene, shapeOutline } from '../../draw/index.js';

const FONT = "system-ui, 'DejaVu Sans', 'Liberation Sans', Arial, sans-serif";

/** Makes a canvas as large as its scene, as fine as the screen, and paints it. */
export function paintScene(canvas: HTMLCanvasElement, { width, height, marks }: Scene): void {
  const ratio = devicePixelRatio || 1;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext('2d');
  if (!context) return;
  context.scale(ratio, ratio);
  for (const mark of marks) paint(context, mark);
}

/** A scene as a PNG, with so many pixels for each of its own. */
export async function scenePng(scene: Scene, page: string, scale: number): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(scene.width * scale);
  canvas.height = Math.round(scene.height * scale);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser gives no canvas');
  context.fillStyle = page;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(scale, scale);
  for (const mark of scene.marks) paint(context, mark);
  const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!made) throw new Error('this browser makes no PNG');
  return made;
}

function paint(context: CanvasRenderingContext2D, mark: Mark): void {
  context.save();
  if ('alpha' in mark && mark.alpha !== undefined) context.globalAlpha = mark.alpha;
  switch (mark.kind) {
    case 'line':
      context.strokeStyle = mark.colour;
      context.lineWidth = mark.width;
      context.lineJoin = 'round';
      context.setLineDash([...(mark.dash ?? [])]);
      context.beginPath();
      trace(context, straight(mark));
      context.stroke();
      break;
    case 'area':
      context.fillStyle = mark.colour;
      context.beginPath();
      trace(context, mark.path);
      context.closePath();
      context.fill();
      break;
    case 'rect':
      context.fillStyle = mark.colour;
      context.fillRect(mark.x, mark.y, mark.width, mark.height);
      break;
    case 'shapes': {
      const { paths, closed } = shapeOutline(mark.shape, mark.size);
      context.strokeStyle = mark.colour;
      context.fillStyle = mark.colour;
      context.lineWidth = 1.5;
      context.beginPath();
      for (let i = 0; i < mark.path.length; i += 2) {
        for (const path of paths) {
          trace(context, path, mark.path[i]!, mark.path[i + 1]!);
          if (closed) context.closePath();
        }
      }
      if (closed) context.fill();
      context.stroke();
      break;
    }
    case 'text':
      context.fillStyle = mark.colour;
      context.font = `${mark.weight ?? 400} ${mark.size}px ${FONT}`;
      context.textAlign = mark.anchor === 'middle' ? 'center' : (mark.anchor ?? 'start');
      context.translate(mark.x, mark.y);
      if (mark.turned) context.rotate(-Math.PI / 2);
      context.fillText(mark.text, 0, 0);
      break;
    case 'clip':
      context.beginPath();
      context.rect(mark.area.x, mark.area.y, mark.area.width, mark.area.height);
      context.clip();
      for (const inner of mark.marks) paint(context, inner);
      break;
  }
  context.restore();
}

/** A straight line one pixel wide lies on pixels, not between them. */
function straight({ path, width }: Extract<Mark, { kind: 'line' }>): Path {
  const isGrid = width === 1 && path.length === 4 && (path[0] === path[2] || path[1] === path[3]);
  return isGrid ? path.map((value) => Math.floor(value) + 0.5) : path;
}

function trace(context: CanvasRenderingContext2D, path: Path, dx = 0, dy = 0): void {
  let begun = false;
  for (let i = 0; i + 1 < path.length; i += 2) {
    if (Number.isNaN(path[i]!)) {
      begun = false;
      continue;
    }
    if (begun) context.lineTo(path[i]! + dx, path[i + 1]! + dy);
    else context.moveTo(path[i]! + dx, path[i + 1]! + dy);
    begun = true;
  }
}
