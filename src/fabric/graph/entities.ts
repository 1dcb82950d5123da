import { graphFailure } from './failure.js';
import { LIMITS } from './limits.js';

const DECLARATION = /<!ENTITY\s+([\w.:-]+)\s+(?:"([^"]*)"|'([^']*)')\s*>/g;
const REFERENCE = /&([\w.:-]+);/g;

/**
 * The general entities a document type declares by literal text, with what they refer to already put in. External and
 * parameter entities are not declared by this: a text never makes anybody fetch another.
 *
 * @throws MooringError ERROR.FABRIC_GRAPH where they expand to more than 64 KiB, as a "billion laughs" does, or contain
 * themselves.
 */
export function entitiesOf(doctype: string): Map<string, string> {
  const declared = new Map<string, string>();
  for (const [, name, double, single] of doctype.matchAll(DECLARATION)) {
    if (!declared.has(name!)) declared.set(name!, double ?? single ?? '');
  }
  const expanded = new Map<string, string>();
  let chars = 0;
  const expand = (name: string, within: readonly string[]): string => {
    const done = expanded.get(name);
    if (done !== undefined) return done;
    if (within.includes(name)) throw graphFailure(`the entity ${name} contains itself`);
    let text = '';
    let from = 0;
    const literal = declared.get(name)!;
    for (const match of literal.matchAll(REFERENCE)) {
      const inner = declared.has(match[1]!) ? expand(match[1]!, [...within, name]) : match[0];
      text += literal.slice(from, match.index) + inner;
      from = match.index + match[0].length;
      if (text.length > LIMITS.entityChars) throw graphFailure('its entities expand without bound');
    }
    text += literal.slice(from);
    chars += text.length;
    if (chars > LIMITS.entityChars) throw graphFailure('its entities expand without bound');
    expanded.set(name, text);
    return text;
  };
  for (const name of declared.keys()) expand(name, []);
  return expanded;
}
