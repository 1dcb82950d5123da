// Nodes of the tree, in the arena. The reader makes RUN and LIST; the parser turns them, in
// place, into the kinds above them.
//
//   definitions   DEFINITIONS(DECLARATION(NAME, value) …  REPORT_STRUCT(DECLARATION …))
//   events        EVENT(condition, statement …)
//   expression    NUMBER  BOOL  NAME  COMMAND  FORM(operand …)
import { arenaAlloc } from '../memory/index';

export {
  NODE_BOOL as BOOL,
  NODE_COMMAND as COMMAND,
  NODE_DECLARATION as DECLARATION,
  NODE_DEFINITIONS as DEFINITIONS,
  NODE_EVENT as EVENT,
  NODE_FORM as FORM,
  NODE_NAME as NAME,
  NODE_NUMBER as NUMBER,
  NODE_REPORT_STRUCT as REPORT_STRUCT,
} from '../generated/lang';

/** What could not be understood and was told; nothing more is said about it. */
export const FAULT: u32 = 100;
export const RUN: u32 = 101;
export const LIST: u32 = 102;
export const COMMENT: u32 = 103;

@unmanaged
export class Node {
  kind: u32 = 0;
  /** FORM: the operator; COMMAND: the command; BOOL: the value; DECLARATION: 1 where volatile. */
  op: u32 = 0;
  /** What an expression gives, once checked. */
  type: u32 = 0;
  start: u32 = 0;
  end: u32 = 0;
  next: usize = 0;
  child: usize = 0;
  /** NAME: its symbol, once checked. */
  symbol: usize = 0;
  /** NUMBER: the value. */
  value: u64 = 0;
}

export function createNode(kind: u32, start: u32, end: u32): Node {
  const node = changetype<Node>(arenaAlloc(offsetof<Node>()));
  node.kind = kind;
  node.start = start;
  node.end = end;
  return node;
}

export function at(node: usize): Node {
  return changetype<Node>(node);
}

export function childOf(node: Node): Node {
  return changetype<Node>(node.child);
}

export function nextOf(node: Node): Node {
  return changetype<Node>(node.next);
}
