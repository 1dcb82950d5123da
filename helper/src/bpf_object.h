// Programs that clang compiled for BPF, from an ELF object: their instructions with the addresses of maps and the places of
// the running kernel's fields filled in.
#ifndef MOORING_BPF_OBJECT_H
#define MOORING_BPF_OBJECT_H

#include <stddef.h>
#include <stdint.h>

#include <linux/bpf.h>

#include "btf.h"

struct map_name {
  const char *name;
  int fd;
};

struct bpf_object {
  const uint8_t *image;
  size_t length;
  struct btf types;
};

// `image` must live as long as `object`. 0, -EINVAL where it is none, or -ENOMEM.
int object_read(struct bpf_object *object, const void *image, size_t length);
void object_free(struct bpf_object *object);

// The instructions of the section `name`, to be freed by the caller, and their count; or NULL, with *what saying what is
// missing: a map, a field of the kernel.
struct bpf_insn *object_program(const struct bpf_object *object, const char *name, const struct btf *kernel,
                                const struct map_name *maps, int maps_count, uint32_t *count, const char **what);

#endif
