// capture: frames of one interface into pcap files, with counters that account for every frame.
// Says what it does on stdout, a line per event (spec/helper.md); on stderr where the frames go to stdout.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <net/if_arp.h>

#include "arguments.h"
#include "child.h"
#include "packet_socket.h"
#include "pcap_file.h"
#include "ring.h"
#include "say.h"
#include "verbs.h"

#define RETIRE_MS 50
#define FLUSH_MS 200
#define TURN 4096 // frames between looks at signals and clock
#define FILTER_TEXT_BYTES (1 << 18)
enum { LINK_ETHERNET = 1, LINK_RAW_IP = 101 };

static const char *interface_name, *path, *filter_file, *user;
static int64_t snap = DEFAULT_SNAP_BYTES, ring_megabytes = 32, rotate_s, most_s, most_packets;
static bool nanoseconds, incoming_only, not_promiscuous, with_parent;
static FILE *says; // where events go: stdout, unless the frames do

static const struct option_row rows[] = {
    {"interface", "NAME", OPTION_TEXT, &interface_name, 0, 0, "where to capture (required)"},
    {"write", "PATH", OPTION_TEXT, &path, 0, 0, "pcap file, - for stdout; with --rotate PATH gets a number before its suffix (required)"},
    {"snap", "BYTES", OPTION_NUMBER, &snap, 14, DEFAULT_SNAP_BYTES, "bytes kept of a frame (all)"},
    {"filter", "FILE", OPTION_TEXT, &filter_file, 0, 0, "classic filter as tcpdump -ddd prints it; - is stdin"},
    {"incoming", NULL, OPTION_FLAG, &incoming_only, 0, 0, "only frames that come in, as tcpdump -Q in"},
    {"no-promiscuous", NULL, OPTION_FLAG, &not_promiscuous, 0, 0, "leave the interface's mode alone"},
    {"ring", "MIB", OPTION_NUMBER, &ring_megabytes, 2, 1024, "size of the ring (32)"},
    {"rotate", "SECONDS", OPTION_NUMBER, &rotate_s, 1, 86400, "begin a new file after this long"},
    {"max-seconds", "N", OPTION_NUMBER, &most_s, 1, 31536000, "end after this long"},
    {"max-packets", "N", OPTION_NUMBER, &most_packets, 1, INT64_MAX, "end after as many frames"},
    {"nanoseconds", NULL, OPTION_FLAG, &nanoseconds, 0, 0, "time stamps in ns instead of µs"},
    {"user", "NAME|UID", OPTION_TEXT, &user, 0, 0, "write as this user (who called sudo; else unchanged)"},
    {"with-parent", NULL, OPTION_FLAG, &with_parent, 0, 0, "end when the parent dies; else it goes on"},
};
static const struct usage usage = {
    .verb = "capture",
    .synopsis = "capture --interface NAME --write PATH [OPTIONS]",
    .about = "Captures an interface's frames into pcap files. SIGINT or SIGTERM ends it with every frame that came in the\n"
             "file; SIGUSR1 has it say its counters.",
    .rows = rows,
    .rows_count = sizeof rows / sizeof *rows,
};

struct capture {
  struct interface interface;
  struct ring ring;
  struct ring_counters ring_counters;
  struct interface_counters seen; // last reading
  uint64_t nic_received, nic_dropped;
  struct pcap_format format;
  struct pcap_file file;
  uint32_t file_number;
  uint64_t rotate_ns;            // when the next file begins
  uint64_t flush_ns;             // when readers are to see what there is
  uint64_t packets, bytes;       // in files that are closed
  uint64_t stop_ns, finished_ns; // when to stop taking frames; when none can come any more
  const char *reason;
  int signals;
};

static int prepare(struct capture *capture, const char **what);
static int load_filter(int fd, const char **what);
static int run(struct capture *capture, const char **what);
static int take_frames(struct capture *capture);
static void stop(struct capture *capture, const char *reason);
static void heed_signals(struct capture *capture);
static int next_file(struct capture *capture);
static int end_file(struct capture *capture);
static void count(struct capture *capture);
static void tell_counters(struct capture *capture, const char *word, const char *reason);
static uint64_t clock_ns(void);

int verb_capture(int argc, char **argv) {
  int status = EXIT_DONE;
  int first = read_arguments(&usage, argc, argv, &status);
  if (first < 0) return status;
  if (first < argc) return usage_error(&usage, "%.80s is one argument too many", argv[first]);
  if (!interface_name) return usage_error(&usage, "--interface is missing");
  if (!path) return usage_error(&usage, "--write is missing");
  bool piped = strcmp(path, "-") == 0;
  if (piped && rotate_s) return usage_error(&usage, "--rotate wants files: --write - is one stream");
  says = piped ? stderr : stdout;

  static struct capture capture = {.signals = -1, .ring = {.fd = -1}, .file = {.fd = -1}};
  capture.interface.name = interface_name;
  setvbuf(says, NULL, _IOLBF, 0);
  const char *what = "";
  struct identity identity;
  pid_t parent = getppid();
  int error = choose_identity(user, &identity, &what);
  if (!error) error = prepare(&capture, &what);
  if (!error) error = drop_privilege(&identity, &what);
  if (!error && with_parent && !die_with_parent(SIGTERM, parent)) error = -ESRCH, what = "the caller died";
  if (!error) {
    what = path;
    error = next_file(&capture);
    if (!error && identity.changes && getuid() == 0) error = fchown(capture.file.fd, identity.uid, identity.gid);
  }
  if (!error) {
    fprintf(says, "ready link=%u snap=%u ring=%u interface=%s\n", capture.format.link_type, capture.format.snap,
           (unsigned)ring_megabytes << 20, interface_name);
    error = run(&capture, &what);
    int closed = end_file(&capture);
    if (!error) error = closed;
    count(&capture);
    tell_counters(&capture, "end", error == -ENOSPC ? "disk" : error ? "error" : capture.reason);
  }
  if (error) status = say_errno("capture", -error, "%s: %s", interface_name, what);
  ring_close(&capture.ring);
  free(capture.file.buffer);
  return status;
}

static int prepare(struct capture *capture, const char **what) {
  int fd = open_packet(&capture->interface, what);
  if (fd < 0) return fd;
  int type = capture->interface.hardware_type;
  bool ethernet = type == ARPHRD_ETHER || type == ARPHRD_LOOPBACK;
  *what = "a kind of interface that is not captured (Ethernet, loopback and raw IP are)";
  if (!ethernet && type != ARPHRD_NONE) return -EAFNOSUPPORT;
  capture->format = (struct pcap_format){nanoseconds, (uint32_t)snap, ethernet ? LINK_ETHERNET : LINK_RAW_IP};
  *what = "signalfd";
  capture->signals = open_signals();
  if (capture->signals < 0) return capture->signals;
  int error = load_filter(fd, what);
  if (error) return error;
  *what = "ring";
  error = ring_open(&capture->ring, fd, (uint32_t)ring_megabytes, (uint32_t)snap, RETIRE_MS);
  if (error) return error;
  *what = "interface";
  if (!read_interface_counters(interface_name, &capture->seen)) return -ENODEV;
  error = bind_packet(fd, &capture->interface, !not_promiscuous, incoming_only, what);
  if (error) return error;
  if (most_s) capture->stop_ns = clock_ns() + (uint64_t)most_s * 1000000000;
  return 0;
}

static int load_filter(int fd, const char **what) {
  static struct sock_filter program[FILTER_MAX_INSTRUCTIONS];
  program[0] = (struct sock_filter){.code = BPF_RET | BPF_K, .k = (uint32_t)snap};
  size_t length = 1;
  if (filter_file) {
    *what = "filter file";
    int source = strcmp(filter_file, "-") == 0 ? STDIN_FILENO : open(filter_file, O_RDONLY | O_CLOEXEC);
    if (source < 0) return -errno;
    static char text[FILTER_TEXT_BYTES];
    size_t used = 0;
    ssize_t got;
    while ((got = read(source, text + used, sizeof text - 1 - used)) > 0) used += (size_t)got;
    if (source != STDIN_FILENO) close(source);
    if (got < 0) return -errno;
    text[used] = 0;
    length = read_filter(text, (uint32_t)snap, program, what);
    if (length == 0) return -EINVAL;
  }
  *what = "the kernel refuses the filter";
  return attach_filter(fd, program, length);
}

static int run(struct capture *capture, const char **what) {
  while (!capture->finished_ns || clock_ns() < capture->finished_ns) {
    *what = capture->file.name;
    int error = take_frames(capture);
    if (error) return error;
    uint64_t now = clock_ns();
    if (capture->stop_ns && now >= capture->stop_ns) stop(capture, "time");
    // A block's frames are seen up to two retirements late: a file is not over before that.
    if (rotate_s && now > capture->rotate_ns + 3 * RETIRE_MS * 1000000ull && !capture->finished_ns) {
      error = next_file(capture);
      if (error) return error;
    }
    struct pollfd watched[] = {{.fd = capture->ring.fd, .events = POLLIN | POLLERR},
                               {.fd = capture->signals, .events = POLLIN}};
    bool idle = poll(watched, 2, capture->finished_ns ? RETIRE_MS / 5 : 2 * RETIRE_MS) == 0;
    if (idle || now >= capture->flush_ns) {
      // Let readers of the file see what there is, also while there is always a little to do.
      error = pcap_flush(&capture->file);
      if (error) return error;
      capture->flush_ns = now + FLUSH_MS * 1000000ull;
    }
    heed_signals(capture);
    if (watched[0].revents & (POLLERR | POLLHUP | POLLNVAL)) {
      int gone = 0;
      socklen_t size = sizeof gone;
      getsockopt(capture->ring.fd, SOL_SOCKET, SO_ERROR, &gone, &size);
      if (gone) stop(capture, "interface");
    }
  }
  *what = capture->file.name;
  return take_frames(capture);
}

static int take_frames(struct capture *capture) {
  struct ring_frame frame;
  for (uint64_t taken = 1; ring_next(&capture->ring, &frame); taken += 1) {
    if (rotate_s && frame.time_ns >= capture->rotate_ns) {
      int error = next_file(capture);
      if (error) return error;
    }
    int error = pcap_record(&capture->file, &capture->format, frame.time_ns, frame.length, frame.first,
                            frame.first_length, frame.second, frame.second_length);
    if (error) return error;
    if (most_packets && (int64_t)(capture->packets + capture->file.packets) >= most_packets) {
      stop(capture, "packets");
      // The frames behind it in the ring count as dropped by us: none is to be explained away.
      capture->finished_ns = 1;
      return 0;
    }
    if (taken % TURN == 0) {
      heed_signals(capture);
      if (capture->stop_ns && clock_ns() >= capture->stop_ns) stop(capture, "time");
    }
  }
  return 0;
}

// From now on the kernel takes nothing more; what it has taken is handed over within two
// retirements, so the counters add up exactly.
static void stop(struct capture *capture, const char *reason) {
  if (capture->finished_ns) return;
  attach_refusal(capture->ring.fd);
  capture->reason = reason;
  capture->finished_ns = clock_ns() + 3 * RETIRE_MS * 1000000ull;
}

static void heed_signals(struct capture *capture) {
  for (struct signal_told told = next_signal(capture->signals); told.number; told = next_signal(capture->signals)) {
    if (told.number == SIGUSR1) {
      count(capture);
      tell_counters(capture, "counters", "asked");
    } else if (told.number != SIGCHLD) {
      stop(capture, "signal");
    }
  }
}

static int next_file(struct capture *capture) {
  int error = end_file(capture);
  if (error) return error;
  if (!rotate_s) return pcap_create(&capture->file, path, &capture->format);
  uint64_t now = clock_ns(), step = (uint64_t)rotate_s * 1000000000;
  // Windows follow each other without a gap, unless the clock was set.
  if (capture->rotate_ns == 0 || now > capture->rotate_ns + step) capture->rotate_ns = now;
  capture->rotate_ns += step;
  const char *slash = strrchr(path, '/');
  const char *dot = strrchr(path, '.');
  int stem = (int)(dot && dot > (slash ? slash : path) ? dot - path : (ptrdiff_t)strlen(path));
  char name[sizeof capture->file.name];
  if (snprintf(name, sizeof name, "%.*s-%05u%s", stem, path, capture->file_number, path + stem) >= (int)sizeof name) {
    return -ENAMETOOLONG;
  }
  capture->file_number += 1;
  return pcap_create(&capture->file, name, &capture->format);
}

static int end_file(struct capture *capture) {
  struct pcap_file *file = &capture->file;
  if (file->fd < 0) return 0;
  int error = pcap_close(file);
  capture->packets += file->packets;
  capture->bytes += file->bytes;
  fprintf(says, "file packets=%llu bytes=%llu size=%llu first_ns=%llu last_ns=%llu name=%s\n", (unsigned long long)file->packets,
         (unsigned long long)file->bytes, (unsigned long long)file->written, (unsigned long long)file->first_ns,
         (unsigned long long)file->last_ns, file->name);
  return error;
}

static void count(struct capture *capture) {
  ring_count(&capture->ring, &capture->ring_counters);
  struct interface_counters now;
  if (!read_interface_counters(interface_name, &now)) return;
  capture->nic_received += (uint32_t)(now.received - capture->seen.received);
  capture->nic_dropped += (uint32_t)(now.dropped - capture->seen.dropped);
  capture->seen = now;
}

static void tell_counters(struct capture *capture, const char *word, const char *reason) {
  uint64_t open_packets = capture->file.fd >= 0 ? capture->file.packets : 0;
  uint64_t open_bytes = capture->file.fd >= 0 ? capture->file.bytes : 0;
  fprintf(says, "%s packets=%llu bytes=%llu ring_received=%llu ring_dropped=%llu nic_received=%llu nic_dropped=%llu reason=%s\n",
         word, (unsigned long long)(capture->packets + open_packets), (unsigned long long)(capture->bytes + open_bytes),
         (unsigned long long)capture->ring_counters.received, (unsigned long long)capture->ring_counters.dropped,
         (unsigned long long)capture->nic_received, (unsigned long long)capture->nic_dropped, reason);
}

// As the kernel stamps frames: since 1970.
static uint64_t clock_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}
