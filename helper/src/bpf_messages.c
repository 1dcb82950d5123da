// Messages of an agent, in the order and with the refusals of wasm/vm/handle.ts. Everything here comes from outside.
#include <stdlib.h>
#include <string.h>

#include "bpf_datapath.h"
#include "ccp_messages.h"
#include "say.h"

#define FIRST_PROGRAM 1 // of an agent that begins anew

static uint16_t get16(const uint8_t *at) {
  uint16_t value;
  memcpy(&value, at, 2);
  return value;
}
static uint32_t get32(const uint8_t *at) {
  uint32_t value;
  memcpy(&value, at, 4);
  return value;
}
static uint64_t get64(const uint8_t *at) {
  uint64_t value;
  memcpy(&value, at, 8);
  return value;
}

static uint32_t slot_of(const struct bpf_datapath *datapath, uint32_t uid) {
  for (uint32_t slot = 1; slot <= FLOW_PROGRAMS; slot += 1) {
    if (datapath->listed[slot] && datapath->kernel.programs[slot].uid == uid) return slot;
  }
  return 0;
}

// Programs in use keep their slot when another takes their uid: who runs one goes on with it.
static bool is_used(const struct bpf_datapath *datapath, uint32_t slot) {
  for (uint32_t index = 1; index <= datapath->kernel.flows_count; index += 1) {
    const struct flow *flow = &datapath->kernel.flows[index];
    if (flow->state != FLOW_OPEN) continue;
    if (flow->program == slot || flow->running == slot) return true;
    if ((flow->staged & STAGED_PROGRAM) && flow->staged_program == slot) return true;
  }
  return false;
}

static uint32_t free_slot(struct bpf_datapath *datapath) {
  for (uint32_t i = 0; i < FLOW_PROGRAMS; i += 1) {
    uint32_t slot = 1 + (datapath->next_slot + i) % FLOW_PROGRAMS;
    if (datapath->listed[slot] || is_used(datapath, slot)) continue;
    datapath->next_slot = slot % FLOW_PROGRAMS;
    return slot;
  }
  return 0;
}

// The kernel's side holds it for less than a microsecond, and never waits for us.
static void lock(struct flow *flow) {
  while (__atomic_exchange_n(&flow->lock, 1, __ATOMIC_ACQUIRE)) continue;
}
static void unlock(struct flow *flow) { __atomic_store_n(&flow->lock, 0, __ATOMIC_RELEASE); }

// Program 1 comes from an agent that has just started: flows that ran a program of the old one are announced to it.
static void restart(struct bpf_datapath *datapath) {
  for (uint32_t index = 1; index <= datapath->kernel.flows_count; index += 1) {
    struct flow *flow = &datapath->kernel.flows[index];
    if (flow->state != FLOW_OPEN) continue;
    lock(flow);
    bool had = flow->program || (flow->staged & STAGED_PROGRAM);
    flow->program = 0;
    flow->staged = 0;
    flow->staged_count = 0;
    unlock(flow);
    if (had) datapath->notes[index] = (struct flow_note){.open = true};
  }
  memset(datapath->listed, 0, sizeof datapath->listed);
}

static int install(struct bpf_datapath *datapath, const uint8_t *message, size_t length) {
  if (length < BYTES_INSTALL_HEAD) return LIBCCP_INSTALL_TOO_MANY_INSTR;
  uint32_t uid = get32(message + AT_INSTALL_PROGRAM_UID);
  static struct compiled compiled;
  int code = compile_program(message + BYTES_INSTALL_HEAD, length - BYTES_INSTALL_HEAD, get32(message + AT_INSTALL_EVENTS),
                             get32(message + AT_INSTALL_INSTRUCTIONS), &compiled);
  if (code == PROGRAM_TOO_LONG) say(EXIT_DONE, "bpf", "program %u is longer than a kernel takes (spec/bpf.md): it is not installed", uid);
  if (code) return code;
  if (compiled.primitives & ~FLOW_PRIMITIVES) {
    say(EXIT_DONE, "bpf", "program %u reads inputs that a kernel's flow has not: it is not installed", uid);
    compiled_free(&compiled);
    return LIBCCP_READ_INVALID_LEFT_REG;
  }
  if (uid == FIRST_PROGRAM) restart(datapath);
  uint32_t before = slot_of(datapath, uid), slot = free_slot(datapath);
  char says[256] = "";
  if (!slot) code = LIBCCP_PROG_TABLE_FULL;
  else if (kernel_put_program(&datapath->kernel, slot, uid, &compiled, says, sizeof says)) {
    say(EXIT_DONE, "bpf", "the kernel refuses program %u: %s", uid, says);
    code = LIBCCP_PROG_IS_NULL;
  } else {
    datapath->listed[before] = false;
    datapath->listed[slot] = true;
  }
  compiled_free(&compiled);
  return code;
}

// Last write wins; what stands before a refused update stays staged.
static int stage(struct flow *flow, const uint8_t *update) {
  uint32_t type = update[AT_UPDATE_REGISTER_TYPE], index = get32(update + AT_UPDATE_INDEX);
  uint64_t value = get64(update + AT_UPDATE_VALUE);
  if (type == REG_IMPLICIT) {
    // Others are passed over without a word, as the original does.
    if (index == IMPLICIT_CWND) {
      flow->staged_cwnd = value;
      flow->staged |= STAGED_CWND;
    } else if (index == IMPLICIT_RATE) {
      flow->staged_rate = value;
      flow->staged |= STAGED_RATE;
    }
    return 0;
  }
  if ((type != REG_CONTROL && type != REG_CONTROL_VOLATILE) || index >= LIMIT_VM_CONTROL_REGISTERS) {
    return LIBCCP_UPDATE_INVALID_REG_TYPE;
  }
  uint32_t offset = register_offset(type, index), at = 0;
  while (at < flow->staged_count && flow->staged_sets[at].offset != offset) at += 1;
  flow->staged_sets[at] = (struct flow_set){.offset = offset, .value = value};
  if (at == flow->staged_count) flow->staged_count += 1;
  flow->staged |= STAGED_SETS;
  return 0;
}

static int stage_all(struct flow *flow, const uint8_t *updates, uint32_t count) {
  int code = 0;
  for (uint32_t i = 0; i < count && !code; i += 1) code = stage(flow, updates + i * BYTES_UPDATE);
  return code;
}

static int update_fields(struct flow *flow, const uint8_t *message, size_t length) {
  if (length < BYTES_UPDATE_FIELD_HEAD) return LIBCCP_UPDATE_TOO_MANY;
  uint32_t count = get32(message + AT_UPDATE_FIELD_COUNT);
  if (count > LIMIT_UPDATES || length < BYTES_UPDATE_FIELD_HEAD + count * BYTES_UPDATE) return LIBCCP_UPDATE_TOO_MANY;
  lock(flow);
  int code = stage_all(flow, message + BYTES_UPDATE_FIELD_HEAD, count);
  unlock(flow);
  return code;
}

static int change_program(struct bpf_datapath *datapath, struct flow *flow, const uint8_t *message, size_t length) {
  if (length < BYTES_CHANGE_PROG_HEAD) return LIBCCP_CHANGE_TOO_MANY;
  uint32_t count = get32(message + AT_CHANGE_PROG_COUNT);
  if (count > LIMIT_UPDATES || length < BYTES_CHANGE_PROG_HEAD + count * BYTES_UPDATE) return LIBCCP_CHANGE_TOO_MANY;
  uint32_t slot = slot_of(datapath, get32(message + AT_CHANGE_PROG_PROGRAM_UID));
  if (!slot) return LIBCCP_PROG_NOT_FOUND;
  lock(flow);
  // What was staged belonged to the program before.
  flow->staged = STAGED_PROGRAM;
  flow->staged_program = slot;
  flow->staged_count = 0;
  int code = stage_all(flow, message + BYTES_CHANGE_PROG_HEAD, count);
  unlock(flow);
  return code;
}

static int handle(struct bpf_datapath *datapath, const uint8_t *message, size_t length) {
  uint16_t type = get16(message + AT_HEADER_TYPE);
  if (type == MESSAGE_INSTALL) return install(datapath, message, length);
  if (type != MESSAGE_UPDATE_FIELD && type != MESSAGE_CHANGE_PROG) return LIBCCP_READ_INVALID_HEADER_TYPE;
  uint32_t sid = get32(message + AT_HEADER_SID);
  if (!sid || sid > datapath->kernel.flows_count || datapath->kernel.flows[sid].state != FLOW_OPEN) return LIBCCP_UNKNOWN_CONNECTION;
  struct flow *flow = &datapath->kernel.flows[sid];
  return type == MESSAGE_UPDATE_FIELD ? update_fields(flow, message, length) : change_program(datapath, flow, message, length);
}

void datapath_handle(struct bpf_datapath *datapath, const uint8_t *bytes, size_t left) {
  // The agent lives, whatever it says.
  datapath->failing_ms = 0;
  datapath->there = true;
  while (left >= BYTES_HEADER) {
    size_t length = get16(bytes + AT_HEADER_LENGTH);
    if (length < BYTES_HEADER || length > left) break;
    int code = handle(datapath, bytes, length);
    // A flow may have ended while the message was on its way.
    if (code && code != LIBCCP_UNKNOWN_CONNECTION) {
      // The first few: an agent that errs does so often.
      datapath->refused += 1;
      if (datapath->refused <= 8) say(EXIT_DONE, "bpf", "a message of the agent is refused: code %d, type %u, flow %u", code, get16(bytes), get32(bytes + AT_HEADER_SID));
    }
    bytes += length;
    left -= length;
  }
}
