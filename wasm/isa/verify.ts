// The one place that says whether rows are a legal program. Every program passes here, compiled
// in this module or received in an INSTALL; what runs it afterwards checks nothing again.
//
// Codes are libccp's. Stricter than libccp, which reads register indices and event ranges
// unchecked (spec/quirks.md, L50 … L53).
import {
  LIBCCP_INSTALL_TOO_MANY_EXPR,
  LIBCCP_INSTALL_TOO_MANY_INSTR,
  LIBCCP_READ_INVALID_LEFT_REG,
  LIBCCP_READ_INVALID_OP,
  LIBCCP_READ_INVALID_RETURN_REG,
  LIBCCP_READ_INVALID_RIGHT_REG,
  LIBCCP_READ_REG_NOT_ALLOWED,
} from '../generated/codes';
import {
  EVENT_ROW_BODY,
  EVENT_ROW_BODY_COUNT,
  EVENT_ROW_CONDITION,
  EVENT_ROW_CONDITION_COUNT,
  LIMIT_EVENTS,
  LIMIT_IMPLICIT_REGISTERS,
  LIMIT_INSTRUCTIONS,
  LIMIT_PRIMITIVE_REGISTERS,
  LIMIT_ROW_BYTES,
  LIMIT_VM_CONTROL_REGISTERS,
  LIMIT_VM_LOCAL_REGISTERS,
  LIMIT_VM_REPORT_REGISTERS,
  LIMIT_VM_TMP_REGISTERS,
  OP_DEF,
  OP_SUB,
  REG_CONTROL,
  REG_CONTROL_VOLATILE,
  REG_IMMEDIATE,
  REG_IMPLICIT,
  REG_LOCAL,
  REG_PRIMITIVE,
  REG_REPORT,
  REG_REPORT_VOLATILE,
  REG_TMP,
  ROW_LEFT,
  ROW_LEFT_TYPE,
  ROW_OP,
  ROW_RESULT,
  ROW_RESULT_TYPE,
  ROW_RIGHT,
  ROW_RIGHT_TYPE,
} from '../generated/isa';

/** The row `verify` found fault with, counted from the first event; −1 where it is a count. */
export let problemRow: i32 = -1;

/** 0, or a libccp code, for `events` event rows and then `instructions` instruction rows in `size` bytes. */
export function verify(rows: usize, size: u32, events: u32, instructions: u32): i32 {
  problemRow = -1;
  if (events > LIMIT_EVENTS) return LIBCCP_INSTALL_TOO_MANY_EXPR;
  if (instructions > LIMIT_INSTRUCTIONS) return LIBCCP_INSTALL_TOO_MANY_INSTR;
  if (size < (events + instructions) * LIMIT_ROW_BYTES) return LIBCCP_INSTALL_TOO_MANY_INSTR;
  let row = rows + events * LIMIT_ROW_BYTES;
  let reportDefs: u32 = 0;
  let leading = true;
  for (let i: u32 = 0; i < instructions; i++, row += LIMIT_ROW_BYTES) {
    const op: u32 = load<u8>(row, ROW_OP);
    let code = verifyInstruction(row, op);
    if (op != OP_DEF) leading = false;
    else if (leading && isReport(load<u8>(row, ROW_LEFT_TYPE))) {
      reportDefs++;
      // A report sends as many registers as there are such DEFs, so they must exist.
      if (reportDefs > LIMIT_VM_REPORT_REGISTERS) code = LIBCCP_READ_INVALID_LEFT_REG;
    }
    if (code) {
      problemRow = <i32>(events + i);
      return code;
    }
  }
  for (let i: u32 = 0; i < events; i++) {
    const event = rows + i * LIMIT_ROW_BYTES;
    const condition = load<u32>(event, EVENT_ROW_CONDITION);
    const body = load<u32>(event, EVENT_ROW_BODY);
    if (inside(condition, load<u32>(event, EVENT_ROW_CONDITION_COUNT), instructions)) {
      if (inside(body, load<u32>(event, EVENT_ROW_BODY_COUNT), instructions)) continue;
    }
    problemRow = <i32>i;
    return LIBCCP_INSTALL_TOO_MANY_EXPR;
  }
  return 0;
}

/** How many registers of a type the VM has; 0 for an unknown type. An immediate has any index. */
export function registersOf(type: u32): u32 {
  switch (type) {
    case REG_CONTROL:
    case REG_CONTROL_VOLATILE:
      return LIMIT_VM_CONTROL_REGISTERS;
    case REG_REPORT:
    case REG_REPORT_VOLATILE:
      return LIMIT_VM_REPORT_REGISTERS;
    case REG_LOCAL:
      return LIMIT_VM_LOCAL_REGISTERS;
    case REG_TMP:
      return LIMIT_VM_TMP_REGISTERS;
    case REG_IMPLICIT:
      return LIMIT_IMPLICIT_REGISTERS;
    case REG_PRIMITIVE:
      return LIMIT_PRIMITIVE_REGISTERS;
    default:
      return 0;
  }
}

export function isReport(type: u32): bool {
  return type == REG_REPORT || type == REG_REPORT_VOLATILE;
}

export function isControl(type: u32): bool {
  return type == REG_CONTROL || type == REG_CONTROL_VOLATILE;
}

function verifyInstruction(row: usize, op: u32): i32 {
  if (op > OP_SUB) return LIBCCP_READ_INVALID_OP;
  const resultType: u32 = load<u8>(row, ROW_RESULT_TYPE);
  if (resultType == REG_IMMEDIATE || resultType == REG_PRIMITIVE) return LIBCCP_READ_REG_NOT_ALLOWED;
  if (load<u32>(row, ROW_RESULT) >= registersOf(resultType)) return LIBCCP_READ_INVALID_RETURN_REG;
  if (!isOperand(load<u8>(row, ROW_LEFT_TYPE), load<u32>(row, ROW_LEFT))) return LIBCCP_READ_INVALID_LEFT_REG;
  if (!isOperand(load<u8>(row, ROW_RIGHT_TYPE), load<u32>(row, ROW_RIGHT))) return LIBCCP_READ_INVALID_RIGHT_REG;
  return 0;
}

function isOperand(type: u32, index: u32): bool {
  return type == REG_IMMEDIATE || index < registersOf(type);
}

function inside(start: u32, count: u32, instructions: u32): bool {
  return start <= instructions && count <= instructions - start;
}
