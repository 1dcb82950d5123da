const INDENT = '  ';

/**
 * A value as JSON that people can read, too: objects indented, lists of plain values on one line, so that a column
 * of a thousand numbers is a line and not a thousand. It parses to what `JSON.stringify` gives.
 */
export function formatJson(value: unknown): string {
  return format(value, '') ?? 'null';
}

function format(value: unknown, indent: string): string | undefined {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return format(toJSON.call(value), indent);
  const inner = indent + INDENT;
  if (Array.isArray(value)) {
    // A hole is a null in JSON, and map leaves it out.
    const items = Array.from(value, (item) => format(item, inner) ?? 'null');
    if (items.length === 0) return '[]';
    const isPlain = value.every((item) => item === null || typeof item !== 'object');
    return isPlain ? `[${items.join(', ')}]` : `[\n${inner}${items.join(`,\n${inner}`)}\n${indent}]`;
  }
  const members = Object.entries(value).flatMap(([name, member]) => {
    const text = format(member, inner);
    return text === undefined ? [] : [`${JSON.stringify(name)}: ${text}`];
  });
  return members.length === 0 ? '{}' : `{\n${inner}${members.join(`,\n${inner}`)}\n${indent}}`;
}
