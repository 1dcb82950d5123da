// The least agent that installs a program: the INSTALL in the file it is given, for every flow, with a window of seven
// packets. Prints what it hears.
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../../helper/src/ccp_messages.h"

int main(int argc, char **argv) {
  static uint8_t install[LIMIT_MESSAGE_BYTES], message[LIMIT_MESSAGE_BYTES], answer[CCP_MAX_BYTES];
  FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
  size_t install_bytes = file ? fread(install, 1, sizeof install, file) : 0;
  struct sockaddr_un own = {.sun_family = AF_UNIX, .sun_path = "/tmp/agent"}, from;
  int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  if (!install_bytes || bind(fd, (struct sockaddr *)&own, sizeof own) < 0) return 1;
  setvbuf(stdout, NULL, _IOLBF, 0);
  unsigned long reports = 0;
  for (;;) {
    socklen_t length = sizeof from;
    ssize_t got = recvfrom(fd, message, sizeof message, 0, (struct sockaddr *)&from, &length);
    struct ccp_message heard;
    if (got <= 0 || !ccp_read(message, (size_t)got, &heard)) continue;
    if (heard.type == MESSAGE_READY) {
      sendto(fd, install, install_bytes, 0, (struct sockaddr *)&from, length);
      puts("agent: a datapath");
    } else if (heard.type == MESSAGE_CREATE) {
      printf("agent: flow %u, window %u, mss %u\n", heard.sid, heard.init_cwnd, heard.mss);
      sendto(fd, answer, ccp_set_program(answer, heard.sid, 1), 0, (struct sockaddr *)&from, length);
      sendto(fd, answer, ccp_set_cwnd(answer, heard.sid, 7ull * heard.mss), 0, (struct sockaddr *)&from, length);
    } else if (heard.type == MESSAGE_MEASURE && heard.program == 0) {
      printf("agent: flow %u ended after %lu reports\n", heard.sid, reports);
    } else if (heard.type == MESSAGE_MEASURE) {
      reports += 1;
      if (reports == 1) printf("agent: a report, window %llu\n", (unsigned long long)ccp_field(&heard, 1));
    }
  }
}
