#include "bpf_scope.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpf_routes.h"

#define AVAILABLE "/proc/sys/net/ipv4/tcp_available_congestion_control"
#define DEFAULT_CONTROL "/proc/sys/net/ipv4/tcp_congestion_control"
#define SSH_PORT 22

static int fail(char *says, size_t says_bytes, int error, const char *format, ...) {
  va_list list;
  va_start(list, format);
  vsnprintf(says, says_bytes, format, list);
  va_end(list);
  return error;
}

static int read_text(const char *path, char *text, size_t room) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -errno;
  ssize_t got = read(fd, text, room - 1);
  int error = got < 0 ? -errno : 0;
  close(fd);
  text[got > 0 ? got : 0] = 0;
  text[strcspn(text, "\n")] = 0;
  return error;
}

static bool is_word_of(const char *list, const char *word) {
  size_t length = strlen(word);
  for (const char *at = strstr(list, word); at; at = strstr(at + 1, word)) {
    if ((at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == 0)) return true;
  }
  return false;
}

// "80,5000-5010" as ranges; -1 where it is none or has too many.
static int read_ports(const char *text, uint16_t ranges[FLOW_PORTS][2]) {
  int count = 0;
  for (const char *at = text; *at; count += 1) {
    char *end;
    if (count == FLOW_PORTS || !isdigit((unsigned char)*at)) return -1;
    long first = strtol(at, &end, 10), last = first;
    if (*end == '-') {
      if (!isdigit((unsigned char)end[1])) return -1;
      last = strtol(end + 1, &end, 10);
    }
    if (first < 1 || last > 65535 || last < first || (*end && *end != ',') || (*end == ',' && !end[1])) return -1;
    ranges[count][0] = (uint16_t)first;
    ranges[count][1] = (uint16_t)last;
    at = *end ? end + 1 : end;
  }
  return count;
}

// Calls `each` with every part between commas.
static int each_part(const char *text, int (*each)(const char *part, void *context), void *context) {
  char part[128];
  int error = 0;
  for (const char *at = text; *at && !error;) {
    size_t length = strcspn(at, ",");
    snprintf(part, sizeof part, "%.*s", (int)length, at);
    error = each(part, context);
    at += length + (at[length] == ',');
  }
  return error;
}

int scope_check(const struct kind_options *options, char *says, size_t says_bytes) {
  char available[512];
  uint16_t ranges[FLOW_PORTS][2];
  const char *name = options->name;
  bool plain = strlen(name) < FLOW_NAME_BYTES;
  // What the kernel takes in a name (bpf_obj_name_cpy).
  for (const char *at = name; *at; at += 1) plain = plain && (isalnum((unsigned char)*at) || *at == '_' || *at == '.');
  if (!plain) return fail(says, says_bytes, -EINVAL, "--name %.40s: a name is at most 15 letters, digits, _ and .", name);
  int error = read_text(AVAILABLE, available, sizeof available);
  if (error) return fail(says, says_bytes, error, "%s: %s", AVAILABLE, strerror(-error));
  if (!is_word_of(available, options->fallback)) {
    return fail(says, says_bytes, -ENOENT, "--fallback %.40s: this kernel has %s (modprobe tcp_%.40s loads one that it can have)", options->fallback, available,
                options->fallback);
  }
  if (options->port && read_ports(options->port, ranges) < 1) {
    return fail(says, says_bytes, -EINVAL, "--port %.80s: give at most %d ports or ranges, such as 80,5000-5010", options->port, FLOW_PORTS);
  }
  return 0;
}

int scope_enter(const struct kind_options *options, char *says, size_t says_bytes) {
  if (!options->netns) return 0;
  char path[256];
  snprintf(path, sizeof path, "%s%s", strchr(options->netns, '/') ? "" : "/run/netns/", options->netns);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail(says, says_bytes, -errno, "--netns %.80s: no network namespace %s (ip netns list names them)", options->netns, path);
  int error = setns(fd, CLONE_NEWNET) < 0 ? -errno : 0;
  close(fd);
  return error ? fail(says, says_bytes, error, "--netns %.80s: it takes root to enter a namespace", options->netns) : 0;
}

void scope_ports(const struct kind_options *options, struct flow_config *config) {
  if (options->port) config->allowed = (uint32_t)read_ports(options->port, config->allow);
  if (options->ssh) return;
  // The session in which this was asked for: its flow is the last to experiment with. Its own port stands last of four.
  const char *session = getenv("SSH_CONNECTION"), *port = session ? strrchr(session, ' ') : NULL;
  uint16_t own = port ? (uint16_t)strtoul(port, NULL, 10) : 0;
  uint16_t ports[] = {SSH_PORT, own};
  for (size_t i = 0; i < sizeof ports / sizeof *ports; i += 1) {
    if (!ports[i]) continue;
    config->deny[config->denied][0] = config->deny[config->denied][1] = ports[i];
    config->denied += 1;
  }
}

struct applying {
  const struct kind_options *options;
  struct undo *undo;
  char *says;
  size_t says_bytes;
};

static int apply_route(const char *prefix, void *context) {
  struct applying *to = context;
  int error = route_set(prefix, to->options->name, to->undo);
  if (!error) return 0;
  if (error == -EINVAL) return fail(to->says, to->says_bytes, error, "--route %s: give default or an address and its bits, such as 10.0.0.0/24", prefix);
  if (error == -ESRCH) {
    return fail(to->says, to->says_bytes, error, "--route %s: no such route in %s%s (ip route lists them, ip -6 route those of IPv6)", prefix,
                to->options->netns ? "namespace " : "this namespace", to->options->netns ? to->options->netns : "");
  }
  if (error == -EPERM) return fail(to->says, to->says_bytes, error, "--route %s: changing a route takes CAP_NET_ADMIN: " RIGHTS_REMEDY, prefix);
  return fail(to->says, to->says_bytes, error, "--route %s: %s", prefix, strerror(-error));
}

static int apply_default(struct applying *to) {
  char before[FLOW_NAME_BYTES + 1];
  const char *name = to->options->name;
  int error = read_text(DEFAULT_CONTROL, before, sizeof before);
  // What a killed helper left is not how it was.
  const char *back = strcmp(before, name) == 0 ? to->options->fallback : before;
  if (!error) error = undo_note(to->undo, UNDO_FILE, DEFAULT_CONTROL, back, strlen(back));
  int fd = error ? -1 : open(DEFAULT_CONTROL, O_WRONLY | O_CLOEXEC);
  if (!error && (fd < 0 || write(fd, name, strlen(name)) < 0)) {
    error = -errno;
    undo_forget(to->undo);
  }
  if (fd >= 0) close(fd);
  if (error == -EPERM || error == -EACCES) {
    return fail(to->says, to->says_bytes, error, "--default: changing what a namespace has by default takes CAP_NET_ADMIN: " RIGHTS_REMEDY);
  }
  return error ? fail(to->says, to->says_bytes, error, "--default: %s: %s", DEFAULT_CONTROL, strerror(-error)) : 0;
}

int scope_apply(const struct kind_options *options, struct bpf_kernel *kernel, struct undo *undo, char *says, size_t says_bytes) {
  struct applying to = {options, undo, says, says_bytes};
  int error = options->cgroup ? kernel_attach_cgroup(kernel, options->cgroup, says, says_bytes) : 0;
  if (!error && options->route) error = each_part(options->route, apply_route, &to);
  if (!error && options->default_) error = apply_default(&to);
  return error;
}
