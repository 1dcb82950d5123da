// Every small mutant of a source, made on its syntax tree: what a slip of the hand would leave behind.
import ts from 'typescript';

const K = ts.SyntaxKind;
const OPERATORS = new Map([
  [K.LessThanToken, '<='],
  [K.LessThanEqualsToken, '<'],
  [K.GreaterThanToken, '>='],
  [K.GreaterThanEqualsToken, '>'],
  [K.EqualsEqualsEqualsToken, '!=='],
  [K.ExclamationEqualsEqualsToken, '==='],
  [K.EqualsEqualsToken, '!='],
  [K.ExclamationEqualsToken, '=='],
  [K.AmpersandAmpersandToken, '||'],
  [K.BarBarToken, '&&'],
  [K.PlusToken, '-'],
  [K.MinusToken, '+'],
  [K.AsteriskToken, '/'],
  [K.SlashToken, '*'],
  [K.PlusEqualsToken, '-='],
  [K.MinusEqualsToken, '+='],
  [K.QuestionQuestionToken, '&&'],
  [K.AmpersandAmpersandEqualsToken, '||='],
  [K.BarBarEqualsToken, '&&='],
]);

/** A change to one place of a file: `apply` gives the file's text with it. */
export function mutantsOf(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const mutants = [];
  const put = (node, replacement, what) => {
    const start = node.getStart(source);
    const end = node.getEnd();
    const { line, character } = source.getLineAndCharacterOfPosition(start);
    mutants.push({
      file,
      line: line + 1,
      column: character + 1,
      what: `${what}: ${text.slice(start, end).replace(/\s+/g, ' ').slice(0, 70)}`,
      apply: (now) => now.slice(0, start) + replacement + now.slice(end),
    });
  };
  const visit = (node) => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node)) return;
    if (ts.isBinaryExpression(node)) {
      const other = OPERATORS.get(node.operatorToken.kind);
      if (other)
        put(
          node.operatorToken,
          other,
          `${node.operatorToken.getText(source)} becomes ${other}, in ${node.getText(source)}`,
        );
    }
    if (ts.isNumericLiteral(node) && !ts.isEnumMember(node.parent)) put(node, `(${node.text} + 1)`, 'one more');
    if (node.kind === K.TrueKeyword) put(node, 'false', 'true becomes false');
    if (node.kind === K.FalseKeyword) put(node, 'true', 'false becomes true');
    if (ts.isPrefixUnaryExpression(node) && node.operator === K.ExclamationToken)
      put(node, node.operand.getText(source), 'not dropped');
    if (ts.isIfStatement(node)) put(node.expression, 'true', 'always');
    if (ts.isConditionalExpression(node)) put(node.condition, 'true', 'always');
    if (ts.isExpressionStatement(node) && !isSuper(node)) put(node, ';', 'left out');
    if (ts.isPropertyAccessExpression(node) && ts.isCallExpression(node.parent) && node.parent.expression === node) {
      const { text: name } = node.name;
      const swapped = { min: 'max', max: 'min', every: 'some', some: 'every', floor: 'ceil', ceil: 'floor' }[name];
      if (swapped) put(node.name, swapped, `${name} becomes ${swapped}, in ${node.parent.getText(source)}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return mutants;
}

function isSuper({ expression }) {
  return ts.isCallExpression(expression) && expression.expression.kind === K.SuperKeyword;
}
