import { resolve } from 'node:path';
import ts from 'typescript';

// Documented code as a strict project of the reader's sees it.

/** What the compiler says of each of `programs`, by its title; those without an error are left out. */
export function typeErrors(programs: ReadonlyMap<string, string>): Record<string, string[]> {
  const config = ts.readConfigFile('tsconfig.json', ts.sys.readFile).config as { compilerOptions: object };
  const base = ts.readConfigFile('tsconfig.base.json', ts.sys.readFile).config as { compilerOptions: object };
  const options = ts.convertCompilerOptionsFromJson(
    { ...base.compilerOptions, ...config.compilerOptions },
    '.',
  ).options;
  const titles = new Map([...programs.keys()].map((title, index) => [resolve(`documented-${index}.ts`), title]));
  // Each is a module of its own.
  const textOf = (file: string) => {
    const title = titles.get(file);
    return title === undefined ? undefined : `${programs.get(title)}\nexport {};\n`;
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => titles.has(file) || fileExists(file);
  host.readFile = (file) => textOf(file) ?? readFile(file);
  host.getSourceFile = (file, language, ...rest) => {
    const text = textOf(file);
    return text === undefined
      ? getSourceFile(file, language, ...rest)
      : ts.createSourceFile(file, text, language, true);
  };
  const program = ts.createProgram(
    [...titles.keys()],
    { ...options, lib: [...options.lib!, 'lib.esnext.disposable.d.ts'] },
    host,
  );
  const errors: Record<string, string[]> = {};
  for (const [file, title] of titles) {
    const source = program.getSourceFile(file)!;
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    if (found.length > 0) {
      errors[title] = found.map(({ start, messageText }) => {
        const { line } = source.getLineAndCharacterOfPosition(start ?? 0);
        return `${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
      });
    }
  }
  return errors;
}
