// How constants are written in each language. A group is `[prefix, { NAME: number or text }]`.

export function header(from) {
  return `// Generated from spec/${from}.json by \`npm run gen\`. Do not edit.\n`;
}

/** `flowColumns` → `FLOW_COLUMNS`. */
export function upper(name) {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[. -]/g, '_')
    .toUpperCase();
}

/** Names by their place in a list. */
export function indices(names) {
  return Object.fromEntries(names.map((name, index) => [upper(name), index]));
}

/** Text in the quotes of TypeScript that need no escape. */
export function quoted(text) {
  return text.includes("'") ? JSON.stringify(text) : `'${text}'`;
}

/** The constants of a group, for AssemblyScript. */
export function constants(groups) {
  return lines(groups, assemblyScript);
}

/** An object to a group, for TypeScript. */
export function objects(groups) {
  return groups
    .map(([prefix, members]) => {
      const body = Object.entries(members)
        .map(([name, value]) => `  ${name}: ${typeof value === 'string' ? `'${value}'` : value},\n`)
        .join('');
      return `export const ${prefix} = {\n${body}} as const;\n`;
    })
    .join('\n');
}

export function cHeader(name, groups) {
  const guard = `MOORING_GENERATED_${upper(name)}_H`;
  const line = (prefix, key, value) => `#define ${prefix}_${key} ${typeof value === 'string' ? `"${value}"` : value}\n`;
  return `${header(name)}#ifndef ${guard}\n#define ${guard}\n\n${lines(groups, line)}\n#endif\n`;
}

/** Puts `part` between the two comments of a page that name it, and leaves the rest to whoever writes it. */
export function between(name, part) {
  const [open, close] = [`<!-- ${name}: written by \`npm run gen\` -->`, `<!-- end of ${name} -->`];
  return (page, path) => {
    const [from, to] = [page.indexOf(open), page.indexOf(close)];
    if (from < 0 || to < from) throw new Error(`${path} does not say where its ${name} stand: ${open} … ${close}`);
    return `${page.slice(0, from + open.length)}\n\n${part}\n${page.slice(to)}`;
  };
}

function lines(groups, line) {
  return groups
    .map(([prefix, members]) =>
      Object.entries(members)
        .map(([name, value]) => line(prefix, name, value))
        .join(''),
    )
    .join('\n');
}

function assemblyScript(prefix, name, value) {
  return `export const ${prefix}_${name}: ${value < 0 ? 'i32' : 'u32'} = ${value};\n`;
}

/** A table of a page, its columns as wide as `npm run format` makes them. */
export function markdownTable(head, rows) {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |\n`;
  return line(head) + line(widths.map((width) => '-'.repeat(width))) + rows.map(line).join('');
}
