// Where every field of the CCP messages stands, from the order and the types that spec/wire.json gives.
import { layout, under } from './layout.mjs';
import { cHeader, constants, header, objects } from './text.mjs';

export function outputs(wire) {
  const groups = groupsOf(wire);
  return {
    'wasm/generated/wire.ts': header('wire') + constants(groups),
    'src/generated/wire.ts': header('wire') + objects(groups),
    'helper/include/generated/wire.h': cHeader('wire', groups),
  };
}

// MESSAGE: types. BYTES: of a whole message, of what stands before its rows (`_HEAD`), of a row. AT: offsets.
function groupsOf(wire) {
  const bytes = {};
  const at = {};
  // `from`: the bytes before the first field. Returns those up to the end of the last.
  const place = (name, fields, from) => {
    const placed = layout(`spec/wire.json: ${name}`, fields, from);
    Object.assign(at, under(name, placed.at));
    Object.assign(bytes, placed.characters);
    return placed.end;
  };
  bytes.HEADER = place('HEADER', wire.header, 0);
  for (const [name, { whole, head }] of Object.entries(wire.messages)) {
    bytes[whole ? name : `${name}_HEAD`] = place(name, whole ?? head, bytes.HEADER);
  }
  for (const [name, fields] of Object.entries(wire.rows)) bytes[name] = place(name, fields, 0);
  const types = Object.fromEntries(Object.entries(wire.messages).map(([name, { type }]) => [name, type]));
  return [
    ['MESSAGE', types],
    ['BYTES', bytes],
    ['AT', at],
    ['LIMIT', wire.limits],
  ];
}
