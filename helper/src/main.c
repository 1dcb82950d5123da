// mooring-helper: what Mooring needs from the kernel and JavaScript cannot ask for. Mechanism
// only; the protocols are in spec/helper.md.
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "say.h"
#include "verbs.h"

static const struct {
  const char *name;
  int (*run)(int, char **);
  const char *about;
} verbs[] = {
    {"open", verb_open, "open a datapath socket with privilege, run a program with it and without the privilege"},
    {"relay", verb_relay, "carry datapath messages over a stream of frames, for the calling process"},
    {"capture", verb_capture, "capture an interface into pcap files, with counters that add up"},
    {"delay", verb_delay, "join two interfaces by a fixed delay"},
    {"bpf", verb_bpf, "run an agent's programs on flows of this kernel"},
    {"flows", verb_flows, "list the flows that are under control in this kernel"},
    {"echo", verb_echo, "an AIMD agent in C, the floor of measurements"},
    {"drive", verb_drive, "a datapath that measures its agent"},
};
static const int verbs_count = sizeof verbs / sizeof *verbs;

static void print_help(void) {
  printf("usage: mooring-helper VERB [OPTIONS] …\n\nverbs (each has --help):\n");
  for (int i = 0; i < verbs_count; i += 1) printf("  %-10s %s\n", verbs[i].name, verbs[i].about);
  printf("\nexit: %d done, %d failed, %d bad usage, %d not possible here (privilege, kernel, device)\n", EXIT_DONE,
         EXIT_FAILED, EXIT_USAGE, EXIT_UNSUPPORTED);
}

int main(int argc, char **argv) {
  // Paths and devices come from the caller, so the caller's rights must be the real ones.
  if (geteuid() != getuid()) return say(EXIT_UNSUPPORTED, "", "refuses to run set-uid: run with sudo, or give it setcap cap_net_admin+ep");
  signal(SIGPIPE, SIG_IGN);
  if (argc < 2) return say(EXIT_USAGE, "", "which verb? (mooring-helper --help lists them)");
  if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
    print_help();
    return EXIT_DONE;
  }
  if (strcmp(argv[1], "--version") == 0) {
    printf("mooring-helper protocol %d\n", HELPER_VERSION);
    return EXIT_DONE;
  }
  for (int i = 0; i < verbs_count; i += 1) {
    if (strcmp(argv[1], verbs[i].name) == 0) return verbs[i].run(argc - 1, argv + 1);
  }
  return say(EXIT_USAGE, "", "no verb %.80s (mooring-helper --help lists them)", argv[1]);
}
