import type { Comment, Declaration, EventForm, Expression, ProgramAst, ReportStruct } from './ast.js';
import { CompileError } from './diagnostics.js';
import { parseProgram } from './parse.js';
import type { Program } from './types.js';

/**
 * A program as text in one layout: a definition and a statement to a line, operators by their
 * signs, comments kept. Parsing the text gives the same tree again. Throws CompileError where a
 * text has no tree; names and types are not looked at.
 *
 * @example
 * ```ts
 * console.log(printProgram('(def(x 1))(when true(bind x(add x 1)))'));
 * // (def
 * //   (x 1))
 * // (when true
 * //   (:= x (+ x 1)))
 * ```
 */
export function printProgram(program: string | ProgramAst | Program): string {
  const ast = 'definitions' in Object(program) ? (program as ProgramAst) : parsed(program as string | Program);
  const lines = new Lines();
  for (const comment of ast.leading) lines.add(0, comment);
  list(lines, 0, '(def', ast.definitions, printDefinition);
  for (const event of ast.events) printEvent(lines, event);
  return `${lines.text()}\n`;
}

function parsed(program: string | Program): ProgramAst {
  const result = parseProgram(typeof program === 'string' ? program : program.source);
  if (!result.ok) throw new CompileError(result.diagnostics);
  return result.ast;
}

/** Where a form that does not fit is broken. */
const WIDTH = 100;

function printDefinition(lines: Lines, depth: number, item: Declaration | ReportStruct | Comment): void {
  if (item.kind === 'comment') lines.add(depth, item);
  else if (item.kind === 'report') list(lines, depth, '(Report', item.fields, printDefinition);
  else lines.open(depth, `(${item.volatile ? 'volatile ' : ''}${item.name} ${flat(item.value)})`);
}

function printEvent(lines: Lines, item: EventForm | Comment): void {
  if (item.kind === 'comment') {
    lines.add(0, item);
    return;
  }
  const condition = flat(item.condition);
  if (condition.length + 6 <= WIDTH) {
    list(lines, 0, `(when ${condition}`, item.body, printStatement);
    return;
  }
  lines.open(0, '(when');
  printStatement(lines, 2, item.condition);
  for (const statement of item.body) printStatement(lines, 1, statement);
  lines.close(0);
}

function printStatement(lines: Lines, depth: number, item: Expression | Comment): void {
  if (item.kind === 'comment') {
    lines.add(depth, item);
    return;
  }
  const text = flat(item);
  if (item.kind !== 'form' || text.length + 2 * depth <= WIDTH) {
    lines.open(depth, text);
    return;
  }
  // The first operand stays with the operator: a target, a condition.
  const [first, ...rest] = item.operands;
  const head = flat(first!);
  if (head.length + 2 * depth + item.operator.length + 2 <= WIDTH) {
    lines.open(depth, `(${item.operator} ${head}`);
    for (const operand of rest) printStatement(lines, depth + 1, operand);
  } else {
    lines.open(depth, `(${item.operator}`);
    for (const operand of item.operands) printStatement(lines, depth + 1, operand);
  }
  lines.close(depth);
}

function list<T>(
  lines: Lines,
  depth: number,
  head: string,
  members: readonly T[],
  print: (lines: Lines, depth: number, item: T) => void,
): void {
  lines.open(depth, head);
  for (const member of members) print(lines, depth + 1, member);
  lines.close(depth);
}

function flat(expression: Expression): string {
  switch (expression.kind) {
    case 'number':
    case 'bool':
      return String(expression.value);
    case 'infinity':
      return '+infinity';
    case 'name':
      return expression.name;
    case 'command':
      return `(${expression.command})`;
    case 'form':
      return `(${expression.operator} ${expression.operands.map(flat).join(' ')})`;
  }
}

/** Lines under construction; nothing can follow a comment on its line, not even a parenthesis. */
class Lines {
  readonly #lines: string[] = [];
  #endsInComment = false;

  open(depth: number, text: string): void {
    this.#lines.push('  '.repeat(depth) + text);
    this.#endsInComment = false;
  }

  close(depth: number): void {
    if (this.#endsInComment) this.open(depth, ')');
    else this.#lines.push(`${this.#lines.pop() ?? ''})`);
  }

  add(depth: number, { text, trailing }: Comment): void {
    if (trailing && this.#lines.length > 0 && !this.#endsInComment) this.#lines.push(`${this.#lines.pop()} ${text}`);
    else this.open(depth, text);
    this.#endsInComment = true;
  }

  text(): string {
    return this.#lines.join('\n');
  }
}
