// Types as BTF describes them (Documentation/bpf/btf.rst): the running kernel's, and those a program was compiled with.
#ifndef MOORING_BTF_H
#define MOORING_BTF_H

#include <stddef.h>
#include <stdint.h>

struct btf {
  const uint8_t *types;
  const char *names;
  uint32_t types_bytes, names_bytes;
  uint32_t count;        // of types; numbers go from 1, 0 is void
  const uint8_t **index; // by number
};

// `bytes` must live as long as `btf`. 0, or -EINVAL for what is none, or -ENOMEM.
int btf_read(struct btf *btf, const void *bytes, size_t length);
void btf_free(struct btf *btf);

// The number of a struct by its name; 0 where there is none.
uint32_t btf_struct(const struct btf *btf, const char *name);
// Bytes of a type, 0 where it has none.
uint32_t btf_size(const struct btf *btf, uint32_t type);
// A member's offset in bytes, looked for through members without a name; its type in *type where that is not NULL. -1 where
// there is none. *place is its place among the struct's own members.
int64_t btf_member(const struct btf *btf, uint32_t type, const char *name, uint32_t *member_type, uint32_t *place);
// Parameters of the function a member points to; -1 where it is none.
int btf_parameters(const struct btf *btf, uint32_t type);
// Where in `kernel` the field stands that `access` ("0:3:1", members by their place) names in a type of `own`; -1 where
// the kernel has none. *what is the name that was looked for.
int64_t btf_field(const struct btf *own, uint32_t type, const char *access, const struct btf *kernel, const char **what);
const char *btf_name_at(const struct btf *btf, uint32_t offset);

#endif
