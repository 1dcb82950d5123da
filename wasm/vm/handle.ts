// Messages from the agent. Everything here comes from outside: each length and index is checked
// against the bytes there are before it is used.
import {
  LIBCCP_BUFSIZE_TOO_SMALL,
  LIBCCP_CHANGE_TOO_MANY,
  LIBCCP_INSTALL_TOO_MANY_INSTR,
  LIBCCP_MSG_TOO_LONG,
  LIBCCP_PROG_NOT_FOUND,
  LIBCCP_PROG_TABLE_FULL,
  LIBCCP_READ_INVALID_HEADER_TYPE,
  LIBCCP_READ_INVALID_LEFT_REG,
  LIBCCP_UNKNOWN_CONNECTION,
  LIBCCP_UPDATE_INVALID_REG_TYPE,
  LIBCCP_UPDATE_TOO_MANY,
} from '../generated/codes';
import {
  IMPLICIT_CWND,
  IMPLICIT_RATE,
  LIMIT_VM_CONTROL_REGISTERS,
  REG_CONTROL,
  REG_CONTROL_VOLATILE,
  REG_IMPLICIT,
} from '../generated/isa';
import {
  AT_CHANGE_PROG_COUNT,
  AT_CHANGE_PROG_PROGRAM_UID,
  AT_INSTALL_EVENTS,
  AT_INSTALL_INSTRUCTIONS,
  AT_INSTALL_PROGRAM_UID,
  AT_UPDATE_FIELD_COUNT,
  AT_UPDATE_INDEX,
  AT_UPDATE_REGISTER_TYPE,
  AT_UPDATE_VALUE,
  BYTES_CHANGE_PROG_HEAD,
  BYTES_HEADER,
  BYTES_INSTALL_HEAD,
  BYTES_UPDATE,
  BYTES_UPDATE_FIELD_HEAD,
  LIMIT_MESSAGE_BYTES,
  LIMIT_UPDATES,
  MESSAGE_CHANGE_PROG,
  MESSAGE_INSTALL,
  MESSAGE_UPDATE_FIELD,
} from '../generated/wire';
import { decodeCode, decodeProgram, freeProgram, Program } from '../isa/index';
import { messageLength, messageSid, messageType } from '../wire/index';
import { Code, createCode, release, retain } from './code';
import { clearPrograms, findProgram, flowOf, growFlow, programSlot } from './datapath';
import { Datapath, Flow, STAGED_CWND, STAGED_RATE, stagedOffset } from './state';

/** Every message in `size` bytes at `from`. 0, or the libccp code of the first that was refused. */
export function handleMessages(datapath: usize, from: usize, size: u32): i32 {
  let first: i32 = 0;
  let rest = size;
  let at = from;
  do {
    const code = handleMessage(changetype<Datapath>(datapath), at, rest);
    if (!first) first = code;
    const length: u32 = rest < BYTES_HEADER ? 0 : messageLength(at);
    if (length < BYTES_HEADER || length > rest) break;
    at += length;
    rest -= length;
  } while (rest);
  return first;
}

function handleMessage(datapath: Datapath, message: usize, size: u32): i32 {
  if (size < BYTES_HEADER) return LIBCCP_BUFSIZE_TOO_SMALL;
  const type = messageType(message);
  if (type != MESSAGE_INSTALL && type != MESSAGE_UPDATE_FIELD && type != MESSAGE_CHANGE_PROG) {
    return LIBCCP_READ_INVALID_HEADER_TYPE;
  }
  const length = messageLength(message);
  if (length > size || length < BYTES_HEADER) return LIBCCP_BUFSIZE_TOO_SMALL;
  if (length > LIMIT_MESSAGE_BYTES) return LIBCCP_MSG_TOO_LONG;
  // The agent lives, whatever it says.
  datapath.sendFailed = 0;
  if (type == MESSAGE_INSTALL) return install(datapath, message, length);
  const sid = messageSid(message);
  if (!flowOf(changetype<usize>(datapath), sid)) return LIBCCP_UNKNOWN_CONNECTION;
  return type == MESSAGE_UPDATE_FIELD
    ? updateFields(datapath, sid, message, length)
    : changeProgram(datapath, sid, message, length);
}

// All or nothing (V3): the table changes only when the program is good and has a place.
function install(datapath: Datapath, message: usize, length: u32): i32 {
  if (length < BYTES_INSTALL_HEAD) return LIBCCP_INSTALL_TOO_MANY_INSTR;
  const uid = load<u32>(message, AT_INSTALL_PROGRAM_UID);
  let slot: usize = uid == 1 ? programSlot(datapath, 0) : findProgram(datapath, uid);
  if (!slot) slot = freeProgramSlot(datapath);
  if (!slot) return LIBCCP_PROG_TABLE_FULL;
  const program = decodeProgram(
    message + BYTES_INSTALL_HEAD,
    length - BYTES_INSTALL_HEAD,
    load<u32>(message, AT_INSTALL_EVENTS),
    load<u32>(message, AT_INSTALL_INSTRUCTIONS),
    uid,
  );
  if (!program) return decodeCode;
  datapath.missing = changetype<Program>(program).primitives & ~datapath.primitives;
  if (datapath.missing) {
    freeProgram(program);
    return LIBCCP_READ_INVALID_LEFT_REG;
  }
  if (uid == 1) restart(datapath);
  release(load<usize>(slot));
  store<usize>(slot, changetype<usize>(createCode(changetype<Program>(program))));
  return 0;
}

// Program 1 comes from an agent that has just started: libccp empties its table. Flows that ran a
// program of the old agent stop running it, and are announced to the new one (V4).
function restart(datapath: Datapath): void {
  for (let sid: u32 = 1; sid <= datapath.maxFlows; sid++) {
    const at = flowOf(changetype<usize>(datapath), sid);
    if (!at) continue;
    const flow = changetype<Flow>(at);
    if (!flow.code && !flow.stagedCode) continue;
    release(flow.code);
    release(flow.stagedCode);
    flow.code = 0;
    flow.stagedCode = 0;
    flow.created = 0;
    flow.createTried = 0;
  }
  clearPrograms(datapath);
}

function freeProgramSlot(datapath: Datapath): usize {
  for (let i: u32 = 0; i < datapath.maxPrograms; i++) {
    const slot = programSlot(datapath, i);
    if (!load<usize>(slot)) return slot;
  }
  return 0;
}

function updateFields(datapath: Datapath, sid: u32, message: usize, length: u32): i32 {
  if (length < BYTES_UPDATE_FIELD_HEAD) return LIBCCP_UPDATE_TOO_MANY;
  const count = load<u32>(message, AT_UPDATE_FIELD_COUNT);
  if (count > LIMIT_UPDATES || length < BYTES_UPDATE_FIELD_HEAD + count * BYTES_UPDATE) return LIBCCP_UPDATE_TOO_MANY;
  return stageUpdates(datapath, sid, message + BYTES_UPDATE_FIELD_HEAD, count);
}

function changeProgram(datapath: Datapath, sid: u32, message: usize, length: u32): i32 {
  if (length < BYTES_CHANGE_PROG_HEAD) return LIBCCP_CHANGE_TOO_MANY;
  const count = load<u32>(message, AT_CHANGE_PROG_COUNT);
  if (count > LIMIT_UPDATES || length < BYTES_CHANGE_PROG_HEAD + count * BYTES_UPDATE) return LIBCCP_CHANGE_TOO_MANY;
  const slot = findProgram(datapath, load<u32>(message, AT_CHANGE_PROG_PROGRAM_UID));
  if (!slot) return LIBCCP_PROG_NOT_FOUND;
  const code = load<usize>(slot);
  const flow = growFlow(datapath, sid, changetype<Code>(code).rows);
  retain(code);
  release(flow.stagedCode);
  flow.stagedCode = code;
  // What was staged belonged to the program before.
  flow.stagedLow = 0;
  flow.stagedHigh = 0;
  return stageUpdates(datapath, sid, message + BYTES_CHANGE_PROG_HEAD, count);
}

// Last write wins; what stands before a refused update stays staged.
function stageUpdates(datapath: Datapath, sid: u32, updates: usize, count: u32): i32 {
  for (let i: u32 = 0; i < count; i++) {
    const update = updates + i * BYTES_UPDATE;
    const type: u32 = load<u8>(update, AT_UPDATE_REGISTER_TYPE);
    const index = load<u32>(update, AT_UPDATE_INDEX);
    const value = load<u64>(update, AT_UPDATE_VALUE);
    if (type == REG_IMPLICIT) stageImplicit(changetype<Flow>(flowOf(changetype<usize>(datapath), sid)), index, value);
    else if ((type == REG_CONTROL || type == REG_CONTROL_VOLATILE) && index < LIMIT_VM_CONTROL_REGISTERS) {
      stageControl(growFlow(datapath, sid, index + 1), index, value);
    } else return LIBCCP_UPDATE_INVALID_REG_TYPE;
  }
  return 0;
}

// Other implicit registers are passed over without a word, as libccp does.
function stageImplicit(flow: Flow, index: u32, value: u64): void {
  if (index == IMPLICIT_CWND) {
    flow.stagedCwnd = value;
    flow.stagedHigh |= STAGED_CWND;
  } else if (index == IMPLICIT_RATE) {
    flow.stagedRate = value;
    flow.stagedHigh |= STAGED_RATE;
  }
}

function stageControl(flow: Flow, index: u32, value: u64): void {
  store<u64>(changetype<usize>(flow) + stagedOffset(index), value);
  if (index < 64) flow.stagedLow |= (<u64>1) << index;
  else flow.stagedHigh |= (<u64>1) << (index - 64);
}
