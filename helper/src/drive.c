// drive: a datapath that only measures its agent. Starts flows, keeps a window of reports under
// way, one a flow, and times each from its sending to the agent's answer.
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "arguments.h"
#include "ccp_messages.h"
#include "clock.h"
#include "opening.h"
#include "say.h"
#include "verbs.h"

#define MAX_FLOWS 65535
#define MAX_WINDOW 64
#define CREATE_TRIES 50

static struct kind_options options = KIND_DEFAULTS;
static const char *bind_path;
static const char *agent_path = PATH_UNIX, *values_text = "14480,0,0,20000,0,0";
static int64_t flows_count = 1, window = 1, count = 20000, warm_count = 1000;

static const struct option_row rows[] = {
    {"to", "PATH", OPTION_TEXT, &agent_path, 0, 0, "the agent's socket, a path or @name (" PATH_UNIX ")"},
    {"bind", "PATH", OPTION_TEXT, &bind_path, 0, 0, "our own socket, a path or @name (required)"},
    {"flows", "N", OPTION_NUMBER, &flows_count, 1, MAX_FLOWS, "flows, reported on in turn (1)"},
    {"window", "N", OPTION_NUMBER, &window, 1, MAX_WINDOW, "reports under way at once, at most one a flow (1)"},
    {"count", "N", OPTION_NUMBER, &count, 1, 100000000, "reports to measure (20000)"},
    {"warm", "N", OPTION_NUMBER, &warm_count, 0, 10000000, "reports before those (1000)"},
    {"values", "A,B,…", OPTION_TEXT, &values_text, 0, 0, "the fields of every report (14480,0,0,20000,0,0)"},
};
static const struct usage usage = {
    .verb = "drive",
    .synopsis = "drive --bind PATH [OPTIONS]",
    .about = "A datapath that measures its agent: time from a report to the answer, and reports per second.",
    .rows = rows,
    .rows_count = sizeof rows / sizeof *rows,
};

struct drive {
  int fd;
  struct sockaddr_un agent;
  socklen_t agent_length;
  uint64_t values[CCP_MAX_FIELDS];
  uint32_t fields;
  uint32_t *programs;  // by sid; 0: none yet
  uint64_t *sent_ns;   // by sid; 0: no report under way
  uint32_t *times_ns;  // of the measured reports
  uint64_t answered;
};

static bool read_values(struct drive *drive);
static int set_agent(struct drive *drive);
static int start_flows(struct drive *drive);
static int report(struct drive *drive, int64_t reports, bool measured);
static void end_flows(struct drive *drive);
static int send_bytes(const struct drive *drive, const uint8_t *bytes, size_t length);
static int heed(struct drive *drive, bool measured);
static void tell(struct drive *drive, uint64_t elapsed_ns);

int verb_drive(int argc, char **argv) {
  int status = EXIT_DONE;
  int first = read_arguments(&usage, argc, argv, &status);
  if (first < 0) return status;
  if (first < argc) return usage_error(&usage, "%.80s is one argument too many", argv[first]);
  if (!bind_path) return usage_error(&usage, "--bind is missing");
  options.bind = bind_path;
  struct drive drive = {.fd = -1};
  if (!read_values(&drive)) return usage_error(&usage, "--values holds 1 to %d numbers, not %.80s", CCP_MAX_FIELDS, values_text);
  struct socket_file file = {0};
  const char *what = "agent's path";
  int error = set_agent(&drive);
  if (!error) error = drive.fd = open_kind(KIND_UNIX, &options, DEFAULT_RECEIVE_TIMEOUT_MS, NULL, &file, &what);
  if (error >= 0) {
    drive.programs = calloc(MAX_FLOWS + 1, sizeof *drive.programs);
    drive.sent_ns = calloc(MAX_FLOWS + 1, sizeof *drive.sent_ns);
    drive.times_ns = calloc((size_t)count, sizeof *drive.times_ns);
    what = "memory";
    error = drive.programs && drive.sent_ns && drive.times_ns ? 0 : -ENOMEM;
  }
  if (!error) {
    what = "the agent gave a flow no program";
    error = start_flows(&drive);
  }
  what = "the agent does not answer";
  if (!error) error = report(&drive, warm_count, false);
  uint64_t began_ns = clock_ns();
  if (!error) error = report(&drive, count, true);
  if (!error) {
    tell(&drive, clock_ns() - began_ns);
    end_flows(&drive);
  } else {
    status = say_errno("drive", -error, "%s: %s", agent_path, what);
  }
  free(drive.programs);
  free(drive.sent_ns);
  free(drive.times_ns);
  remove_file(&file);
  return status;
}

static bool read_values(struct drive *drive) {
  const char *at = values_text;
  for (;;) {
    char *end;
    if (*at < '0' || *at > '9' || drive->fields == CCP_MAX_FIELDS) return false;
    drive->values[drive->fields++] = strtoull(at, &end, 10);
    if (!*end) return true;
    if (*end != ',') return false;
    at = end + 1;
  }
}

static int set_agent(struct drive *drive) {
  size_t length = strlen(agent_path);
  bool abstract = *agent_path == '@';
  if (length < 2 || length >= sizeof drive->agent.sun_path) return -ENAMETOOLONG;
  drive->agent.sun_family = AF_UNIX;
  memcpy(drive->agent.sun_path, agent_path, length);
  if (abstract) drive->agent.sun_path[0] = 0;
  drive->agent_length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + !abstract);
  return 0;
}

// The agent's queue holds few datagrams, so flows start one by one, each until it has a program.
static int start_flows(struct drive *drive) {
  uint8_t bytes[BYTES_CREATE];
  int error = send_bytes(drive, bytes, ccp_ready(bytes, 1));
  for (uint32_t sid = 1; !error && sid <= (uint32_t)flows_count; sid += 1) {
    int tries = 0;
    const struct ccp_create create = {
        .sid = sid,
        .init_cwnd = 14480,
        .mss = 1448,
        .src_ip = htonl(INADDR_LOOPBACK),
        .src_port = sid,
        .dst_ip = htonl(INADDR_LOOPBACK),
        .dst_port = 5001,
    };
    error = send_bytes(drive, bytes, ccp_create(bytes, &create));
    while (!error && !drive->programs[sid]) {
      error = heed(drive, false);
      if (error == -EAGAIN) error = ++tries < CREATE_TRIES ? 0 : -ETIMEDOUT;
    }
  }
  return error;
}

static int report(struct drive *drive, int64_t reports, bool measured) {
  int64_t sent = 0, done = 0;
  uint32_t sid = 1;
  int64_t most = window < flows_count ? window : flows_count;
  drive->answered = 0;
  while (done < reports) {
    while (sent < reports && sent - done < most && !drive->sent_ns[sid]) {
      uint8_t bytes[CCP_MAX_BYTES];
      size_t length = ccp_measure(bytes, sid, drive->programs[sid], drive->values, drive->fields);
      drive->sent_ns[sid] = clock_ns();
      int error = send_bytes(drive, bytes, length);
      if (error) return error;
      sent += 1;
      sid = sid % (uint32_t)flows_count + 1;
    }
    for (int tries = 0;;) {
      int error = heed(drive, measured);
      if (!error) break;
      if (error != -EAGAIN) return error;
      if (++tries == 20) return -ETIMEDOUT;
    }
    done = (int64_t)drive->answered;
  }
  return 0;
}

static void end_flows(struct drive *drive) {
  for (uint32_t sid = 1; sid <= (uint32_t)flows_count; sid += 1) {
    uint8_t bytes[CCP_MAX_BYTES];
    if (send_bytes(drive, bytes, ccp_measure(bytes, sid, 0, NULL, 0))) return;
  }
}

// Waits while the agent's queue is full.
static int send_bytes(const struct drive *drive, const uint8_t *bytes, size_t length) {
  ssize_t sent = sendto(drive->fd, bytes, length, 0, (const struct sockaddr *)&drive->agent, drive->agent_length);
  return sent < 0 ? -errno : 0;
}

// Takes one message. The answer to a report is the first message for its flow after it.
static int heed(struct drive *drive, bool measured) {
  uint8_t bytes[LIMIT_MESSAGE_BYTES];
  ssize_t got = recv(drive->fd, bytes, sizeof bytes, 0);
  if (got < 0) return -errno;
  struct ccp_message message;
  if (!ccp_read(bytes, (size_t)got, &message) || message.sid == 0 || message.sid > (uint32_t)flows_count) return 0;
  if (message.type == MESSAGE_CHANGE_PROG) drive->programs[message.sid] = message.program;
  uint64_t *sent_ns = &drive->sent_ns[message.sid];
  if (!*sent_ns || (message.type != MESSAGE_UPDATE_FIELD && message.type != MESSAGE_CHANGE_PROG)) return 0;
  if (measured) drive->times_ns[drive->answered] = (uint32_t)(clock_ns() - *sent_ns);
  *sent_ns = 0;
  drive->answered += 1;
  return 0;
}

static int by_size(const void *left, const void *right) {
  uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
  return (a > b) - (a < b);
}

static void tell(struct drive *drive, uint64_t elapsed_ns) {
  qsort(drive->times_ns, (size_t)count, sizeof *drive->times_ns, by_size);
  const uint32_t *times = drive->times_ns;
  printf("result reports=%lld seconds=%.6f per_second=%.0f min_ns=%u p50_ns=%u p90_ns=%u p99_ns=%u p999_ns=%u max_ns=%u\n",
         (long long)count, (double)elapsed_ns / 1e9, (double)count * 1e9 / (double)elapsed_ns, times[0],
         times[count / 2], times[count * 9 / 10], times[count * 99 / 100], times[count * 999 / 1000], times[count - 1]);
}
