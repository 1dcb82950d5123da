// The system call bpf(2), as far as the datapath in the kernel needs it. All give a descriptor or 0, or -errno.
#ifndef MOORING_BPF_CALL_H
#define MOORING_BPF_CALL_H

#include <stddef.h>
#include <stdint.h>

#include <linux/bpf.h>

struct map_spec {
  enum bpf_map_type type;
  const char *name;
  uint32_t key_bytes, value_bytes, entries, flags;
};

int bpf_map(const struct map_spec *spec);
int bpf_map_set(int map, const void *key, const void *value);
int bpf_map_push(int map, const void *value);
int bpf_map_remove(int map, const void *key);
// `says` takes the end of what the verifier has to say of a program that it refuses.
struct program_spec {
  enum bpf_prog_type type;
  const char *name;
  const struct bpf_insn *instructions;
  uint32_t count;
  uint32_t attach_type_id, attach_type; // struct_ops: the type of the operations and the member
};
int bpf_load(const struct program_spec *spec, char *says, size_t says_bytes);
// Operations of `type_id`, a type of the kernel's, in a map; `value` is what `bpf_map_set` puts there to register them.
int bpf_operations(const char *name, uint32_t type_id, uint32_t value_bytes, uint32_t flags);
// Descriptors of the maps there are, one after the other: begins with *id 0; -ENOENT after the last. The caller closes them.
int bpf_next_map(uint32_t *id, struct bpf_map_info *info);
// The map of that id: a descriptor, which the caller closes.
int bpf_open_map(uint32_t id, struct bpf_map_info *info);
// What the programs there are say of themselves, as `bpf_next_map`, and at most `room` of the maps each uses: 0 or -errno.
int bpf_next_program(uint32_t *id, struct bpf_prog_info *info, uint32_t *maps, uint32_t room);
int bpf_map_get(int map, const void *key, void *value);
int bpf_link(int program_or_map, int target, uint32_t attach_type);

#endif
