// The datapath in this kernel (verb `bpf`), as a process of its own at the other end of a pair of sockets: it keeps the
// privilege, and goes when this end is closed. One peer; the verb's own end is the same.
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "endpoint.h"
#include "endpoint_bpf.h"
#include "options.h"

// It loads its programs into the kernel before it says a word.
#define START_MS 20000
#define WORD_BYTES 512
#define MOST_WORDS 24

static void run(const struct kind_options *options, int fd);
static int wait_for_ready(int fd, const char **what);

// In a process with threads: nothing but calls that are safe there between fork and exec.
static int open_bpf(const struct kind_options *options, const struct identity *owner, const char **what) {
  (void)owner;
  int pair[2];
  *what = "socketpair";
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) return -errno;
  *what = "fork";
  pid_t child = fork();
  if (child == 0) {
    // Its own child does the work, so that nobody has to wait for it.
    if (fork() == 0) run(options, pair[1]);
    _exit(0);
  }
  close(pair[1]);
  int error = child < 0 ? -errno : 0;
  if (!error) {
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) continue;
    error = wait_for_ready(pair[0], what);
  }
  if (!error) return pair[0];
  close(pair[0]);
  return error;
}

static void run(const struct kind_options *options, int fd) {
  struct kind_options own = *options;
  const struct option_row rows[] = {KIND_ROWS_BPF(own)};
  static char words[MOST_WORDS][WORD_BYTES];
  char *argv[MOST_WORDS + 1] = {words[0], words[1], words[2]};
  int count = 3;
  snprintf(words[0], WORD_BYTES, "mooring-helper");
  snprintf(words[1], WORD_BYTES, "bpf");
  snprintf(words[2], WORD_BYTES, "--fd=%d", fd);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i += 1) {
    const struct option_row *row = &rows[i];
    int length = 0;
    if (row->type == OPTION_FLAG && !*(bool *)row->target) continue;
    if (row->type == OPTION_TEXT && !*(const char **)row->target) continue;
    if (row->type == OPTION_FLAG) length = snprintf(words[count], WORD_BYTES, "--%s", row->name);
    else if (row->type == OPTION_TEXT) length = snprintf(words[count], WORD_BYTES, "--%s=%s", row->name, *(const char **)row->target);
    else length = snprintf(words[count], WORD_BYTES, "--%s=%lld", row->name, (long long)*(int64_t *)row->target);
    if (length >= WORD_BYTES) _exit(EXIT_USAGE);
    argv[count] = words[count];
    count += 1;
  }
  // Node closes these when it is replaced by another program.
  for (int standard = 0; standard < 3; standard += 1) {
    if (!bpf_keep_open(standard)) open("/dev/null", O_RDWR);
  }
  // Signals of a terminal are for whoever asked; this one ends with its socket.
  setsid();
  if (!bpf_keep_open(fd)) _exit(EXIT_FAILED);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  execv(options->program, argv);
  bpf_say_why(fd, errno, "the helper does not run");
  _exit(EXIT_FAILED);
}

// The first message is READY, or says why there is no datapath; it is left to be read where it is READY.
static int wait_for_ready(int fd, const char **what) {
  static struct bpf_failure failure;
  struct pollfd watched = {.fd = fd, .events = POLLIN};
  int ready = poll(&watched, 1, START_MS);
  *what = "the datapath in the kernel did not start in time";
  if (ready == 0) return -ETIMEDOUT;
  ssize_t got = recv(fd, &failure, sizeof failure - 1, MSG_PEEK | MSG_DONTWAIT);
  *what = "the datapath in the kernel ended before it had begun";
  if (got <= 0) return -ECONNABORTED;
  if ((size_t)got < offsetof(struct bpf_failure, text) || failure.type != BPF_FAILURE) return 0;
  ((char *)&failure)[got] = 0;
  *what = failure.text;
  return failure.error ? -failure.error : -EIO;
}

static int attach(struct endpoint *endpoint) {
  union peer_address kernel = {.any = {.sa_family = AF_UNSPEC}};
  int64_t number = peers_find(&endpoint->peers, &kernel, sizeof kernel.any);
  return number < 0 ? (int)number : 0;
}

static ssize_t receive(struct endpoint *endpoint, void *buffer, size_t size, int flags, uint32_t *peer) {
  ssize_t got = recv(endpoint->fd, buffer, size, flags | MSG_TRUNC);
  if (got < 0) return errno == ECONNRESET ? -EPIPE : -errno;
  *peer = 0;
  if (got == 0) return -EPIPE;
  return (size_t)got > size ? -EMSGSIZE : got;
}

static int send_to(struct endpoint *endpoint, const struct peer *peer, const void *message, size_t length) {
  (void)peer;
  return send(endpoint->fd, message, length, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static int parse_address(const char *text, union peer_address *address) {
  address->any.sa_family = AF_UNSPEC;
  return strcmp(text, "kernel") == 0 ? (int)sizeof address->any : -EINVAL;
}

static int format_address(const struct peer *peer, char *text, size_t size) {
  (void)peer;
  return snprintf(text, size, "kernel");
}

const struct endpoint_ops endpoint_bpf = {
    .name = "bpf",
    .limit = LIMIT_MESSAGE_BYTES,
    .bundles = true,
    .waits = true,
    .open = open_bpf,
    .attach = attach,
    .receive = receive,
    .send = send_to,
    .parse_address = parse_address,
    .format_address = format_address,
};
