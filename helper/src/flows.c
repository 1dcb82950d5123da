// flows: what the datapaths in this kernel have under control, read from their maps: a line a flow.
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "arguments.h"
#include "bpf_call.h"
#include "bpf_kernel.h"
#include "clock.h"
#include "say.h"
#include "verbs.h"

// More than a program of ours uses.
#define MAPS 16

static const struct usage usage = {
    .verb = "flows",
    .synopsis = "flows",
    .about = "Lists the flows that helpers of this machine have under control (verb bpf). Takes root.",
};

static void print_end(const char *key, const struct flow *flow, const uint32_t *address, uint16_t port) {
  char text[INET6_ADDRSTRLEN] = "";
  bool old = flow->family != AF_INET6;
  inet_ntop(old ? AF_INET : AF_INET6, address, text, sizeof text);
  printf(old ? " %s=%s:%u" : " %s=[%s]:%u", key, text, port);
}

static void print_flow(uint32_t map, uint32_t index, const struct flow *flow, uint64_t now_ns) {
  printf("flow datapath=%u sid=%u", map, index);
  print_end("local", flow, flow->local_address, flow->local_port);
  print_end("remote", flow, flow->remote_address, ntohs(flow->remote_port));
  printf(" cwnd=%llu rate=%llu mss=%u srtt=%u flight=%u delivered=%u lost=%u", (unsigned long long)flow->cwnd_packets * flow->mss,
         (unsigned long long)flow->registers[BPF_OFFSET_SEND_RATE / 8], flow->mss, flow->srtt_us, flow->in_flight, flow->delivered_total,
         flow->lost_total);
  printf(" program=%u acks=%llu reports=%llu dropped=%llu errors=%llu", flow->program ? flow->head.program : 0,
         (unsigned long long)flow->invocations, (unsigned long long)flow->reports,
         (unsigned long long)(flow->ring_full + flow->queue_full), (unsigned long long)flow->errors);
  if (flow->reported_ns) printf(" reported=%llu", (unsigned long long)(now_ns > flow->reported_ns ? now_ns - flow->reported_ns : 0) / 1000);
  putchar('\n');
}

static void print_flows(uint32_t id, int map, uint32_t entries) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE), bytes = (entries * sizeof(struct flow) + page - 1) / page * page;
  struct flow *flows = mmap(NULL, bytes, PROT_READ, MAP_SHARED, map, 0);
  if (flows == MAP_FAILED) return;
  uint64_t now_ns = clock_ns();
  for (uint32_t index = 1; index < entries; index += 1) {
    if (flows[index].state == FLOW_OPEN) print_flow(id, index, &flows[index], now_ns);
  }
  munmap(flows, bytes);
}

// The maps of a program of ours. The table of programs is never among them: where its last descriptor is closed twice at
// a time, which opening it here beside a helper that ends would do, Linux keeps it for ever (seen with 6.18 and bpftool).
static void print_program(const uint32_t *maps, uint32_t count) {
  for (uint32_t i = 0; i < count; i += 1) {
    struct bpf_map_info info;
    int map = bpf_open_map(maps[i], &info);
    if (map < 0) continue;
    // By the name and the size of a value, which no other map has.
    if (strcmp(info.name, "flows") == 0 && info.value_size == sizeof(struct flow)) print_flows(maps[i], map, info.max_entries);
    close(map);
  }
}

int verb_flows(int argc, char **argv) {
  int status = EXIT_DONE;
  int first = read_arguments(&usage, argc, argv, &status);
  if (first < 0) return status;
  if (first < argc) return usage_error(&usage, "%.80s is one argument too many", argv[first]);
  struct bpf_prog_info program;
  uint32_t maps[MAPS];
  int found;
  for (uint32_t id = 0; (found = bpf_next_program(&id, &program, maps, MAPS)) != -ENOENT;) {
    if (found == -EPERM) return say(EXIT_UNSUPPORTED, "flows", "reading maps of other processes takes root: run with sudo");
    if (found == 0 && strcmp(program.name, "epilogue") == 0) print_program(maps, program.nr_map_ids);
  }
  return EXIT_DONE;
}
