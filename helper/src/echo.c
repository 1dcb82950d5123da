// echo: the least an agent can be. Answers each report with a window (AIMD on fields 0 and 1:
// bytes acked, packets lost), from blocking reads. The floor that agents are measured against.
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "arguments.h"
#include "ccp_messages.h"
#include "child.h"
#include "opening.h"
#include "say.h"
#include "verbs.h"

static struct kind_options options = KIND_DEFAULTS;
static bool with_parent;
static const struct option_row rows[] = {
    {"bind", "PATH", OPTION_TEXT, &options.bind, 0, 0, "where to bind, a path or @name (" PATH_UNIX ")"},
    {"with-parent", NULL, OPTION_FLAG, &with_parent, 0, 0, "end when the parent dies"},
};
static const struct usage usage = {
    .verb = "echo",
    .synopsis = "echo [OPTIONS]",
    .about = "An AIMD agent in C over unix datagrams, as the floor of measurements. It ends on SIGINT and SIGTERM.",
    .rows = rows,
    .rows_count = sizeof rows / sizeof *rows,
};

struct flow {
  uint64_t cwnd;
  uint32_t mss;
};
static struct flow flows[65536]; // by sid
static volatile sig_atomic_t ending;

static void on_signal(int signal) {
  (void)signal;
  ending = 1;
}

static size_t answer(const struct ccp_message *message, uint8_t *reply) {
  struct flow *flow = &flows[message->sid & 0xffff];
  if (message->type == MESSAGE_CREATE) {
    *flow = (struct flow){message->init_cwnd, message->mss};
    return ccp_set_program(reply, message->sid, 1);
  }
  if (message->type != MESSAGE_MEASURE || message->fields_count < 2 || flow->cwnd == 0) return 0;
  uint64_t acked = ccp_field(message, 0), lost = ccp_field(message, 1);
  if (lost) flow->cwnd = flow->cwnd / 2 > flow->mss ? flow->cwnd / 2 : flow->mss;
  else flow->cwnd += flow->mss * acked / flow->cwnd;
  return ccp_set_cwnd(reply, message->sid, flow->cwnd);
}

int verb_echo(int argc, char **argv) {
  int status = EXIT_DONE;
  int first = read_arguments(&usage, argc, argv, &status);
  if (first < 0) return status;
  if (first < argc) return usage_error(&usage, "%.80s is one argument too many", argv[first]);
  pid_t parent = getppid();
  if (with_parent && !die_with_parent(SIGTERM, parent)) return EXIT_FAILED;
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  struct socket_file file;
  const char *what = "";
  int fd = open_kind(KIND_UNIX, &options, DEFAULT_RECEIVE_TIMEOUT_MS, NULL, &file, &what);
  if (fd < 0) return say_errno("echo", -fd, "%s: %s", options.bind, what);
  printf("ready bind=%s\n", options.bind);
  fflush(stdout);
  while (!ending) {
    uint8_t bytes[LIMIT_MESSAGE_BYTES], reply[CCP_MAX_BYTES];
    struct sockaddr_un from;
    socklen_t from_length = sizeof from;
    ssize_t got = recvfrom(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &from_length);
    struct ccp_message message;
    if (got < 0 || !ccp_read(bytes, (size_t)got, &message)) continue;
    size_t length = answer(&message, reply);
    if (length) sendto(fd, reply, length, 0, (struct sockaddr *)&from, from_length);
  }
  close(fd);
  remove_file(&file);
  return EXIT_DONE;
}
