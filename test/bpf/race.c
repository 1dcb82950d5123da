// race OBJECT UPDATES: one thread stages updates as messages of an agent, the other has the kernel take them, both as fast as
// they can. Prints updates, invocations, those that took something, those that were torn, those out of order.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../helper/src/bpf_call.h"
#include "../../helper/src/bpf_datapath.h"
#include "../../helper/src/bpf_object.h"
#include "race.h"

static struct bpf_datapath datapath;
static unsigned long updates;
static volatile int over;

static void *stage(void *unused) {
  (void)unused;
  uint8_t message[BYTES_UPDATE_FIELD_HEAD + (RACE_REGISTERS + 1) * BYTES_UPDATE] = {MESSAGE_UPDATE_FIELD, 0, sizeof message & 255, sizeof message >> 8, 1};
  message[AT_UPDATE_FIELD_COUNT] = RACE_REGISTERS + 1;
  for (uint64_t value = 1; value <= updates; value += 1) {
    uint8_t *update = message + BYTES_UPDATE_FIELD_HEAD;
    for (uint32_t i = 0; i <= RACE_REGISTERS; i += 1, update += BYTES_UPDATE) {
      uint32_t index = i < RACE_REGISTERS ? i : IMPLICIT_CWND;
      update[AT_UPDATE_REGISTER_TYPE] = i < RACE_REGISTERS ? REG_CONTROL : REG_IMPLICIT;
      memcpy(update + AT_UPDATE_INDEX, &index, 4);
      memcpy(update + AT_UPDATE_VALUE, &value, 8);
    }
    datapath_handle(&datapath, message, sizeof message);
  }
  over = 1;
  return NULL;
}

static void *read_file(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  uint8_t *bytes = malloc(1 << 24);
  *length = file && bytes ? fread(bytes, 1, 1 << 24, file) : 0;
  return bytes;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  updates = strtoul(argv[2], NULL, 10);
  size_t length, types_length;
  struct bpf_object object;
  struct btf types;
  void *image = read_file(argv[1], &length);
  if (object_read(&object, image, length)) return 3;
  void *described = read_file("/sys/kernel/btf/vmlinux", &types_length);
  if (btf_read(&types, described, types_length)) return 4;
  const struct map_spec flows = {BPF_MAP_TYPE_ARRAY, "flows", 4, sizeof(struct flow), 2, 1u << 10};
  const struct map_spec programs = {BPF_MAP_TYPE_ARRAY, "programs", 4, sizeof(struct flow_program), FLOW_PROGRAMS + 1, 1u << 10};
  struct map_name names[] = {{"flows", bpf_map(&flows)}, {"programs", bpf_map(&programs)}};
  datapath.kernel.flows_count = 1;
  datapath.kernel.flows = mmap(NULL, 2 * sizeof(struct flow), PROT_READ | PROT_WRITE, MAP_SHARED, names[0].fd, 0);
  if (datapath.kernel.flows == MAP_FAILED) return 5;
  struct flow *flow = &datapath.kernel.flows[1];
  flow->state = FLOW_OPEN;
  uint32_t count = 0;
  const char *what = "";
  struct bpf_insn *instructions = object_program(&object, "call/race", &types, names, 2, &count, &what);
  char says[256];
  struct program_spec spec = {.type = BPF_PROG_TYPE_SCHED_CLS, .name = "race", .instructions = instructions, .count = count};
  int program = instructions ? bpf_load(&spec, says, sizeof says) : -1;
  if (program < 0) {
    fprintf(stderr, "%s: %s\n", what, says);
    return 6;
  }
  pthread_t thread;
  pthread_create(&thread, NULL, stage, NULL);
  static uint8_t packet[64];
  for (int last = 0; !last;) {
    last = over;
    union bpf_attr attributes = {
        .test = {.prog_fd = (uint32_t)program, .repeat = 10000, .data_size_in = sizeof packet, .data_in = (uintptr_t)packet}};
    if (syscall(SYS_bpf, BPF_PROG_TEST_RUN, &attributes, sizeof attributes) < 0) return 7;
  }
  pthread_join(thread, NULL);
  printf("%lu %lu %lu %lu %lu %lu\n", updates, (unsigned long)flow->invocations, (unsigned long)flow->reports, (unsigned long)flow->errors,
         (unsigned long)flow->skipped, (unsigned long)flow->bytes_acked);
  return 0;
}
