#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "say.h"

#define MOST_DESCRIPTORS 65536
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4u
#endif

struct failure {
  int error;
  const char *what; // valid in the parent too: the child is its copy
};

static struct failure become(char **argv, const struct identity *identity, int fd, int fd_target, pid_t parent);

int open_signals(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGHUP);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGCHLD);
  if (sigprocmask(SIG_BLOCK, &set, NULL) < 0) return -errno;
  int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  return fd < 0 ? -errno : fd;
}

struct signal_told next_signal(int signals) {
  struct signalfd_siginfo info;
  if (read(signals, &info, sizeof info) != sizeof info) return (struct signal_told){0};
  return (struct signal_told){(int)info.ssi_signo, info.ssi_code == SI_KERNEL};
}

bool die_with_parent(int signal, pid_t parent) {
  // The parent may have died before the request: then nobody is left to die with.
  return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0) == 0 && getppid() == parent;
}

pid_t launch(char **argv, const struct identity *identity, int fd, int fd_target, const char **what) {
  int report[2];
  *what = "pipe";
  if (pipe2(report, O_CLOEXEC) < 0) return -errno;
  pid_t parent = getpid();
  pid_t child = fork();
  *what = "fork";
  if (child < 0) {
    int error = errno;
    close(report[0]);
    close(report[1]);
    return -error;
  }
  if (child == 0) {
    // The report must not sit where the socket goes.
    int out = fcntl(report[1], F_DUPFD_CLOEXEC, fd_target + 1);
    struct failure failure = become(argv, identity, fd, fd_target, parent);
    ssize_t told = write(out, &failure, sizeof failure);
    _exit(told == sizeof failure ? EXIT_FAILED : EXIT_UNSUPPORTED);
  }
  close(report[1]);
  struct failure failure;
  ssize_t got = read(report[0], &failure, sizeof failure);
  close(report[0]);
  if (got != sizeof failure) return child; // closed by a successful exec
  waitpid(child, NULL, 0);
  *what = failure.what;
  return -failure.error;
}

int exit_code_of(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

// What the caller had open is not the program's, which goes on with another user's rights; but for the channel a Node
// process that started us says it has for the program.
static void keep_only(int fd) {
  const char *named = getenv("NODE_CHANNEL_FD");
  int channel = named ? atoi(named) : -1;
  int flags = channel > 2 ? fcntl(channel, F_GETFD) : -1;
  // Kernels before 5.11 do not know the flag.
  if (syscall(SYS_close_range, 3, ~0u, CLOSE_RANGE_CLOEXEC) < 0) {
    long most = sysconf(_SC_OPEN_MAX);
    if (most < 0 || most > MOST_DESCRIPTORS) most = MOST_DESCRIPTORS;
    for (int other = 3; other < most; other++) fcntl(other, F_SETFD, FD_CLOEXEC);
  }
  fcntl(fd, F_SETFD, 0);
  if (flags >= 0) fcntl(channel, F_SETFD, flags);
}

// Runs in the child and returns only when it failed.
static struct failure become(char **argv, const struct identity *identity, int fd, int fd_target, pid_t parent) {
  struct failure failure = {0};
  // Only where nothing else was open does the socket already sit at its place.
  if (fd == fd_target) {
    if (fcntl(fd, F_SETFD, 0) < 0) return (struct failure){errno, "hand the descriptor over"};
  } else if (dup2(fd, fd_target) < 0) {
    return (struct failure){errno, "hand the descriptor over"};
  }
  keep_only(fd_target);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  signal(SIGPIPE, SIG_DFL);
  int dropped = drop_privilege(identity, &failure.what);
  if (dropped) {
    failure.error = -dropped;
    return failure;
  }
  // After the uid changed: that clears the request.
  if (!die_with_parent(SIGTERM, parent)) return (struct failure){ESRCH, "the helper died"};
  execvp(argv[0], argv);
  return (struct failure){errno, argv[0]};
}
