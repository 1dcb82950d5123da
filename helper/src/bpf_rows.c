// Whether rows are a legal program, as wasm/isa/verify.ts has it.
#include <stdbool.h>
#include <string.h>

#include "bpf_program.h"

static uint32_t get32(const uint8_t *at) {
  uint32_t value;
  memcpy(&value, at, 4);
  return value;
}

uint32_t registers_of(uint32_t type) {
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

uint32_t register_offset(uint32_t type, uint32_t index) {
  switch (type) {
  case REG_IMPLICIT:
    return BPF_OFFSET_IMPLICIT + 8 * index;
  case REG_PRIMITIVE:
    return BPF_OFFSET_PRIMITIVE + 8 * index;
  case REG_LOCAL:
    return BPF_OFFSET_LOCAL + 8 * index;
  case REG_TMP:
    return BPF_OFFSET_TMP + 8 * index;
  case REG_CONTROL:
  case REG_CONTROL_VOLATILE:
    return BPF_OFFSET_CONTROL + 8 * index;
  default:
    return BPF_OFFSET_REPORT + 8 * index;
  }
}

static bool is_operand(uint32_t type, uint32_t index) { return type == REG_IMMEDIATE || index < registers_of(type); }

static int verify_instruction(const uint8_t *row) {
  if (row[ROW_OP] > OP_SUB) return LIBCCP_READ_INVALID_OP;
  uint32_t type = row[ROW_RESULT_TYPE];
  if (type == REG_IMMEDIATE || type == REG_PRIMITIVE) return LIBCCP_READ_REG_NOT_ALLOWED;
  if (get32(row + ROW_RESULT) >= registers_of(type)) return LIBCCP_READ_INVALID_RETURN_REG;
  if (!is_operand(row[ROW_LEFT_TYPE], get32(row + ROW_LEFT))) return LIBCCP_READ_INVALID_LEFT_REG;
  if (!is_operand(row[ROW_RIGHT_TYPE], get32(row + ROW_RIGHT))) return LIBCCP_READ_INVALID_RIGHT_REG;
  return 0;
}

static bool inside(uint32_t start, uint32_t count, uint32_t instructions) {
  return start <= instructions && count <= instructions - start;
}

int verify_rows(const uint8_t *rows, size_t length, uint32_t events, uint32_t instructions) {
  if (events > LIMIT_EVENTS) return LIBCCP_INSTALL_TOO_MANY_EXPR;
  if (instructions > LIMIT_INSTRUCTIONS) return LIBCCP_INSTALL_TOO_MANY_INSTR;
  if (length < (size_t)(events + instructions) * LIMIT_ROW_BYTES) return LIBCCP_INSTALL_TOO_MANY_INSTR;
  const uint8_t *row = rows + events * LIMIT_ROW_BYTES;
  uint32_t reported = 0;
  bool leading = true;
  for (uint32_t i = 0; i < instructions; i += 1, row += LIMIT_ROW_BYTES) {
    int code = verify_instruction(row);
    uint32_t left = row[ROW_LEFT_TYPE];
    if (row[ROW_OP] != OP_DEF) leading = false;
    else if (leading && (left == REG_REPORT || left == REG_REPORT_VOLATILE)) {
      reported += 1;
      if (reported > LIMIT_VM_REPORT_REGISTERS) code = LIBCCP_READ_INVALID_LEFT_REG;
    }
    if (code) return code;
  }
  for (uint32_t i = 0; i < events; i += 1) {
    const uint8_t *event = rows + i * LIMIT_ROW_BYTES;
    if (!inside(get32(event + EVENT_ROW_CONDITION), get32(event + EVENT_ROW_CONDITION_COUNT), instructions) ||
        !inside(get32(event + EVENT_ROW_BODY), get32(event + EVENT_ROW_BODY_COUNT), instructions)) {
      return LIBCCP_INSTALL_TOO_MANY_EXPR;
    }
  }
  return 0;
}
