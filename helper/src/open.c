// open KIND … -- PROGRAM …: opens what needs privilege, runs PROGRAM with the descriptor and
// without the privilege, and stays as its parent: forwards signals, removes the socket file, ends
// with the program's exit code.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "open_options.h"
#include "say.h"
#include "verbs.h"

#define TERM_GRACE_MS 2000

static struct open_options options = OPEN_DEFAULTS;
static int64_t timeout_ms = DEFAULT_RECEIVE_TIMEOUT_MS;
static const struct option_row rows[] = {
    OPEN_ROWS(options, "number of the descriptor in PROGRAM (3)"),
    {"timeout", "MS", OPTION_NUMBER, &timeout_ms, 0, 60000, "SO_RCVTIMEO of plain reads, 0 for none (100)"},
};
static const struct usage usage = {
    .verb = "open",
    .synopsis = "open " KIND_NAMES " [OPTIONS] -- PROGRAM [ARGUMENTS]",
    .about = "Opens a socket to CCP datapaths and runs PROGRAM with it, without the privilege that opening took.",
    .rows = rows,
    .rows_count = sizeof rows / sizeof *rows,
};

static void describe(int kind);
static int supervise(pid_t child, int signals);

int verb_open(int argc, char **argv) {
  int status = EXIT_DONE, kind;
  int first = read_kind(&usage, argc, argv, &kind, &status);
  if (first < 0) return status;
  if (first >= argc || strcmp(argv[first - 1], "--") != 0) return usage_error(&usage, "PROGRAM is missing after --");
  int target = (int)options.fd;
  if (fcntl(target, F_GETFD) >= 0) return usage_error(&usage, "descriptor %d is in use", target);

  const char *what = "";
  struct identity identity;
  struct socket_file file = {0};
  int signals = -1, fd = -1;
  pid_t parent = getppid(), child = -1;
  int error = choose_identity(options.user, &identity, &what);
  if (error < 0) goto done;
  what = "signalfd";
  error = signals = open_signals();
  if (error < 0) goto done;
  what = "the caller died";
  error = die_with_parent(SIGTERM, parent) ? 0 : -ESRCH;
  if (error < 0) goto done;
  error = fd = open_kind(kind, &options.kind, (int)timeout_ms, &identity, &file, &what);
  if (error < 0) goto done;
  describe(kind);
  error = child = launch(argv + first, &identity, fd, target, &what);
done:
  if (error < 0) status = say_errno("open", -error, "%s: %s", kind_text(kind, &options.kind), what);
  else status = supervise(child, signals);
  remove_file(&file);
  return status;
}

// How the program learns what it got; src/node/helper reads these.
static void describe(int kind) {
  const struct endpoint_ops *ops = endpoint_kind(kind);
  char number[16];
  snprintf(number, sizeof number, "%d", (int)options.fd);
  setenv("MOORING_SOCKET_FD", number, 1);
  setenv("MOORING_SOCKET_KIND", ops->name, 1);
  setenv("MOORING_SOCKET_PATH", ops->path ? ops->path(&options.kind) : "", 1);
  setenv("MOORING_SOCKET_USER_PEERS", options.kind.user_peers ? "1" : "0", 1);
}

static int supervise(pid_t child, int signals) {
  int wait_ms = -1; // set by SIGTERM: the time the program has left
  for (;;) {
    struct pollfd watched = {.fd = signals, .events = POLLIN};
    if (poll(&watched, 1, wait_ms) == 0) kill(child, SIGKILL);
    for (struct signal_told told = next_signal(signals); told.number; told = next_signal(signals)) {
      if (told.number == SIGCHLD) {
        int status;
        if (waitpid(child, &status, WNOHANG) == child && (WIFEXITED(status) || WIFSIGNALED(status))) {
          return exit_code_of(status);
        }
      } else if (!told.from_terminal) {
        kill(child, told.number);
      }
      if (told.number == SIGTERM) wait_ms = TERM_GRACE_MS;
    }
  }
}
