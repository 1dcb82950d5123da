import { jsonLanguage } from '@codemirror/lang-json';
import type { SyntaxNode } from '@lezer/common';
import type { Finding } from './programs.js';

// Where a field of a JSON text stands: what a schema says of `flows[1].start` is shown there.

/** What is wrong with a scenario's text: its JSON, else the faults of its fields in their places. */
export function jsonFindings(
  text: string,
  faults: readonly { readonly path: string; readonly message: string }[],
): Finding[] {
  const broken = syntaxFault(text);
  if (broken) return [broken];
  const top = jsonLanguage.parser.parse(text).topNode.firstChild;
  return faults.map(({ path, message }) => {
    const node = top && placeOf(top, path, text);
    const [from, to] = node ? [node.from, node.to] : [0, Math.min(1, text.length)];
    return { from, to, severity: 'error', code: path, message };
  });
}

function syntaxFault(text: string): Finding | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    let at = text.length;
    jsonLanguage.parser.parse(text).iterate({
      enter: ({ type, from }) => {
        if (type.isError) at = Math.min(at, from);
      },
    });
    const from = Math.max(0, Math.min(at, text.length - 1));
    return { from, to: from + 1, severity: 'error', code: 'json', message: (error as Error).message };
  }
}

/** The deepest part of the path that stands there: a field that is missing is shown where it would be. */
function placeOf(top: SyntaxNode, path: string, text: string): SyntaxNode {
  let node = top;
  for (const [, name, index] of path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)) {
    const next = name === undefined ? itemOf(node, Number(index)) : fieldOf(node, name, text);
    if (!next) return name === undefined ? node : node.parent?.name === 'Property' ? (node.prevSibling ?? node) : node;
    node = next;
  }
  return node;
}

function fieldOf(object: SyntaxNode, name: string, text: string): SyntaxNode | null {
  for (const property of object.getChildren('Property')) {
    const key = property.firstChild;
    if (key && text.slice(key.from, key.to) === JSON.stringify(name)) return property.lastChild;
  }
  return null;
}

function itemOf(array: SyntaxNode, index: number): SyntaxNode | null {
  let at = -1;
  for (let child = array.firstChild; child; child = child.nextSibling) {
    if (child.type.isError || ['[', ']', ','].includes(child.name)) continue;
    at += 1;
    if (at === index) return child;
  }
  return null;
}
