// The instructions of a program, as wasm/bpf emits them: each loads its operands from the flow's registers, computes and
// stores, so that an error leaves what was written before it. Jumps go forward only, to places not known yet.
#include "bpf_program.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// Registers of the machine: operands and scratch; the flow's registers and what a program ends with (spec/bpf.md).
enum { LEFT = 1, RIGHT, RESULT, SCRATCH, FLOW = 6, STOP = 7 };
// Instructions the kernel adds at a division, and then room (wasm/bpf/assembler.ts).
#define ADDED_BY_DIVISION 8

struct row {
  uint32_t op, result_type, result, left_type, left, right_type, right;
};

struct emitter {
  struct compiled *out;
  uint32_t added;
  uint32_t *ends; // jumps to the program's end
  uint32_t ends_count, ends_capacity;
  bool failed; // no memory
};

static void emit(struct emitter *to, uint8_t code, uint32_t destination, uint32_t source, int32_t immediate) {
  struct compiled *out = to->out;
  if (out->count == out->capacity) {
    uint32_t capacity = out->capacity ? out->capacity * 2 : 256;
    struct bpf_insn *more = realloc(out->instructions, capacity * sizeof *more);
    if (!more) {
      to->failed = true;
      out->count = 0;
      return;
    }
    out->instructions = more;
    out->capacity = capacity;
  }
  out->instructions[out->count] = (struct bpf_insn){
      .code = code, .dst_reg = destination & 15, .src_reg = source & 15, .imm = immediate};
  out->count += 1;
}

static void alu(struct emitter *to, uint8_t code, uint32_t destination, uint32_t source) {
  emit(to, code, destination, source, 0);
}

static void constant(struct emitter *to, uint32_t destination, uint32_t value) {
  emit(to, BPF_MOV32_IMMEDIATE, destination, 0, (int32_t)value);
}

static void load(struct emitter *to, uint32_t destination, uint32_t offset) {
  emit(to, BPF_LOAD64, destination, FLOW, 0);
  if (!to->failed) to->out->instructions[to->out->count - 1].off = (int16_t)offset;
}

static void store(struct emitter *to, uint32_t offset, uint32_t source) {
  emit(to, BPF_STORE64, FLOW, source, 0);
  if (!to->failed) to->out->instructions[to->out->count - 1].off = (int16_t)offset;
}

static uint32_t branch(struct emitter *to, uint8_t code, uint32_t left, uint32_t right) {
  to->out->branches += 1;
  emit(to, code, left, right, 0);
  return to->out->count - 1;
}

static uint32_t branch_immediate(struct emitter *to, uint8_t code, uint32_t left, int32_t right) {
  to->out->branches += 1;
  emit(to, code, left, 0, right);
  return to->out->count - 1;
}

static void land(struct emitter *to, uint32_t from) {
  if (!to->failed) to->out->instructions[from].off = (int16_t)(to->out->count - from - 1);
}

static void end(struct emitter *to, uint32_t jump) {
  if (to->ends_count == to->ends_capacity) {
    uint32_t capacity = to->ends_capacity ? to->ends_capacity * 2 : 256;
    uint32_t *more = realloc(to->ends, capacity * sizeof *more);
    if (!more) {
      to->failed = true;
      return;
    }
    to->ends = more;
    to->ends_capacity = capacity;
  }
  to->ends[to->ends_count] = jump;
  to->ends_count += 1;
}

static void stop(struct emitter *to, int32_t reason) {
  emit(to, BPF_MOV64_IMMEDIATE, STOP, 0, reason);
  emit(to, BPF_JUMP, 0, 0, 0);
  end(to, to->out->count - 1);
}

static void stop_unless(struct emitter *to, uint8_t holds, uint32_t left, uint32_t right, int32_t reason) {
  uint32_t goes_on = branch(to, holds, left, right);
  stop(to, reason);
  land(to, goes_on);
}

static void divide(struct emitter *to, uint32_t destination, uint32_t source) {
  to->added += ADDED_BY_DIVISION;
  alu(to, BPF_DIV64, destination, source);
}

static void operand(struct emitter *to, uint32_t machine, uint32_t type, uint32_t index) {
  if (type == REG_PRIMITIVE) to->out->primitives |= 1u << index;
  if (type == REG_IMMEDIATE) constant(to, machine, index);
  else load(to, machine, register_offset(type, index));
}

// Wrong where the product is less than the left operand and the right one is not 0.
static void emit_multiply(struct emitter *to, int32_t reason) {
  alu(to, BPF_MOV64, RESULT, LEFT);
  alu(to, BPF_MUL64, RESULT, RIGHT);
  uint32_t is_zero = branch_immediate(to, BPF_JUMP_EQUAL_IMMEDIATE, RIGHT, 0);
  stop_unless(to, BPF_JUMP_GREATER_EQUAL, RESULT, LEFT, reason);
  land(to, is_zero);
}

// The verifier refuses what no way leads to: a divisor known not to be 0 has no stop.
static void emit_divide(struct emitter *to, const struct row *row, int32_t reason) {
  bool is_known = row->right_type == REG_IMMEDIATE && row->right != 0;
  if (!is_known) {
    uint32_t goes_on = branch_immediate(to, BPF_JUMP_NOT_EQUAL_IMMEDIATE, RIGHT, 0);
    stop(to, reason);
    land(to, goes_on);
  }
  alu(to, BPF_MOV64, RESULT, LEFT);
  if (is_known && (int32_t)row->right > 0) emit(to, BPF_DIV64_IMMEDIATE, RESULT, 0, (int32_t)row->right);
  else divide(to, RESULT, RIGHT);
}

static void emit_compare(struct emitter *to, uint8_t holds) {
  constant(to, RESULT, 1);
  uint32_t is_true = branch(to, holds, LEFT, RIGHT);
  constant(to, RESULT, 0);
  land(to, is_true);
}

static void emit_select(struct emitter *to, uint8_t left_when) {
  alu(to, BPF_MOV64, RESULT, LEFT);
  uint32_t is_left = branch(to, left_when, LEFT, RIGHT);
  alu(to, BPF_MOV64, RESULT, RIGHT);
  land(to, is_left);
}

static void store_if(struct emitter *to, uint8_t skip_when, uint32_t at) {
  uint32_t skip = branch_immediate(to, skip_when, LEFT, 0);
  store(to, at, RIGHT);
  land(to, skip);
}

// old == 0 ? sample : (weight · old + (10 − weight) · sample) / 10, wrapping
static void emit_ewma(struct emitter *to, uint32_t at) {
  load(to, SCRATCH, at);
  alu(to, BPF_MOV64, RESULT, RIGHT);
  uint32_t is_first = branch_immediate(to, BPF_JUMP_EQUAL_IMMEDIATE, SCRATCH, 0);
  alu(to, BPF_MUL64, SCRATCH, LEFT);
  constant(to, RESULT, 10);
  alu(to, BPF_SUB64, RESULT, LEFT);
  alu(to, BPF_MUL64, RESULT, RIGHT);
  alu(to, BPF_ADD64, RESULT, SCRATCH);
  emit(to, BPF_DIV64_IMMEDIATE, RESULT, 0, 10);
  land(to, is_first);
}

// into = (to − from) − (to ≤ from), of 32 bits
static void emit_distance(struct emitter *to, uint32_t into, uint32_t first, uint32_t second) {
  alu(to, BPF_MOV32, into, second);
  alu(to, BPF_SUB32, into, first);
  uint32_t ahead = branch(to, BPF_JUMP32_GREATER, second, first);
  emit(to, BPF_SUB32_IMMEDIATE, into, 0, 1);
  land(to, ahead);
}

// left == 0 ? right : right == 0 ? left : distance(b, a) < distance(a, b) ? a : b, a and b their low words
static void emit_max_wrapped(struct emitter *to) {
  alu(to, BPF_MOV64, RESULT, RIGHT);
  uint32_t no_left = branch_immediate(to, BPF_JUMP_EQUAL_IMMEDIATE, LEFT, 0);
  alu(to, BPF_MOV64, RESULT, LEFT);
  uint32_t no_right = branch_immediate(to, BPF_JUMP_EQUAL_IMMEDIATE, RIGHT, 0);
  emit_distance(to, RESULT, RIGHT, LEFT);
  emit_distance(to, SCRATCH, LEFT, RIGHT);
  uint32_t is_left = branch(to, BPF_JUMP32_LESS, RESULT, SCRATCH);
  alu(to, BPF_MOV32, LEFT, RIGHT);
  land(to, is_left);
  alu(to, BPF_MOV32, RESULT, LEFT);
  land(to, no_left);
  land(to, no_right);
}

static int32_t stop_reason(int32_t code, uint32_t index) { return -(int32_t)(index << 8 | (uint32_t)-code); }

static void emit_instruction(struct emitter *to, const struct row *row, uint32_t index) {
  if (row->op == OP_DEF) return;
  uint32_t at = register_offset(row->result_type, row->result);
  if (row->op != OP_BIND) operand(to, LEFT, row->left_type, row->left);
  operand(to, RIGHT, row->right_type, row->right);
  switch (row->op) {
  case OP_ADD:
    alu(to, BPF_MOV64, RESULT, LEFT);
    alu(to, BPF_ADD64, RESULT, RIGHT);
    stop_unless(to, BPF_JUMP_GREATER_EQUAL, RESULT, LEFT, stop_reason(LIBCCP_ADD_INT_OVERFLOW, index));
    break;
  case OP_SUB:
    alu(to, BPF_MOV64, RESULT, LEFT);
    alu(to, BPF_SUB64, RESULT, RIGHT);
    stop_unless(to, BPF_JUMP_LESS_EQUAL, RESULT, LEFT, stop_reason(LIBCCP_SUB_INT_UNDERFLOW, index));
    break;
  case OP_MUL:
    emit_multiply(to, stop_reason(LIBCCP_MUL_INT_OVERFLOW, index));
    break;
  case OP_DIV:
    emit_divide(to, row, stop_reason(LIBCCP_DIV_BY_ZERO, index));
    break;
  case OP_BIND:
    store(to, at, RIGHT);
    return;
  case OP_EQUIV:
    emit_compare(to, BPF_JUMP_EQUAL);
    break;
  case OP_GT:
    emit_compare(to, BPF_JUMP_GREATER);
    break;
  case OP_LT:
    emit_compare(to, BPF_JUMP_LESS);
    break;
  case OP_MAX:
    emit_select(to, BPF_JUMP_GREATER);
    break;
  case OP_MIN:
    emit_select(to, BPF_JUMP_LESS);
    break;
  case OP_IF:
    store_if(to, BPF_JUMP_EQUAL_IMMEDIATE, at);
    return;
  case OP_NOTIF:
    store_if(to, BPF_JUMP_NOT_EQUAL_IMMEDIATE, at);
    return;
  case OP_EWMA:
    emit_ewma(to, at);
    break;
  case OP_MAXWRAP:
    emit_max_wrapped(to);
    break;
  }
  store(to, at, RESULT);
}

static uint32_t get32(const uint8_t *at) {
  uint32_t value;
  memcpy(&value, at, 4);
  return value;
}

static struct row row_at(const uint8_t *at) {
  return (struct row){at[ROW_OP],        at[ROW_RESULT_TYPE],       get32(at + ROW_RESULT), at[ROW_LEFT_TYPE],
                      get32(at + ROW_LEFT), at[ROW_RIGHT_TYPE], get32(at + ROW_RIGHT)};
}

static void emit_range(struct emitter *to, const uint8_t *instructions, uint32_t start, uint32_t count) {
  for (uint32_t i = start; i < start + count; i += 1) {
    struct row row = row_at(instructions + i * LIMIT_ROW_BYTES);
    emit_instruction(to, &row, i);
  }
}

static uint32_t branch_unless(struct emitter *to, uint32_t implicit) {
  operand(to, LEFT, REG_IMPLICIT, implicit);
  return branch_immediate(to, BPF_JUMP_EQUAL_IMMEDIATE, LEFT, 0);
}

// The DEFs before the first other instruction. Of two on one register the later wins.
static void collect_resets(const uint8_t *instructions, uint32_t count, struct compiled *out) {
  uint32_t leading = 0;
  while (leading < count && instructions[leading * LIMIT_ROW_BYTES + ROW_OP] == OP_DEF) leading += 1;
  for (int stable = 0; stable < 2; stable += 1) {
    for (uint32_t i = 0; i < leading; i += 1) {
      struct row def = row_at(instructions + i * LIMIT_ROW_BYTES);
      bool report = def.left_type == REG_REPORT || def.left_type == REG_REPORT_VOLATILE;
      bool is_volatile = def.left_type == REG_REPORT_VOLATILE || def.left_type == REG_CONTROL_VOLATILE;
      if (!report && def.left_type != REG_CONTROL && def.left_type != REG_CONTROL_VOLATILE) continue;
      if (is_volatile == (stable != 0)) continue;
      uint64_t value = def.right_type == REG_IMMEDIATE ? def.right : 0;
      if (value == VALUE_DEF_INFINITY_SENTINEL) value = VALUE_INFINITY;
      out->resets[out->all_resets] = (struct flow_set){.offset = register_offset(def.left_type, def.left), .value = value};
      out->all_resets += 1;
      out->volatile_resets += is_volatile;
      out->report_fields += report;
    }
  }
  // The original counts at the first other instruction.
  if (leading == count) out->report_fields = 0;
}

int compile_program(const uint8_t *rows, size_t length, uint32_t events, uint32_t count, struct compiled *compiled) {
  *compiled = (struct compiled){0};
  int code = verify_rows(rows, length, events, count);
  if (code) return code;
  const uint8_t *instructions = rows + events * LIMIT_ROW_BYTES;
  struct emitter to = {.out = compiled};
  bool too_long = false;
  constant(&to, STOP, 0);
  for (uint32_t i = 0; i < events && !too_long && !to.failed; i += 1) {
    const uint8_t *event = rows + i * LIMIT_ROW_BYTES;
    emit_range(&to, instructions, get32(event + EVENT_ROW_CONDITION), get32(event + EVENT_ROW_CONDITION_COUNT));
    uint32_t no_event = branch_unless(&to, IMPLICIT_EVENT_FLAG);
    emit_range(&to, instructions, get32(event + EVENT_ROW_BODY), get32(event + EVENT_ROW_BODY_COUNT));
    // The body may have written the flag.
    uint32_t withdrawn = branch_unless(&to, IMPLICIT_EVENT_FLAG);
    end(&to, branch_unless(&to, IMPLICIT_SHOULD_CONTINUE));
    land(&to, no_event);
    land(&to, withdrawn);
    too_long = compiled->count + to.added > BPF_LIMIT_INSTRUCTIONS || compiled->branches > BPF_LIMIT_BRANCHES;
  }
  for (uint32_t i = 0; i < to.ends_count; i += 1) land(&to, to.ends[i]);
  free(to.ends);
  collect_resets(instructions, count, compiled);
  if (!to.failed && !too_long) return 0;
  compiled_free(compiled);
  return to.failed ? PROGRAM_NO_MEMORY : PROGRAM_TOO_LONG;
}

void compiled_free(struct compiled *compiled) {
  free(compiled->instructions);
  *compiled = (struct compiled){0};
}
