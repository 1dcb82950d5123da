import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { EVENT_KINDS } from '../../../src/node/agent/describe-event.js';

// What docs/guide/agent.md says of events is what src/agent/events.ts and src/node/agent/events.ts declare.

const guide = readFileSync('docs/guide/agent.md', 'utf8');
const section = guide.slice(guide.indexOf('## What happens, as events'));
const rows = [...section.matchAll(/^\| (`[^|]*`) +\| ([^|]*?) +\|/gm)].map(([, names, fields]) => ({
  kinds: [...names!.matchAll(/`(\w+)`/g)].map(([, kind]) => kind!),
  fields: [...fields!.matchAll(/`(\w+)\??`/g)].map(([, field]) => field!),
}));

describe('the table of events in the guide', () => {
  it('has every kind once, and no other', () => {
    expect(rows.flatMap(({ kinds }) => kinds).sort()).toEqual(Object.keys(EVENT_KINDS).sort());
  });

  it('has every field of each', () => {
    const declared = fieldsOf(['src/agent/events.ts', 'src/node/agent/events.ts']);
    expect(Object.keys(declared).sort()).toEqual(Object.keys(EVENT_KINDS).sort());
    for (const { kinds, fields } of rows) {
      const own = new Set(kinds.flatMap((kind) => declared[kind]!));
      expect({ kinds, fields: [...fields].sort() }).toEqual({ kinds, fields: [...own].sort() });
    }
  });
});

describe('reasons and phases', () => {
  it('are in the guide, all of them', () => {
    const text = readFileSync('src/agent/events.ts', 'utf8');
    const reasons = /CloseReason = ([^;]*);/.exec(text)![1]!.match(/\w+/g)!;
    expect(reasons.filter((reason) => !section.includes(`\`${reason}\``))).toEqual([]);
  });
});

/** The fields of each kind of event beside `kind`, as the compiler sees them. */
function fieldsOf(files: readonly string[]): Record<string, string[]> {
  const program = ts.createProgram([...files], { strict: true, noLib: true, noResolve: true, types: [] });
  const checker = program.getTypeChecker();
  const fields: Record<string, string[]> = {};
  for (const name of ['AgentEvent', 'HostEvent']) {
    const [alias] = files.flatMap((file) =>
      program
        .getSourceFile(file)!
        .statements.filter(ts.isTypeAliasDeclaration)
        .filter((each) => each.name.text === name),
    );
    const type = checker.getTypeAtLocation(alias!.name);
    for (const member of type.isUnion() ? type.types : [type]) {
      const kind = checker.getTypeOfSymbol(member.getProperty('kind')!) as ts.StringLiteralType;
      fields[kind.value] = member
        .getProperties()
        .map((property) => property.name)
        .filter((property) => property !== 'kind');
    }
  }
  return fields;
}
