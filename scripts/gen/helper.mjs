import { cHeader, header, objects, upper } from './text.mjs';

export function outputs(helper) {
  const kinds = Object.entries(helper.kinds);
  const groups = [
    ['HELPER', helper.protocol],
    ['EXIT', helper.exits],
    ['KIND', Object.fromEntries(kinds.map(([name, { number }]) => [upper(name), number]))],
    ['FRAME', helper.frames],
    ['BYTES', helper.bytes],
    ['PEER', helper.peers],
    ['LIMIT', helper.limits],
    ['DEFAULT', helper.defaults],
    ['PATH', Object.fromEntries(kinds.flatMap(defaultPath))],
  ];
  return {
    'src/generated/helper-protocol.ts': header('helper') + objects(groups) + kindWords(helper),
    'helper/include/generated/helper.h': cHeader('helper', groups),
    'helper/include/generated/kinds.h': kindsHeader(helper),
  };
}

function defaultPath([kind, { words }]) {
  return Object.values(words)
    .filter(({ option }) => option === 'path')
    .map((word) => [upper(kind), word.default]);
}

// The words of a command line that say how a kind is opened: by option, the word and how its value is written.
function kindWords({ kinds, words }) {
  const table = (list) =>
    Object.entries(list)
      .map(([word, { option, type }]) => `${option}: ['${word}', '${type}']`)
      .join(', ');
  const rows = Object.entries(kinds).map(([kind, own]) => `  ${kind}: { ${table({ ...own.words, ...words })} },\n`);
  return `\nexport const KIND_WORDS = {\n${rows.join('')}} as const;\n`;
}

const C_TYPES = { TEXT: 'const char *', NUMBER: 'int64_t ', MODE: 'int64_t ', FLAG: 'bool ' };

// The kinds' table, and their options: a structure, its defaults and the rows that read a command line into it.
function kindsHeader({ kinds, words }) {
  const all = [
    ...Object.entries(kinds).flatMap(([kind, own]) => Object.entries(own.words).map((word) => [`${kind}: `, ...word])),
    ...Object.entries(words).map((word) => ['', ...word]),
  ].map(([prefix, name, word]) => ({ ...word, name, prefix, member: member(name) }));
  const macro = (lines) => lines.map((line) => ` \\\n  ${line}`).join('');
  const names = Object.keys(kinds);
  return `${header('helper')}#ifndef MOORING_GENERATED_KINDS_H
#define MOORING_GENERATED_KINDS_H

#include <stdbool.h>
#include <stdint.h>

#define KIND_NAMES "${names.join('|')}"
#define EACH_KIND(X)${macro(names.map((name) => `X(KIND_${upper(name)}, ${name})`))}

struct kind_options {
${all.map(({ type, member }) => `  ${C_TYPES[type]}${member};\n`).join('')}};

#define KIND_DEFAULTS \\
  {${macro(all.flatMap(cDefault))}}

#define KIND_ROWS(o)${macro([all.map(cRow).join(', \\\n  ')])}

${Object.entries(kinds).map(ownRows).join('\n\n')}

#endif
`;
}

// `default` is a word of C's own.
function member(name) {
  return name === 'default' ? 'default_' : name.replaceAll('-', '_');
}

function cDefault({ type, member, default: value }) {
  if (value === undefined && type !== 'MODE') return [];
  if (type === 'TEXT') return [`.${member} = "${value}",`];
  if (type === 'MODE') return [`.${member} = ${value ?? -1},`];
  return [`.${member} = ${value},`];
}

// The rows of one kind, for a verb that is about that kind.
function ownRows([kind, { words }]) {
  const rows = Object.entries(words).map(([name, word]) => cRow({ ...word, name, prefix: '', member: member(name) }));
  return `#define KIND_ROWS_${upper(kind)}(o) \\\n  ${rows.join(', \\\n  ')}`;
}

function cRow({ name, type, value, range = [0, 0], prefix, help, default: usual, member }) {
  const shown = usual === undefined ? '' : ` (${type === 'MODE' ? usual.toString(8) : usual})`;
  const text = JSON.stringify(`${prefix}${help}${shown}`);
  return `{"${name}", ${value ? `"${value}"` : 'NULL'}, OPTION_${type}, &(o).${member}, ${range.join(', ')}, ${text}}`;
}
