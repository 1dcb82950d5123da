// A child process and the signals around it: launch, forward, reap, leave no orphan.
#ifndef MOORING_CHILD_H
#define MOORING_CHILD_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "privilege.h"

// Blocks SIGINT, SIGTERM, SIGHUP, SIGUSR1 and SIGCHLD and returns a signalfd that has them, or -errno.
int open_signals(void);
struct signal_told {
  int number;         // 0: none waits
  bool from_terminal; // then the whole foreground group has it already
};
struct signal_told next_signal(int signals);

// Has the kernel kill this process with `signal` when its parent dies; false if it died already.
bool die_with_parent(int signal, pid_t parent);

// Forks and executes argv[0] (looked up in PATH) as `identity`, with `fd` at number `fd_target`
// and every signal as at start. Returns the pid, or -errno with *what telling the step; an
// execution that fails is told here, not by the child.
pid_t launch(char **argv, const struct identity *identity, int fd, int fd_target, const char **what);

// The exit code that says how the child ended: its own, or 128 + signal.
int exit_code_of(int wait_status);

#endif
