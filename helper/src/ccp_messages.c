#include "ccp_messages.h"

#include <string.h>

static void put16(uint8_t *at, uint16_t value) { memcpy(at, &value, 2); }
static void put32(uint8_t *at, uint32_t value) { memcpy(at, &value, 4); }
static void put64(uint8_t *at, uint64_t value) { memcpy(at, &value, 8); }
static uint16_t get16(const uint8_t *at) { return (uint16_t)(at[0] | at[1] << 8); }
static uint32_t get32(const uint8_t *at) { return get16(at) | (uint32_t)get16(at + 2) << 16; }

// The wire is little-endian and so is every machine this is built for.
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the wire's byte order");

static size_t head(uint8_t *bytes, uint16_t type, size_t length, uint32_t sid) {
  put16(bytes, type);
  put16(bytes + 2, (uint16_t)length);
  put32(bytes + 4, sid);
  return length;
}

size_t ccp_ready(uint8_t *bytes, uint32_t id) {
  put32(bytes + 8, id);
  return head(bytes, CCP_READY, 12, 0);
}

size_t ccp_create(uint8_t *bytes, uint32_t sid, uint32_t init_cwnd, uint32_t mss) {
  memset(bytes, 0, CCP_CREATE_BYTES);
  put32(bytes + 8, init_cwnd);
  put32(bytes + 12, mss);
  put32(bytes + 16, 0x0100007f);
  put32(bytes + 20, sid);
  put32(bytes + 24, 0x0100007f);
  put32(bytes + 28, 5001);
  return head(bytes, CCP_CREATE, CCP_CREATE_BYTES, sid);
}

size_t ccp_measure(uint8_t *bytes, uint32_t sid, uint32_t program, const uint64_t *values, uint32_t count) {
  put32(bytes + 8, program);
  put32(bytes + 12, count);
  for (uint32_t i = 0; i < count; i += 1) put64(bytes + 16 + 8 * i, values[i]);
  return head(bytes, CCP_MEASURE, 16 + 8 * count, sid);
}

size_t ccp_set_program(uint8_t *bytes, uint32_t sid, uint32_t program) {
  put32(bytes + 8, program);
  put32(bytes + 12, 0);
  return head(bytes, CCP_CHANGE_PROG, 16, sid);
}

size_t ccp_set_cwnd(uint8_t *bytes, uint32_t sid, uint64_t cwnd_bytes) {
  put32(bytes + 8, 1);
  bytes[12] = 2; // implicit register
  put32(bytes + 13, 4); // Cwnd
  put64(bytes + 17, cwnd_bytes);
  return head(bytes, CCP_UPDATE_FIELD, 25, sid);
}

int ccp_read(const uint8_t *bytes, size_t length, struct ccp_message *message) {
  if (length < 8 || get16(bytes + 2) > length || get16(bytes + 2) < 8) return 0;
  size_t whole = get16(bytes + 2);
  *message = (struct ccp_message){.type = get16(bytes), .sid = get32(bytes + 4)};
  switch (message->type) {
  case CCP_READY:
    return whole == 12;
  case CCP_CREATE:
    if (whole < 32) return 0;
    message->init_cwnd = get32(bytes + 8);
    message->mss = get32(bytes + 12);
    return 1;
  case CCP_MEASURE:
    if (whole < 16 || (whole - 16) % 8) return 0;
    message->program = get32(bytes + 8);
    message->fields = bytes + 16;
    message->fields_count = (uint32_t)(whole - 16) / 8;
    return 1;
  case CCP_INSTALL:
  case CCP_CHANGE_PROG:
    if (whole < 16) return 0;
    message->program = get32(bytes + 8);
    return 1;
  case CCP_UPDATE_FIELD:
    return whole >= 12;
  default:
    return 0;
  }
}

uint64_t ccp_u64(const uint8_t *bytes) { return get32(bytes) | (uint64_t)get32(bytes + 4) << 32; }
