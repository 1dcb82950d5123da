import { buildOf } from '../jobs/index.js';

/** The files of the package that make captures into tables. */
const MAKES =
  /^(?:capture|room-(?:base|core|generated|program|wire|datapath|capture|parquet|dataset|node-capture|node-dataset|node-helper)[\w-]*)\.js$/;

/** This package as what makes captures into tables. */
export function captureBuild(): string {
  return buildOf(MAKES);
}
