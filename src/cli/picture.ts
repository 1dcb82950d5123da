import { ERROR, MooringError } from '../base/index.js';
import type { Figure } from '../draw/index.js';
import { tell, writeResult } from './output.js';

/** Options of a verb that draws. */
export interface PictureOptions {
  readonly svg?: string;
  readonly png?: string;
}

/** The texts of both options. */
export const PICTURE_HELP = {
  svg: 'draw it as SVG, without a browser',
  png: 'the same as PNG; wants npm install @resvg/resvg-js',
} as const;

/** Pixels of a PNG to one of the SVG: sharp on screens of today. */
const ZOOM = 2;

/** Draws `figure` to the files asked for, if any; it is made only then. A text is the picture already, as SVG. */
export async function writePictures({ svg, png }: PictureOptions, figure: () => Figure | string): Promise<void> {
  if (svg === undefined && png === undefined) return;
  const { figureToSvg } = await import('../draw/index.js');
  const made = figure();
  const drawn = typeof made === 'string' ? made : figureToSvg(made);
  if (svg !== undefined) await writeResult(svg, drawn);
  if (png !== undefined) await writeResult(png, await rasterised(drawn));
  for (const path of [svg, png]) if (path !== undefined) tell(`picture: ${path}`);
}

async function rasterised(svg: string): Promise<Uint8Array> {
  const { Resvg } = await rasteriser();
  return new Resvg(svg, { fitTo: { mode: 'zoom', value: ZOOM }, font: { loadSystemFonts: true } }).render().asPng();
}

/** What is used of `@resvg/resvg-js`. */
interface Rasteriser {
  readonly Resvg: new (svg: string, options: object) => { render(): { asPng(): Uint8Array } };
}

const RASTERISER = '@resvg/resvg-js';

// 4 MB that most never use: whoever wants PNG installs it beside us.
async function rasteriser(): Promise<Rasteriser> {
  try {
    return (await import(RASTERISER)) as Rasteriser;
  } catch (cause) {
    const message = `--png wants ${RASTERISER}, which is not here: npm install @resvg/resvg-js; --svg wants nothing`;
    throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, message, { argument: 'png' }, cause);
  }
}
