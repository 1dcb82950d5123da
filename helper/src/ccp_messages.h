// The CCP messages that `echo`, `drive` and `bpf` speak (spec/wire.md).
#ifndef MOORING_CCP_MESSAGES_H
#define MOORING_CCP_MESSAGES_H

#include <stddef.h>
#include <stdint.h>

#include "../include/generated/wire.h"

#define CCP_MAX_FIELDS 16
#define CCP_MAX_BYTES (BYTES_MEASURE_HEAD + BYTES_FIELD * CCP_MAX_FIELDS)

struct ccp_message {
  uint16_t type;
  uint32_t sid, program;
  const uint8_t *fields; // of a MEASURE, see ccp_field
  uint32_t fields_count;
  uint32_t init_cwnd, mss; // of a CREATE
};

struct ccp_create {
  uint32_t sid, init_cwnd, mss;
  uint32_t src_ip, src_port, dst_ip, dst_port; // as they stand in memory
};

// Each writes one message and returns its length.
size_t ccp_ready(uint8_t *bytes, uint32_t id);
size_t ccp_create(uint8_t *bytes, const struct ccp_create *create);
size_t ccp_measure(uint8_t *bytes, uint32_t sid, uint32_t program, const uint64_t *values, uint32_t count);
size_t ccp_set_program(uint8_t *bytes, uint32_t sid, uint32_t program);
size_t ccp_set_cwnd(uint8_t *bytes, uint32_t sid, uint64_t cwnd_bytes);

// False for what is no whole message of these types.
int ccp_read(const uint8_t *bytes, size_t length, struct ccp_message *message);
// Of a MEASURE that `ccp_read` gave, index below fields_count.
uint64_t ccp_field(const struct ccp_message *measure, uint32_t index);

#endif
