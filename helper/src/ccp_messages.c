#include "ccp_messages.h"

#include <string.h>

#include "../include/generated/isa.h"

static void put16(uint8_t *at, uint16_t value) { memcpy(at, &value, 2); }
static void put32(uint8_t *at, uint32_t value) { memcpy(at, &value, 4); }
static void put64(uint8_t *at, uint64_t value) { memcpy(at, &value, 8); }
static uint16_t get16(const uint8_t *at) { return (uint16_t)(at[0] | at[1] << 8); }
static uint32_t get32(const uint8_t *at) { return get16(at) | (uint32_t)get16(at + 2) << 16; }

// The wire is little-endian and so is every machine this is built for.
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the wire's byte order");

// All of the message up to its rows: what is not put after this is zero.
static size_t head(uint8_t *bytes, uint16_t type, size_t head_bytes, size_t rows_bytes, uint32_t sid) {
  memset(bytes, 0, head_bytes);
  put16(bytes + AT_HEADER_TYPE, type);
  put16(bytes + AT_HEADER_LENGTH, (uint16_t)(head_bytes + rows_bytes));
  put32(bytes + AT_HEADER_SID, sid);
  return head_bytes + rows_bytes;
}

size_t ccp_ready(uint8_t *bytes, uint32_t id) {
  size_t length = head(bytes, MESSAGE_READY, BYTES_READY, 0, 0);
  put32(bytes + AT_READY_ID, id);
  return length;
}

size_t ccp_create(uint8_t *bytes, const struct ccp_create *create) {
  size_t length = head(bytes, MESSAGE_CREATE, BYTES_CREATE, 0, create->sid);
  put32(bytes + AT_CREATE_INIT_CWND, create->init_cwnd);
  put32(bytes + AT_CREATE_MSS, create->mss);
  put32(bytes + AT_CREATE_SRC_IP, create->src_ip);
  put32(bytes + AT_CREATE_SRC_PORT, create->src_port);
  put32(bytes + AT_CREATE_DST_IP, create->dst_ip);
  put32(bytes + AT_CREATE_DST_PORT, create->dst_port);
  return length;
}

size_t ccp_measure(uint8_t *bytes, uint32_t sid, uint32_t program, const uint64_t *values, uint32_t count) {
  size_t length = head(bytes, MESSAGE_MEASURE, BYTES_MEASURE_HEAD, BYTES_FIELD * count, sid);
  put32(bytes + AT_MEASURE_PROGRAM_UID, program);
  put32(bytes + AT_MEASURE_COUNT, count);
  uint8_t *field = bytes + BYTES_MEASURE_HEAD;
  for (uint32_t i = 0; i < count; i += 1, field += BYTES_FIELD) put64(field + AT_FIELD_VALUE, values[i]);
  return length;
}

size_t ccp_set_program(uint8_t *bytes, uint32_t sid, uint32_t program) {
  size_t length = head(bytes, MESSAGE_CHANGE_PROG, BYTES_CHANGE_PROG_HEAD, 0, sid);
  put32(bytes + AT_CHANGE_PROG_PROGRAM_UID, program);
  return length;
}

size_t ccp_set_cwnd(uint8_t *bytes, uint32_t sid, uint64_t cwnd_bytes) {
  size_t length = head(bytes, MESSAGE_UPDATE_FIELD, BYTES_UPDATE_FIELD_HEAD, BYTES_UPDATE, sid);
  put32(bytes + AT_UPDATE_FIELD_COUNT, 1);
  uint8_t *update = bytes + BYTES_UPDATE_FIELD_HEAD;
  update[AT_UPDATE_REGISTER_TYPE] = REG_IMPLICIT;
  put32(update + AT_UPDATE_INDEX, IMPLICIT_CWND);
  put64(update + AT_UPDATE_VALUE, cwnd_bytes);
  return length;
}

int ccp_read(const uint8_t *bytes, size_t length, struct ccp_message *message) {
  if (length < BYTES_HEADER) return 0;
  size_t whole = get16(bytes + AT_HEADER_LENGTH);
  if (whole > length || whole < BYTES_HEADER) return 0;
  *message = (struct ccp_message){.type = get16(bytes + AT_HEADER_TYPE), .sid = get32(bytes + AT_HEADER_SID)};
  switch (message->type) {
  case MESSAGE_READY:
    return whole == BYTES_READY;
  case MESSAGE_CREATE:
    if (whole < AT_CREATE_CONG_ALG) return 0;
    message->init_cwnd = get32(bytes + AT_CREATE_INIT_CWND);
    message->mss = get32(bytes + AT_CREATE_MSS);
    return 1;
  case MESSAGE_MEASURE:
    if (whole < BYTES_MEASURE_HEAD || (whole - BYTES_MEASURE_HEAD) % BYTES_FIELD) return 0;
    message->program = get32(bytes + AT_MEASURE_PROGRAM_UID);
    message->fields = bytes + BYTES_MEASURE_HEAD;
    message->fields_count = (uint32_t)((whole - BYTES_MEASURE_HEAD) / BYTES_FIELD);
    return 1;
  case MESSAGE_INSTALL:
    if (whole < BYTES_INSTALL_HEAD) return 0;
    message->program = get32(bytes + AT_INSTALL_PROGRAM_UID);
    return 1;
  case MESSAGE_CHANGE_PROG:
    if (whole < BYTES_CHANGE_PROG_HEAD) return 0;
    message->program = get32(bytes + AT_CHANGE_PROG_PROGRAM_UID);
    return 1;
  case MESSAGE_UPDATE_FIELD:
    return whole >= BYTES_UPDATE_FIELD_HEAD;
  default:
    return 0;
  }
}

uint64_t ccp_field(const struct ccp_message *measure, uint32_t index) {
  const uint8_t *field = measure->fields + BYTES_FIELD * index + AT_FIELD_VALUE;
  return get32(field) | (uint64_t)get32(field + 4) << 32;
}
