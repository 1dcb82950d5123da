// The messages of `echo` and `drive` against bytes the originals put on the wire (test/wire has the same).
#include "ccp_messages.h"

#include <string.h>

#include "check.h"

#define SAME(length, bytes, ...)                                                                                       \
  do {                                                                                                                 \
    static const uint8_t expected[] = {__VA_ARGS__};                                                                   \
    CHECK((length) == sizeof expected && memcmp(bytes, expected, sizeof expected) == 0);                               \
  } while (0)

static void check_written(void) {
  uint8_t bytes[CCP_MAX_BYTES];
  memset(bytes, 0xa5, sizeof bytes);
  SAME(ccp_ready(bytes, 7), bytes, 5, 0, 12, 0, 0, 0, 0, 0, 7, 0, 0, 0);
  const uint64_t values[] = {5, 9};
  SAME(ccp_measure(bytes, 1, 1, values, 2), bytes, 1, 0, 32, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0,
       9, 0, 0, 0, 0, 0, 0, 0);
  SAME(ccp_set_cwnd(bytes, 1, 42), bytes, 3, 0, 25, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 4, 0, 0, 0, 42, 0, 0, 0, 0, 0, 0, 0);
  SAME(ccp_set_program(bytes, 1, 7), bytes, 4, 0, 16, 0, 1, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0);
  memset(bytes, 0xa5, sizeof bytes);
  const struct ccp_create create = {.sid = 3, .init_cwnd = 15000, .mss = 1500, .src_ip = 0x0100007f, .src_port = 3, .dst_ip = 0x0200007f, .dst_port = 5001};
  CHECK(ccp_create(bytes, &create) == BYTES_CREATE);
  static const uint8_t head[] = {0, 0, 96, 0, 3, 0, 0, 0, 0x98, 0x3a, 0, 0, 0xdc, 5, 0, 0, 127, 0, 0, 1, 3, 0, 0, 0};
  CHECK(memcmp(bytes, head, sizeof head) == 0);
  for (size_t at = AT_CREATE_CONG_ALG; at < BYTES_CREATE; at += 1) CHECK(bytes[at] == 0);
}

static void check_read(void) {
  uint8_t bytes[CCP_MAX_BYTES];
  const uint64_t values[] = {1ull << 40, 3};
  size_t length = ccp_measure(bytes, 0xff000001u, 2, values, 2);
  struct ccp_message message;
  CHECK(ccp_read(bytes, length, &message) && message.type == MESSAGE_MEASURE && message.sid == 0xff000001u);
  CHECK(message.program == 2 && message.fields_count == 2);
  CHECK(ccp_field(&message, 0) == 1ull << 40 && ccp_field(&message, 1) == 3);
  for (size_t cut = 0; cut < length; cut += 1) CHECK(!ccp_read(bytes, cut, &message));
  const struct ccp_create create = {.sid = 1, .init_cwnd = 15000, .mss = 1448};
  length = ccp_create(bytes, &create);
  CHECK(ccp_read(bytes, length, &message) && message.init_cwnd == 15000 && message.mss == 1448);
}

int main(void) {
  check_written();
  check_read();
  return 0;
}
