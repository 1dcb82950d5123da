/**
 * The words in which scenarios, intents and files of a run are described, beside valibot's own, and what is wrong with
 * one as diagnostics with the path of each field. A room of its own: who needs no schema loads none.
 */
export {
  about,
  either,
  type FieldDiagnostic,
  fieldDiagnostics,
  integer,
  number,
  optional,
  positive,
} from './schema.js';
