import { hex, type LangExports } from '../generated/wasm/lang.js';
import { instantiate } from './instance.js';

/** One owner's instance of the module for the language: compiler and verifier. */
export type LangInstance = LangExports;

// A file a module: who needs one of them carries one of them.
export function instantiateLang(): LangInstance {
  return instantiate('lang', hex) as LangInstance;
}
