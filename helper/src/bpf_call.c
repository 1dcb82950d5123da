#include "bpf_call.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// The kernel wants a description of types with operations, whichever.
static int any_types(void);

static int call(int command, union bpf_attr *attributes) {
  long result = syscall(SYS_bpf, command, attributes, sizeof *attributes);
  return result < 0 ? -errno : (int)result;
}

static void copy_name(char *to, const char *name) { strncpy(to, name, BPF_OBJ_NAME_LEN - 1); }

int bpf_map(const struct map_spec *spec) {
  union bpf_attr attributes = {
      .map_type = spec->type,
      .key_size = spec->key_bytes,
      .value_size = spec->value_bytes,
      .max_entries = spec->entries,
      .map_flags = spec->flags,
  };
  copy_name(attributes.map_name, spec->name);
  return call(BPF_MAP_CREATE, &attributes);
}

int bpf_map_set(int map, const void *key, const void *value) {
  union bpf_attr attributes = {.map_fd = (uint32_t)map, .key = (uintptr_t)key, .value = (uintptr_t)value};
  return call(BPF_MAP_UPDATE_ELEM, &attributes);
}

int bpf_map_push(int map, const void *value) { return bpf_map_set(map, NULL, value); }

int bpf_map_remove(int map, const void *key) {
  union bpf_attr attributes = {.map_fd = (uint32_t)map, .key = (uintptr_t)key};
  return call(BPF_MAP_DELETE_ELEM, &attributes);
}

int bpf_load(const struct program_spec *spec, char *says, size_t says_bytes) {
  // Only who says so may call what the kernel has under the GPL; helper/bpf/ is under both.
  static const char licence[] = "Dual MIT/GPL";
  union bpf_attr attributes = {
      .prog_type = spec->type,
      .insns = (uintptr_t)spec->instructions,
      .insn_cnt = spec->count,
      .license = (uintptr_t)licence,
      .attach_btf_id = spec->attach_type_id,
      .expected_attach_type = spec->attach_type,
  };
  copy_name(attributes.prog_name, spec->name);
  says[0] = 0;
  int program = call(BPF_PROG_LOAD, &attributes);
  if (program >= 0 || program == -EPERM) return program;
  // Once more, now with words: a log that does not fit would be an error by itself.
  size_t room = 1 << 20;
  char *log = malloc(room);
  if (!log) return program;
  attributes.log_level = 1;
  attributes.log_size = (uint32_t)room;
  attributes.log_buf = (uintptr_t)log;
  log[0] = 0;
  int again = call(BPF_PROG_LOAD, &attributes);
  if (again >= 0) close(again);
  // The last line is a count, the one before it says why.
  size_t length = strlen(log);
  while (length && log[length - 1] == '\n') log[--length] = 0;
  char *last = strrchr(log, '\n');
  if (last && strncmp(last, "\nprocessed ", 11) == 0) *last = 0;
  last = strrchr(log, '\n');
  strncpy(says, last ? last + 1 : log, says_bytes - 1);
  says[says_bytes - 1] = 0;
  free(log);
  return program;
}

int bpf_operations(const char *name, uint32_t type_id, uint32_t value_bytes, uint32_t flags) {
  int types = any_types();
  if (types < 0) return types;
  union bpf_attr attributes = {
      .map_type = BPF_MAP_TYPE_STRUCT_OPS,
      .key_size = 4,
      .value_size = value_bytes,
      .max_entries = 1,
      .map_flags = flags,
      .btf_fd = (uint32_t)types,
      .btf_vmlinux_value_type_id = type_id,
  };
  copy_name(attributes.map_name, name);
  int map = call(BPF_MAP_CREATE, &attributes);
  close(types);
  return map;
}

int bpf_next_map(uint32_t *id, struct bpf_map_info *info) {
  union bpf_attr attributes = {.start_id = *id};
  int error = call(BPF_MAP_GET_NEXT_ID, &attributes);
  if (error) return error;
  *id = attributes.next_id;
  return bpf_open_map(*id, info);
}

int bpf_open_map(uint32_t id, struct bpf_map_info *info) {
  union bpf_attr attributes = {.map_id = id};
  int map = call(BPF_MAP_GET_FD_BY_ID, &attributes);
  if (map < 0) return map;
  memset(info, 0, sizeof *info);
  attributes = (union bpf_attr){.info = {.bpf_fd = (uint32_t)map, .info_len = sizeof *info, .info = (uintptr_t)info}};
  call(BPF_OBJ_GET_INFO_BY_FD, &attributes);
  return map;
}

int bpf_next_program(uint32_t *id, struct bpf_prog_info *info, uint32_t *maps, uint32_t room) {
  union bpf_attr attributes = {.start_id = *id};
  int error = call(BPF_PROG_GET_NEXT_ID, &attributes);
  if (error) return error;
  *id = attributes.next_id;
  attributes = (union bpf_attr){.prog_id = *id};
  int program = call(BPF_PROG_GET_FD_BY_ID, &attributes);
  if (program < 0) return program;
  memset(info, 0, sizeof *info);
  info->nr_map_ids = room;
  info->map_ids = (uintptr_t)maps;
  attributes = (union bpf_attr){.info = {.bpf_fd = (uint32_t)program, .info_len = sizeof *info, .info = (uintptr_t)info}};
  if (call(BPF_OBJ_GET_INFO_BY_FD, &attributes)) info->nr_map_ids = 0;
  close(program);
  if (info->nr_map_ids > room) info->nr_map_ids = room;
  return 0;
}

int bpf_map_get(int map, const void *key, void *value) {
  union bpf_attr attributes = {.map_fd = (uint32_t)map, .key = (uintptr_t)key, .value = (uintptr_t)value};
  return call(BPF_MAP_LOOKUP_ELEM, &attributes);
}

int bpf_link(int program_or_map, int target, uint32_t attach_type) {
  union bpf_attr attributes = {
      .link_create = {.prog_fd = (uint32_t)program_or_map, .target_fd = (uint32_t)target, .attach_type = attach_type}};
  return call(BPF_LINK_CREATE, &attributes);
}

static int any_types(void) {
  // magic, version, flags, header bytes | types from, bytes | names from, bytes | "int", 4 bytes, 32 bits
  static const struct {
    uint16_t magic;
    uint8_t version, flags;
    uint32_t header, types_at, types_bytes, names_at, names_bytes;
    uint32_t name, info, size, encoding;
    char names[8];
  } one = {0xeb9f, 1, 0, 24, 0, 16, 16, 8, 1, 1 << 24, 4, 32, "\0int"};
  union bpf_attr attributes = {.btf = (uintptr_t)&one, .btf_size = sizeof one};
  return call(BPF_BTF_LOAD, &attributes);
}
