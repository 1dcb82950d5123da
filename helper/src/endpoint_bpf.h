// How the verb `bpf` tells whoever started it why it does not go on: in place of its first message.
#ifndef MOORING_ENDPOINT_BPF_H
#define MOORING_ENDPOINT_BPF_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#define BPF_FAILURE 0xffff // no type of a message

struct bpf_failure {
  uint16_t type, zero;
  int32_t error; // errno
  char text[504];
};

static inline void bpf_say_why(int fd, int error, const char *text) {
  struct bpf_failure failure = {.type = BPF_FAILURE, .error = error};
  memccpy(failure.text, text, 0, sizeof failure.text - 1);
  send(fd, &failure, sizeof failure, MSG_NOSIGNAL);
}

// Across exec.
static inline bool bpf_keep_open(int fd) { return fcntl(fd, F_SETFD, 0) == 0; }

#endif
