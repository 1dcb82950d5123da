// Where every field of the CCP messages stands, from the order and the types that spec/wire.json gives.
import { cHeader, constants, header, objects, upper } from './text.mjs';

const SIZES = { u8: 1, u16: 2, u32: 4, u64: 8 };

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
  const place = (layout, fields, from) => {
    let offset = from;
    for (const [field, type] of Object.entries(fields)) {
      at[`${layout}_${upper(field)}`] = offset;
      const characters = /^char\[(\d+)\]$/.exec(type)?.[1];
      if (characters) bytes[upper(field)] = Number(characters);
      else if (!(type in SIZES)) throw new Error(`spec/wire.json: ${layout}.${field}: no type ${type}`);
      offset += characters ? Number(characters) : SIZES[type];
    }
    return offset;
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
