// Types that are derived from a schema (`v.InferInput<typeof scenarioSchema>`) or a list of names become, in the declarations under
// out/types, what they are: a reader of the package sees fields, and neither the schemas nor their library are in it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const DERIVED = /\bv\.Infer(?:Input|Output)\b|\(typeof [A-Z_]+\)\[|typeof [A-Z_]{3,}\b|^keyof typeof \w+$/;
const FLAGS =
  ts.NodeBuilderFlags.NoTruncation |
  ts.NodeBuilderFlags.InTypeAlias |
  ts.NodeBuilderFlags.MultilineObjectLiterals |
  ts.NodeBuilderFlags.UseSingleQuotesForStringLiteralType;

const folder = join(process.cwd(), 'out/types');
const files = ts.sys.readDirectory(folder, ['.d.ts']);
const options = {
  strict: true,
  exactOptionalPropertyTypes: true,
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
};
const program = ts.createProgram(files, { ...options, moduleResolution: ts.ModuleResolutionKind.NodeNext, types: [] });
const checker = program.getTypeChecker();
const printer = ts.createPrinter({ removeComments: false });

for (const file of files) {
  const source = program.getSourceFile(file);
  let text = source.text;
  // From the end, so that places before an edit keep.
  for (const statement of [...source.statements].reverse()) {
    if (!ts.isTypeAliasDeclaration(statement) || statement.typeParameters) continue;
    if (!DERIVED.test(statement.type.getText(source))) continue;
    const node = checker.typeToTypeNode(checker.getTypeAtLocation(statement.type), statement, FLAGS);
    const written = printer.printNode(ts.EmitHint.Unspecified, node, source);
    text = text.slice(0, statement.type.getStart(source)) + written + text.slice(statement.type.end);
  }
  writeFileSync(file, text);
}
