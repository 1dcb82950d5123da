// open KIND … -- PROGRAM …: opens what needs privilege, runs PROGRAM with the descriptor and
// without the privilege, and stays as its parent: forwards signals, removes the socket file, ends
// with the program's exit code.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arguments.h"
#include "child.h"
#include "endpoint.h"
#include "privilege.h"
#include "say.h"
#include "verbs.h"

static const char *bind_path = PATH_UNIX;
static const char *device_path = PATH_CHAR;
static const char *user;
static int64_t socket_mode = -1, directory_mode = 0755, group = NETLINK_GROUP, target_fd = DEFAULT_FD;
static int64_t receive_bytes, send_bytes, timeout_ms = DEFAULT_RECEIVE_TIMEOUT_MS;
static bool user_peers;

static const struct option_row rows[] = {
    {"bind", "PATH", OPTION_TEXT, &bind_path, 0, 0, "unix: where to bind, a path or @name (" PATH_UNIX ")"},
    {"mode", "OCTAL", OPTION_MODE, &socket_mode, 0, 0, "unix: mode of the socket file (what the umask leaves)"},
    {"dir-mode", "OCTAL", OPTION_MODE, &directory_mode, 0, 0, "unix: mode of directories to make (755)"},
    {"group", "N", OPTION_NUMBER, &group, 1, 32, "netlink: multicast group (22)"},
    {"user-peers", NULL, OPTION_FLAG, &user_peers, 0, 0, "netlink: accept messages of processes, not only the kernel's"},
    {"path", "PATH", OPTION_TEXT, &device_path, 0, 0, "char: the device (" PATH_CHAR ")"},
    {"user", "NAME|UID", OPTION_TEXT, &user, 0, 0, "run PROGRAM as this user (who called sudo; else unchanged)"},
    {"fd", "N", OPTION_NUMBER, &target_fd, 3, 255, "number of the descriptor in PROGRAM (3)"},
    {"rcvbuf", "BYTES", OPTION_NUMBER, &receive_bytes, 1, 1 << 30, "SO_RCVBUF"},
    {"sndbuf", "BYTES", OPTION_NUMBER, &send_bytes, 1, 1 << 30, "SO_SNDBUF"},
    {"timeout", "MS", OPTION_NUMBER, &timeout_ms, 0, 60000, "SO_RCVTIMEO of plain reads, 0 for none (100)"},
};
static const struct usage usage = {
    .verb = "open",
    .synopsis = "open unix|netlink|char [OPTIONS] -- PROGRAM [ARGUMENTS]",
    .about = "Opens a socket to CCP datapaths and runs PROGRAM with it, without the privilege that opening took.",
    .rows = rows,
    .rows_count = sizeof rows / sizeof *rows,
};

#define TERM_GRACE_MS 2000

// The one thing that outlives a process: the socket file, known by its inode.
struct socket_file {
  const char *path; // NULL: none
  ino_t inode;
  dev_t device;
};

static int open_kind(int kind, const char **what);
static struct socket_file remember_file(int kind);
static void remove_file(const struct socket_file *file);
static int give_file(const struct socket_file *file, const struct identity *identity);
static void describe(int kind);
static int supervise(pid_t child, int signals);

int verb_open(int argc, char **argv) {
  static const char *const kinds[] = {[KIND_UNIX] = "unix", [KIND_NETLINK] = "netlink", [KIND_CHAR] = "char"};
  int status = EXIT_DONE;
  if (argc < 2) return usage_error(&usage, "which kind?");
  int kind = -1;
  for (int i = 0; i <= KIND_CHAR; i += 1) {
    if (strcmp(argv[1], kinds[i]) == 0) kind = i;
  }
  if (kind < 0 && argv[1][0] != '-') return usage_error(&usage, "no kind %.40s", argv[1]);
  int skip = kind >= 0;
  int first = read_arguments(&usage, argc - skip, argv + skip, &status);
  if (first < 0) return status;
  if (kind < 0) return usage_error(&usage, "which kind?");
  first += skip;
  if (first >= argc || strcmp(argv[first - 1], "--") != 0) return usage_error(&usage, "PROGRAM is missing after --");
  if (fcntl((int)target_fd, F_GETFD) >= 0) return usage_error(&usage, "descriptor %d is in use", (int)target_fd);

  const char *what = "";
  struct identity identity;
  struct socket_file file = {0};
  int signals = -1, fd = -1;
  pid_t parent = getppid();
  int error = choose_identity(user, &identity, &what);
  if (!error) {
    what = "signalfd";
    error = signals = open_signals();
  }
  if (error >= 0 && !die_with_parent(SIGTERM, parent)) error = -ESRCH, what = "the caller died";
  if (error >= 0) error = fd = open_kind(kind, &what);
  if (error >= 0) {
    // Out of the way of the number the program wants it at.
    fd = fcntl(error, F_DUPFD_CLOEXEC, (int)target_fd + 1);
    close(error);
    file = remember_file(kind);
    what = "hand the socket file over";
    error = fd < 0 ? -errno : give_file(&file, &identity);
  }
  pid_t child = -1;
  if (error >= 0) {
    describe(kind);
    error = child = launch(argv + first, &identity, fd, (int)target_fd, &what);
  }
  if (error < 0) {
    status = say_errno("open", -error, "%s %s: %s", kinds[kind],
                       kind == KIND_UNIX   ? bind_path
                       : kind == KIND_CHAR ? device_path
                                           : "group",
                       what);
  } else {
    status = supervise(child, signals);
  }
  remove_file(&file);
  return status;
}

static int open_kind(int kind, const char **what) {
  struct unix_options options = {bind_path, socket_mode, directory_mode};
  int fd = kind == KIND_UNIX      ? open_unix(&options, what)
           : kind == KIND_NETLINK ? open_netlink((uint32_t)group, what)
                                  : open_char(device_path, what);
  if (fd < 0 || kind == KIND_CHAR) return fd;
  int error = set_buffers(fd, (int)receive_bytes, (int)send_bytes, (int)timeout_ms, what);
  if (!error) return fd;
  close(fd);
  return error;
}

static struct socket_file remember_file(int kind) {
  struct stat stat;
  if (kind != KIND_UNIX || *bind_path == '@' || lstat(bind_path, &stat) < 0) return (struct socket_file){0};
  return (struct socket_file){bind_path, stat.st_ino, stat.st_dev};
}

static void remove_file(const struct socket_file *file) {
  struct stat stat;
  if (!file->path || lstat(file->path, &stat) < 0) return;
  if (stat.st_ino == file->inode && stat.st_dev == file->device) unlink(file->path);
}

// The program may want to remove or replace its own socket: it becomes the file's owner.
static int give_file(const struct socket_file *file, const struct identity *identity) {
  if (!file->path || !identity->changes || getuid() != 0) return 0;
  return lchown(file->path, identity->uid, identity->gid) < 0 ? -errno : 0;
}

// How the program learns what it got; src/node/helper reads these.
static void describe(int kind) {
  static const char *const names[] = {"unix", "netlink", "char"};
  char number[16];
  snprintf(number, sizeof number, "%d", (int)target_fd);
  setenv("MOORING_SOCKET_FD", number, 1);
  setenv("MOORING_SOCKET_KIND", names[kind], 1);
  setenv("MOORING_SOCKET_PATH", kind == KIND_UNIX ? bind_path : kind == KIND_CHAR ? device_path : "", 1);
  setenv("MOORING_SOCKET_USER_PEERS", user_peers ? "1" : "0", 1);
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
