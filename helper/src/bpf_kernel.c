#include "bpf_kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bpf_call.h"
#include "bpf_object.h"
#include "say.h"

// Younger than the headers of some.
#define ATTACH_STRUCT_OPS 44
#define FLAG_LINK (1u << 13)
#define FLAG_MMAPABLE (1u << 10)
// For processes without privilege, and so that the sysctl of a namespace may name it (include/net/tcp.h).
#define TCP_CONG_NON_RESTRICTED 1
#define RING_BYTES (1u << 20)
#define OPERATIONS "tcp_congestion_ops"
#define OPERATIONS_VALUE "bpf_struct_ops_tcp_congestion_ops"
#define TYPES_PATH "/sys/kernel/btf/vmlinux"

// What is only needed while opening.
struct opening {
  struct bpf_kernel *kernel;
  struct bpf_object object;
  struct btf types;
  uint8_t *types_bytes;
  struct map_name names[MAPS];
  char *says;
  size_t says_bytes;
};

// A member of the operations and the program that is it.
static const struct {
  const char *member, *section;
} members[] = {
    {"init", "call/init"},           {"release", "call/release"}, {"set_state", "call/set_state"},
    {"ssthresh", "call/ssthresh"}, {"undo_cwnd", "call/undo_cwnd"},
};
#define MEMBERS (int)(sizeof members / sizeof *members)

static int fail(struct opening *opening, int error, const char *format, ...) {
  va_list list;
  va_start(list, format);
  vsnprintf(opening->says, opening->says_bytes, format, list);
  va_end(list);
  return error;
}

static int read_types(struct opening *opening);
static int make_maps(struct opening *opening, uint32_t flows);
static int load_programs(struct opening *opening, const char *name, bool only_check);
static int enlist(struct opening *opening, const char *name, uint8_t *value, uint32_t value_bytes, uint32_t type);

int kernel_open(struct bpf_kernel *kernel, const char *name, const char *fallback, uint32_t flows, bool only_check,
                char *says, size_t says_bytes) {
  *kernel = (struct bpf_kernel){.operations = -1, .link = -1, .sockops = -1, .flows_count = flows};
  for (int i = 0; i < MAPS; i += 1) kernel->maps[i] = -1;
  struct opening opening = {.kernel = kernel, .says = says, .says_bytes = says_bytes};
  size_t length = (size_t)(bpf_image_end - bpf_image);
  int error = 0;
  if (!length) {
    error = fail(&opening, -ENOSYS, "this helper was built without clang, so without the kernel's side: install clang and llvm and "
                                    "build it again (mooring helper build), or take the prebuilt package");
  } else if (object_read(&opening.object, bpf_image, length)) {
    error = fail(&opening, -EINVAL, "the kernel's side of this helper is damaged: build it again (mooring helper build)");
  }
  if (!error) error = read_types(&opening);
  if (!error) error = make_maps(&opening, flows);
  if (!error) {
    snprintf(kernel->config->own, sizeof kernel->config->own, "%s", name);
    snprintf(kernel->config->fallback, sizeof kernel->config->fallback, "%s", fallback);
    error = load_programs(&opening, name, only_check);
  }
  object_free(&opening.object);
  btf_free(&opening.types);
  free(opening.types_bytes);
  if (error) kernel_close(kernel);
  return error;
}

void kernel_close(struct bpf_kernel *kernel) {
  uint32_t key = 0;
  if (kernel->link >= 0) close(kernel->link);
  else if (kernel->registered) bpf_map_remove(kernel->operations, &key);
  if (kernel->sockops >= 0) close(kernel->sockops);
  if (kernel->operations >= 0) close(kernel->operations);
  // The table of programs empties with this: who still runs under us leaves at its next ACK.
  for (int i = 0; i < MAPS; i += 1) {
    if (kernel->maps[i] >= 0) close(kernel->maps[i]);
  }
  *kernel = (struct bpf_kernel){.operations = -1, .link = -1, .sockops = -1};
}

static int read_types(struct opening *opening) {
  int fd = open(TYPES_PATH, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return fail(opening, -ENOSYS, "this kernel does not describe its types (no %s): it takes one with CONFIG_DEBUG_INFO_BTF, as "
                                  "Debian's and most others are", TYPES_PATH);
  }
  struct stat stat;
  size_t length = fstat(fd, &stat) == 0 ? (size_t)stat.st_size : 0, got = 0;
  opening->types_bytes = malloc(length + 1);
  while (opening->types_bytes && got < length) {
    ssize_t more = read(fd, opening->types_bytes + got, length - got);
    if (more <= 0) break;
    got += (size_t)more;
  }
  close(fd);
  int error = opening->types_bytes ? btf_read(&opening->types, opening->types_bytes, got) : -ENOMEM;
  return error ? fail(opening, error, "%s cannot be read: %s", TYPES_PATH, strerror(-error)) : 0;
}

static void *map_memory(int map, size_t bytes) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  void *at = mmap(NULL, (bytes + page - 1) / page * page, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
  return at == MAP_FAILED ? NULL : at;
}

static int make_maps(struct opening *opening, uint32_t flows) {
  struct bpf_kernel *kernel = opening->kernel;
  _Static_assert(sizeof(struct flow) % 8 == 0 && sizeof(struct flow_program) % 8 == 0 && sizeof(struct flow_config) % 8 == 0,
                 "values of a map stand at multiples of 8");
  const struct map_spec specs[MAPS] = {
      [MAP_CONFIG] = {BPF_MAP_TYPE_ARRAY, "config", 4, sizeof(struct flow_config), 1, FLAG_MMAPABLE},
      [MAP_FLOWS] = {BPF_MAP_TYPE_ARRAY, "flows", 4, sizeof(struct flow), flows + 1, FLAG_MMAPABLE},
      [MAP_PROGRAMS] = {BPF_MAP_TYPE_ARRAY, "programs", 4, sizeof(struct flow_program), FLOW_PROGRAMS + 1, FLAG_MMAPABLE},
      [MAP_CODE] = {BPF_MAP_TYPE_PROG_ARRAY, "code", 4, 4, FLOW_PROGRAMS + 1, 0},
      [MAP_FREE] = {BPF_MAP_TYPE_QUEUE, "free_flows", 0, 4, flows, 0},
      [MAP_RING] = {BPF_MAP_TYPE_RINGBUF, "ring", 0, 0, RING_BYTES, 0},
  };
  for (int i = 0; i < MAPS; i += 1) {
    int map = bpf_map(&specs[i]);
    if (map == -EPERM) {
      return fail(opening, map, "loading programs into the kernel takes CAP_BPF and CAP_PERFMON: " RIGHTS_REMEDY);
    }
    if (map < 0) return fail(opening, map, "the kernel makes no map %s: %s", specs[i].name, strerror(-map));
    kernel->maps[i] = map;
    opening->names[i] = (struct map_name){specs[i].name, map};
  }
  kernel->config = map_memory(kernel->maps[MAP_CONFIG], sizeof *kernel->config);
  kernel->flows = map_memory(kernel->maps[MAP_FLOWS], sizeof *kernel->flows * (flows + 1));
  kernel->programs = map_memory(kernel->maps[MAP_PROGRAMS], sizeof *kernel->programs * (FLOW_PROGRAMS + 1));
  if (!kernel->config || !kernel->flows || !kernel->programs) return fail(opening, -ENOMEM, "no memory for %u flows", flows);
  for (uint32_t flow = 1; flow <= flows; flow += 1) {
    int error = bpf_map_push(kernel->maps[MAP_FREE], &flow);
    if (error) return fail(opening, error, "the kernel keeps no list of flows: %s", strerror(-error));
  }
  return 0;
}

// One of our own programs. A descriptor or -errno.
static int load(struct opening *opening, const char *section, enum bpf_prog_type type, uint32_t member) {
  uint32_t count = 0;
  const char *what = section;
  struct bpf_insn *instructions =
      object_program(&opening->object, section, &opening->types, opening->names, MAPS, &count, &what);
  if (!instructions) {
    return fail(opening, -ENOSYS, "this kernel has no %s, which %s needs: it takes Linux 6.1 or newer", what, section);
  }
  bool operations = type == BPF_PROG_TYPE_STRUCT_OPS;
  struct program_spec spec = {
      .type = type,
      .name = strchr(section, '/') + 1,
      .instructions = instructions,
      .count = count,
      .attach_type_id = operations ? opening->kernel->operations_type : 0,
      .attach_type = operations ? member : BPF_CGROUP_SOCK_OPS,
  };
  char log[256];
  int program = bpf_load(&spec, log, sizeof log);
  free(instructions);
  if (program >= 0) return program;
  if (program == -EPERM) {
    return fail(opening, program, "loading programs into the kernel takes CAP_BPF and CAP_PERFMON: " RIGHTS_REMEDY);
  }
  return fail(opening, program, "this kernel does not take %s: %s%s%s", section, strerror(-program), *log ? ": " : "", log);
}

static int load_programs(struct opening *opening, const char *name, bool only_check) {
  struct bpf_kernel *kernel = opening->kernel;
  const struct btf *types = &opening->types;
  uint32_t value_type = btf_struct(types, OPERATIONS_VALUE), sockets = btf_struct(types, "inet_connection_sock");
  uint32_t function = 0;
  kernel->operations_type = btf_struct(types, OPERATIONS);
  int64_t data = btf_member(types, value_type, "data", NULL, NULL);
  int64_t kept = btf_member(types, sockets, "icsk_ca_priv", NULL, NULL);
  int64_t control = btf_member(types, kernel->operations_type, "cong_control", &function, &kernel->member);
  if (data < 0 || kept < 0 || control < 0) {
    return fail(opening, -ENOSYS, "this kernel takes no congestion control from programs: it takes Linux 6.1 or newer with "
                                  "CONFIG_BPF_JIT and CONFIG_BPF_SYSCALL");
  }
  kernel->kept_offset = (uint32_t)kept;
  uint32_t value_bytes = btf_size(types, value_type);
  uint8_t *value = calloc(1, value_bytes + 8);
  if (!value) return fail(opening, -ENOMEM, "no memory");
  int programs[MEMBERS + 2], count = 0, error = 0;
  // Its parameters: the socket and the sample, and between them two since 6.10.
  const char *section = btf_parameters(types, function) == 2 ? "call/cong_control_2" : "call/cong_control_4";
  for (int i = -2; i < MEMBERS && !error; i += 1) {
    const char *member = i < 0 ? "cong_control" : members[i].member;
    const char *wanted = i == -2 ? "call/epilogue" : i == -1 ? section : members[i].section;
    uint32_t place = 0;
    int64_t offset = btf_member(types, kernel->operations_type, member, NULL, &place);
    if (offset < 0) error = fail(opening, -ENOSYS, "this kernel's congestion control has no %s", member);
    else error = programs[count] = load(opening, wanted, BPF_PROG_TYPE_STRUCT_OPS, place);
    if (error < 0) break;
    error = 0;
    uint64_t program = (uint64_t)programs[count];
    count += 1;
    uint32_t first = 0;
    if (i == -2) error = bpf_map_set(kernel->maps[MAP_CODE], &first, &programs[0]);
    else memcpy(value + data + offset, &program, 8);
    if (error) fail(opening, error, "the kernel takes no program into the table: %s", strerror(-error));
  }
  if (!error) {
    uint32_t flags = TCP_CONG_NON_RESTRICTED;
    snprintf((char *)value + data + btf_member(types, kernel->operations_type, "name", NULL, NULL), FLOW_NAME_BYTES, "%s", name);
    memcpy(value + data + btf_member(types, kernel->operations_type, "flags", NULL, NULL), &flags, 4);
    if (!only_check) error = enlist(opening, name, value, value_bytes, value_type);
  }
  if (!error) error = kernel->sockops = load(opening, "call/sockops", BPF_PROG_TYPE_SOCK_OPS, 0);
  while (count) close(programs[--count]);
  free(value);
  return error < 0 ? error : 0;
}

// Before 6.4 a name outlives who registered it. Whoever runs under it holds the name itself (bpf.c), so that nobody does.
static bool remove_leftover(const char *name, const uint8_t *value, size_t value_bytes) {
  uint8_t *found = malloc(value_bytes);
  size_t at = 0;
  while (at + FLOW_NAME_BYTES <= value_bytes && strcmp((const char *)value + at, name) != 0) at += 1;
  bool removed = false;
  struct bpf_map_info info;
  int map = 0;
  for (uint32_t id = 0, key = 0; found && !removed && (map = bpf_next_map(&id, &info)) != -ENOENT;) {
    if (map < 0) continue;
    bool ours = info.type == BPF_MAP_TYPE_STRUCT_OPS && bpf_map_get(map, &key, found) == 0 && strcmp((char *)found + at, name) == 0;
    removed = ours && bpf_map_remove(map, &key) == 0;
    close(map);
  }
  free(found);
  return removed;
}

// By a link, which ends with this process, however that ends; before 6.4 without.
static int enlist(struct opening *opening, const char *name, uint8_t *value, uint32_t value_bytes, uint32_t type) {
  struct bpf_kernel *kernel = opening->kernel;
  uint32_t key = 0;
  bool linked = true;
  kernel->operations = bpf_operations("mooring", type, value_bytes, FLAG_LINK);
  if (kernel->operations < 0) {
    linked = false;
    kernel->operations = bpf_operations("mooring", type, value_bytes, 0);
  }
  if (kernel->operations < 0) return fail(opening, kernel->operations, "the kernel takes no operations: %s", strerror(-kernel->operations));
  int error = bpf_map_set(kernel->operations, &key, value);
  if (error == -EEXIST && !linked && remove_leftover(name, value, value_bytes)) error = bpf_map_set(kernel->operations, &key, value);
  if (!error && linked) error = kernel->link = bpf_link(kernel->operations, 0, ATTACH_STRUCT_OPS);
  if (error >= 0) {
    kernel->registered = true;
    return 0;
  }
  if (error == -EEXIST) {
    return fail(opening, error, "the kernel has a congestion control %s already: end who registered it, or take another --name", name);
  }
  return fail(opening, error, "the kernel does not register %s: %s", name, strerror(-error));
}

int kernel_attach_cgroup(struct bpf_kernel *kernel, const char *path, char *says, size_t says_bytes) {
  int group = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (group < 0) {
    snprintf(says, says_bytes, "no control group %s: %s (they stand under the place where cgroup2 is mounted)", path, strerror(errno));
    return -errno;
  }
  int link = bpf_link(kernel->sockops, group, BPF_CGROUP_SOCK_OPS);
  close(group);
  if (link < 0) {
    snprintf(says, says_bytes, "%s takes no program: %s%s", path, strerror(-link),
             link == -EBADF || link == -EINVAL ? " (is it a control group of cgroup2?)" : "");
    return link;
  }
  // Kept open to the end of this process, and with it in force.
  return 0;
}

// Between the two stands the program (spec/bpf.md): r6 is the address of the registers, r7 what it ended with.
int kernel_put_program(struct bpf_kernel *kernel, uint32_t slot, uint32_t uid, const struct compiled *compiled, char *says,
                       size_t says_bytes) {
  const struct bpf_insn entry[] = {
      {.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 8, .src_reg = 1},
      {.code = BPF_LDX | BPF_MEM | BPF_DW, .dst_reg = 1, .src_reg = 8},
      {.code = BPF_LDX | BPF_MEM | BPF_W, .dst_reg = 1, .src_reg = 1, .off = (int16_t)kernel->kept_offset},
      {.code = BPF_STX | BPF_MEM | BPF_W, .dst_reg = 10, .src_reg = 1, .off = -4},
      {.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 2, .src_reg = 10},
      {.code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = 2, .imm = -4},
      {.code = BPF_LD | BPF_IMM | BPF_DW, .dst_reg = 1, .src_reg = BPF_PSEUDO_MAP_FD, .imm = kernel->maps[MAP_FLOWS]},
      {0},
      {.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_map_lookup_elem},
      {.code = BPF_JMP | BPF_JNE | BPF_K, .dst_reg = 0, .off = 1},
      {.code = BPF_JMP | BPF_EXIT},
      {.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 6, .src_reg = 0},
      {.code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = 6, .imm = offsetof(struct flow, registers)},
  };
  const struct bpf_insn leave[] = {
      {.code = BPF_STX | BPF_MEM | BPF_DW, .dst_reg = 6, .src_reg = 7,
       .off = offsetof(struct flow, stop) - offsetof(struct flow, registers)},
      {.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 1, .src_reg = 8},
      {.code = BPF_LD | BPF_IMM | BPF_DW, .dst_reg = 2, .src_reg = BPF_PSEUDO_MAP_FD, .imm = kernel->maps[MAP_CODE]},
      {0},
      {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 3},
      {.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_tail_call},
      {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0},
      {.code = BPF_JMP | BPF_EXIT},
  };
  struct bpf_insn *whole = malloc(sizeof entry + compiled->count * sizeof *whole + sizeof leave);
  if (!whole) return -ENOMEM;
  memcpy(whole, entry, sizeof entry);
  struct bpf_insn *at = whole + sizeof entry / sizeof *entry;
  memcpy(at, compiled->instructions, compiled->count * sizeof *at);
  at += compiled->count;
  memcpy(at, leave, sizeof leave);
  struct program_spec spec = {
      .type = BPF_PROG_TYPE_STRUCT_OPS,
      .name = "program",
      .instructions = whole,
      .count = (uint32_t)(at - whole) + sizeof leave / sizeof *leave,
      .attach_type_id = kernel->operations_type,
      .attach_type = kernel->member,
  };
  int program = bpf_load(&spec, says, says_bytes);
  free(whole);
  if (program < 0) return program;
  struct flow_program *to = &kernel->programs[slot];
  to->uid = uid;
  to->report_fields = compiled->report_fields;
  to->volatile_resets = compiled->volatile_resets;
  to->all_resets = compiled->all_resets;
  memcpy(to->resets, compiled->resets, compiled->all_resets * sizeof *to->resets);
  int error = bpf_map_set(kernel->maps[MAP_CODE], &slot, &program);
  close(program);
  return error;
}
