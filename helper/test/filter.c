#include <string.h>

#include "check.h"
#include "packet_socket.h"

static struct sock_filter program[FILTER_MAX_INSTRUCTIONS];
static const char *what;

static void reads_what_tcpdump_prints(void) {
  // tcpdump -ddd -y EN10MB arp
  const char *text = "4\n40 0 0 12\n21 0 1 2054\n6 0 0 262144\n6 0 0 0\n";
  CHECK(read_filter(text, 200, program, &what) == 4);
  CHECK(program[0].code == 40 && program[0].k == 12);
  CHECK(program[1].jt == 0 && program[1].jf == 1 && program[1].k == 2054);
  CHECK(program[2].k == 200 && program[3].k == 0); // cut to the snap length; a refusal stays one
  CHECK(read_filter("2,40 0 0 12,6 0 0 4294967295", 65535, program, &what) == 2 && program[1].k == 65535);
}

static void refuses_everything_else(void) {
  static const char *const bad[] = {"",          "x",           "0\n",           "1\n",       "1\n6 0 0",
                                    "1\n6 0 0 x", "1\n65536 0 0 0", "1\n6 256 0 0", "1\n6 0 -1 0", "1\n6 0 0 4294967296",
                                    "4097\n",    "1\n6 0 0 1\n6 0 0 1", "2\n6 0 0 1"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i += 1) {
    what = NULL;
    CHECK(read_filter(bad[i], 200, program, &what) == 0 && what);
  }
}

static void random_text_is_read_or_refused(void) {
  unsigned long state = seed_of("filter");
  static const char letters[] = "0123456789 \n,-x";
  for (int round = 0; round < 100000; round += 1) {
    char text[64];
    size_t length = next_random(&state) % sizeof text;
    for (size_t i = 0; i < length; i += 1) text[i] = letters[next_random(&state) % (sizeof letters - 1)];
    text[length < sizeof text ? length : sizeof text - 1] = 0;
    CHECK(read_filter(text, 100, program, &what) <= FILTER_MAX_INSTRUCTIONS);
  }
}

int main(void) {
  reads_what_tcpdump_prints();
  refuses_everything_else();
  random_text_is_read_or_refused();
  return 0;
}
