import { toU64, unreachable } from '../base/index.js';
import { readOutput, writeInput } from '../core/index.js';
import { LIMIT } from '../generated/isa.js';
import { AT, BYTES, COMMANDS, NODE, OPERATORS } from '../generated/lang.js';
import type {
  Command,
  Comment,
  Declaration,
  EventForm,
  Expression,
  Operator,
  ProgramAst,
  ReportStruct,
} from './ast.js';
import { readFindings, tooLarge } from './diagnostics.js';
import { withEngine } from './engine.js';
import { named } from './named.js';
import { SourceText } from './source.js';
import type { Diagnostic } from './types.js';

const OPERATOR_SIGNS = new Map<number, Operator>(OPERATORS.map(({ number, sign }) => [number, sign]));
const COMMAND_WORDS = new Map<number, Command>(COMMANDS.map(({ number, word }) => [number, word]));

/** A tree, or what keeps the text from having one. */
export type ParseResult =
  | { readonly ok: true; readonly ast: ProgramAst; readonly warnings: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * The tree of a program's text, for printers and editors. Only the form is looked at: names may
 * be undefined and types wrong; `compile` says so. Never throws.
 *
 * @example
 * ```ts
 * const result = parseProgram('(def) (when true (report)) # every ACK');
 * if (result.ok) console.log(result.ast.events.length); // 2: the event and the comment
 * ```
 */
export function parseProgram(source: string | Uint8Array): ParseResult {
  const text = new SourceText(source);
  if (text.bytes.length > LIMIT.SOURCE_BYTES) return { ok: false, diagnostics: [tooLarge()] };
  const output = withEngine((engine) => {
    writeInput(engine, text.bytes);
    engine.parseProgram();
    return readOutput(engine);
  });
  const view = new DataView(output.buffer);
  const field = (offset: number): number => view.getUint32(offset, true);
  const nodeCount = field(AT.PARSED_NODES);
  const commentCount = field(AT.PARSED_COMMENTS);
  const commentsAt = BYTES.PARSED + nodeCount * BYTES.NODE;
  const findingsAt = commentsAt + commentCount * BYTES.COMMENT;
  const diagnostics = readFindings(view, findingsAt, field(AT.PARSED_FINDINGS), text);
  if (field(AT.PARSED_OK) === 0) return { ok: false, diagnostics };
  const nodes = readNodes(view, nodeCount);
  const comments = Array.from({ length: commentCount }, (_, i) => {
    const at = commentsAt + i * BYTES.COMMENT;
    return { start: field(at + AT.COMMENT_START), end: field(at + AT.COMMENT_END) };
  });
  return { ok: true, ast: buildProgram(nodes, new Comments(text, comments)), warnings: diagnostics };
}

interface Place {
  readonly start: number;
  readonly end: number;
}

interface Node extends Place {
  readonly kind: number;
  readonly op: number;
  readonly value: bigint;
  readonly children: Node[];
}

function readNodes(view: DataView, count: number): Node[] {
  const roots: Node[] = [];
  // Nodes in preorder: the open ones, and how many children each still takes.
  const open = [{ into: roots, left: count }];
  for (let i = 0, at = BYTES.PARSED; i < count; i += 1, at += BYTES.NODE) {
    while (open.length > 1 && open.at(-1)!.left === 0) open.pop();
    const parent = open.at(-1)!;
    const node: Node = {
      kind: view.getUint8(at + AT.NODE_KIND),
      op: view.getUint8(at + AT.NODE_OP),
      start: view.getUint32(at + AT.NODE_START, true),
      end: view.getUint32(at + AT.NODE_END, true),
      value: view.getBigUint64(at + AT.NODE_VALUE, true),
      children: [],
    };
    parent.into.push(node);
    parent.left -= 1;
    open.push({ into: node.children, left: view.getUint32(at + AT.NODE_CHILDREN, true) });
  }
  return roots;
}

function buildProgram([definitions, ...events]: readonly Node[], comments: Comments): ProgramAst {
  const leading = comments.before(definitions!.start);
  return {
    leading,
    definitions: items(definitions!.children, definitions!.end, comments, buildDefinition),
    events: items(events, Number.POSITIVE_INFINITY, comments, buildEvent),
  };
}

function buildDefinition(node: Node, comments: Comments): Declaration | ReportStruct {
  switch (node.kind) {
    case NODE.DECLARATION:
      return buildDeclaration(node, comments);
    case NODE.REPORT_STRUCT:
      return { kind: 'report', fields: items(node.children, node.end, comments, buildDeclaration) };
    default:
      return unreachable(node.kind as never, 'syntax node');
  }
}

function buildDeclaration(node: Node, comments: Comments): Declaration {
  const [name, value] = node.children;
  return {
    kind: 'declaration',
    name: comments.text.slice(name!.start, name!.end),
    volatile: node.op === 1,
    value: buildExpression(value!, comments),
  };
}

function buildEvent(node: Node, comments: Comments): EventForm {
  const [condition, ...body] = node.children;
  return {
    kind: 'event',
    condition: buildExpression(condition!, comments),
    body: items(body, node.end, comments, buildExpression),
  };
}

function buildExpression(node: Node, comments: Comments): Expression {
  switch (node.kind) {
    case NODE.NUMBER:
      return node.op === 1 ? { kind: 'infinity' } : { kind: 'number', value: toU64(node.value) };
    case NODE.BOOL:
      return { kind: 'bool', value: node.op === 1 };
    case NODE.COMMAND:
      return { kind: 'command', command: named(COMMAND_WORDS, node.op, 'command') };
    case NODE.FORM:
      return {
        kind: 'form',
        operator: named(OPERATOR_SIGNS, node.op, 'operator'),
        operands: node.children.map((child) => buildExpression(child, comments)),
      };
    case NODE.NAME:
      return { kind: 'name', name: comments.text.slice(node.start, node.end) };
    default:
      return unreachable(node.kind as never, 'syntax node');
  }
}

/** The items of a list that ends at `end`, and the comments among them. */
function items<T>(
  nodes: readonly Node[],
  end: number,
  comments: Comments,
  build: (node: Node, comments: Comments) => T,
): (T | Comment)[] {
  const list: (T | Comment)[] = [];
  let last: number | undefined;
  for (const node of nodes) {
    list.push(...comments.before(node.start, last));
    // A comment inside an item comes out before it, unless the item is a list of its own.
    const first = node.kind === NODE.EVENT ? node.children[0]!.end : node.end;
    if (node.kind !== NODE.REPORT_STRUCT) list.push(...comments.before(first));
    list.push(build(node, comments));
    last = node.end;
  }
  list.push(...comments.before(end, last));
  return list;
}

/** The comments of a text, taken in order. */
class Comments {
  readonly text: SourceText;
  readonly #places: readonly Place[];
  #next = 0;

  constructor(text: SourceText, places: readonly Place[]) {
    this.text = text;
    this.#places = places;
  }

  /** Those before `end` that were not taken yet; `last` is where the item before them ends. */
  before(end: number, last?: number): Comment[] {
    const taken: Comment[] = [];
    let place = this.#places[this.#next];
    while (place && place.start < end) {
      const trailing = last !== undefined && taken.length === 0 && !this.text.slice(last, place.start).includes('\n');
      taken.push({ kind: 'comment', text: this.text.slice(place.start, place.end).trimEnd(), trailing });
      this.#next += 1;
      place = this.#places[this.#next];
    }
    return taken;
  }
}
