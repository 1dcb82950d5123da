// bpf: the datapath in this kernel. Loads the programs of helper/bpf, has the kernel call them for the flows that are asked
// for, and speaks CCP for those flows to an agent: over unix datagrams, or over one end of a pair that it was given.
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "arguments.h"
#include "bpf_datapath.h"
#include "bpf_scope.h"
#include "bpf_undo.h"
#include "child.h"
#include "clock.h"
#include "endpoint_bpf.h"
#include "opening.h"
#include "say.h"
#include "verbs.h"

static struct kind_options options = KIND_DEFAULTS;
static const char *agent = PATH_UNIX, *user;
static int64_t given = -1;
static bool only_check;
static const struct option_row rows[] = {
    KIND_ROWS_BPF(options),
    {"agent", "PATH", OPTION_TEXT, &agent, 0, 0, "where the agent listens, a path or @name (" PATH_UNIX ")"},
    {"bind", "PATH", OPTION_TEXT, &options.bind, 0, 0, "where this end listens (/tmp/ccp/NAME)"},
    {"mode", "OCTAL", OPTION_MODE, &options.mode, 0, 0, "mode of that socket file (what the umask leaves)"},
    {"user", "NAME|UID", OPTION_TEXT, &user, 0, 0, "whose that socket is, so that the agent may answer (who called sudo)"},
    {"check", NULL, OPTION_FLAG, &only_check, 0, 0, "only see whether this kernel and this user's rights serve; changes nothing"},
    {"fd", "N", OPTION_NUMBER, &given, 3, 65535, "speak over this end of a pair instead, and end with the other"},
};
static const struct usage usage = {
    .verb = "bpf",
    .synopsis = "bpf [--route PREFIXES] [--cgroup PATH] [--default] [OPTIONS]",
    .about = "Runs the programs of a CCP agent on flows of this kernel, as a TCP congestion control of its own.\n"
             "Flows come under it by their route, their control group, the default of a namespace, or by asking\n"
             "(TCP_CONGESTION). Takes CAP_BPF, CAP_PERFMON and, for routes, CAP_NET_ADMIN.",
    .rows = rows,
    .rows_count = sizeof rows / sizeof *rows,
};

static struct bpf_datapath datapath;
static char says[512];

static int check(void);
static int hold_name(void);
static int fail(int error);
static int open_endpoint(struct socket_file *file);
static int serve(struct undo *undo, int signals);

int verb_bpf(int argc, char **argv) {
  int status = EXIT_DONE;
  options.bind = NULL;
  int first = read_arguments(&usage, argc, argv, &status);
  if (first < 0) return status;
  if (first < argc) return usage_error(&usage, "%.80s is no option", argv[first]);

  if (only_check) return check();
  struct socket_file file = {0};
  struct undo undo = {.guard = -1, .held = -1};
  bool changes = options.route || options.default_, loaded = false;
  snprintf(says, sizeof says, "signalfd");
  int signals = open_signals(), error = signals < 0 ? signals : 0;
  if (!error) error = open_endpoint(&file);
  if (!error) error = hold_name();
  if (!error) error = scope_enter(&options, says, sizeof says);
  if (!error) error = scope_check(&options, says, sizeof says);
  // Before anything is loaded, so that the guard keeps nothing of it alive.
  if (!error && changes) {
    snprintf(says, sizeof says, "no process to put things back");
    error = undo_start(&undo);
  }
  if (!error) error = kernel_open(&datapath.kernel, options.name, options.fallback, (uint32_t)options.flows, false, says, sizeof says);
  if (!error) {
    loaded = true;
    scope_ports(&options, datapath.kernel.config);
    snprintf(says, sizeof says, "the ring of records");
    datapath.id = (uint32_t)getpid();
    error = datapath_start(&datapath, options.fallback_us);
  }
  if (!error) error = scope_apply(&options, &datapath.kernel, &undo, says, sizeof says);
  if (!error) {
    if (given < 0) {
      printf("ready name=%s flows=%lld agent=%s\n", options.name, (long long)options.flows, agent);
      fflush(stdout);
    }
    error = serve(&undo, signals);
  } else if (given >= 0) {
    bpf_say_why((int)given, -error, says);
  }
  // Nobody comes under it any more; then those who are let go.
  undo_all(&undo);
  if (loaded) {
    kernel_close(&datapath.kernel);
    datapath_stop(&datapath);
  }
  remove_file(&file);
  if (!error) return EXIT_DONE;
  return given >= 0 ? EXIT_FAILED : fail(error);
}

static int fail(int error) {
  bool unsupported = error == -EPERM || error == -EACCES || error == -ENOSYS;
  return say(unsupported ? EXIT_UNSUPPORTED : EXIT_FAILED, "bpf", "%s", says);
}

static int check(void) {
  int error = scope_check(&options, says, sizeof says);
  if (!error) error = kernel_open(&datapath.kernel, options.name, options.fallback, 1, true, says, sizeof says);
  if (error) return fail(error);
  kernel_close(&datapath.kernel);
  puts("ready");
  return EXIT_DONE;
}

// Two under one name would take flows from each other, where the kernel does not keep them apart.
static int hold_name(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int length = snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "mooring-bpf/%.40s", options.name);
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 && bind(fd, (struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length)) == 0) return 0;
  int error = -errno;
  snprintf(says, sizeof says, "another helper runs as %.40s: end it, or take another --name", options.name);
  return error;
}

static int open_endpoint(struct socket_file *file) {
  if (given >= 0) {
    snprintf(says, sizeof says, "--fd %lld", (long long)given);
    return endpoint_attach(&datapath.endpoint, KIND_BPF, (int)given, -1, false);
  }
  const char *what = "";
  static char path[64];
  snprintf(path, sizeof path, "/tmp/ccp/%s", options.name);
  if (!options.bind) options.bind = path;
  struct identity identity;
  int error = choose_identity(user, &identity, &what);
  int fd = error ? error : open_kind(KIND_UNIX, &options, 0, &identity, file, &what);
  if (fd < 0) {
    snprintf(says, sizeof says, "%s: %s: %s", options.bind, what, strerror(-fd));
    return fd;
  }
  error = endpoint_attach(&datapath.endpoint, KIND_UNIX, fd, -1, false);
  int64_t peer = error ? error : endpoint_peer(&datapath.endpoint, agent);
  if (peer < 0) {
    snprintf(says, sizeof says, "--agent %.100s is no path and no @name", agent);
    return (int)peer;
  }
  datapath.agent = (uint32_t)peer;
  return 0;
}

// An agent's answers go before more records. -EPIPE where its end of a pair was closed.
static int take_records(void) {
  struct pace *pace = &datapath.pace;
  int taken = 0;
  for (int batch = datapath_take_records(&datapath); batch; batch = datapath_take_records(&datapath)) {
    taken += batch;
    if (datapath_take_messages(&datapath) == -EPIPE) return -EPIPE;
  }
  if (!pace_taken(pace, taken, clock_ns())) return 0;
  __atomic_store_n(&datapath.kernel.config->looks, pace_looks(pace), __ATOMIC_SEQ_CST);
  // What was written before that is told by nobody.
  if (!pace_looks(pace)) datapath_take_records(&datapath);
  return 0;
}

// To a signal that ends it, or the end of the other end of the pair: 0. Else -errno.
static int serve(struct undo *undo, int signals) {
  struct pollfd watched[] = {
      {.fd = datapath.endpoint.fd, .events = POLLIN},
      {.fd = signals, .events = POLLIN},
      {.fd = datapath.kernel.maps[MAP_RING], .events = POLLIN},
  };
  const nfds_t all = sizeof watched / sizeof *watched;
  struct pace *pace = &datapath.pace;
  pace->least_ns = (uint64_t)options.coalesce_us * 1000;
  uint64_t tick_ns = clock_ns();
  for (;;) {
    uint64_t now_ns = clock_ns();
    if (now_ns >= tick_ns) {
      datapath_tick(&datapath);
      now_ns = clock_ns();
      tick_ns = now_ns + DATAPATH_TICK_MS * 1000000u;
    }
    if (datapath.waiting) datapath_announce(&datapath);
    uint64_t left_ns = datapath.waiting ? 1000000u : tick_ns - now_ns, wait_ns = pace_wait_ns(pace, left_ns, now_ns);
    struct timespec wait = {.tv_sec = (time_t)(wait_ns / 1000000000u), .tv_nsec = (long)(wait_ns % 1000000000u)};
    // The ring is ready whenever it is not empty.
    if (ppoll(watched, pace_looks(pace) ? all - 1 : all, &wait, NULL) < 0 && errno != EINTR) return -errno;
    if (datapath_take_messages(&datapath) == -EPIPE) return 0;
    if (pace_is_due(pace, clock_ns()) && take_records() == -EPIPE) return 0;
    for (struct signal_told told = next_signal(signals); told.number; told = next_signal(signals)) {
      if (told.number == SIGCHLD) {
        int ended;
        if (undo->held >= 0 && waitpid(undo->guard, &ended, WNOHANG) == undo->guard) undo_restart(undo);
      } else if (told.number != SIGUSR1) {
        return 0;
      }
    }
  }
}
