/** The columns of spec/lang.json's operators and commands, as AssemblyScript; throws where a row cannot be compiled. */
export function operatorColumns(lang: Record<string, unknown>, isa: Record<string, unknown>): string;
