#include "btf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/btf.h>

// Types within types, of which a kernel has a few: more is a circle.
#define DEEPEST 32

static const struct btf_type *at(const struct btf *btf, uint32_t type) {
  return type && type <= btf->count ? (const struct btf_type *)btf->index[type] : NULL;
}

static const struct btf_type *plain(const struct btf *btf, uint32_t *number);
static size_t extra(const struct btf_type *type);
static const struct btf_member *members(const struct btf_type *type) { return (const struct btf_member *)(type + 1); }

static uint32_t bit_offset(const struct btf_type *type, const struct btf_member *member) {
  return BTF_INFO_KFLAG(type->info) ? BTF_MEMBER_BIT_OFFSET(member->offset) : member->offset;
}

static int is_record(const struct btf_type *type) {
  int kind = type ? BTF_INFO_KIND(type->info) : BTF_KIND_UNKN;
  return kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION;
}

int btf_read(struct btf *btf, const void *bytes, size_t length) {
  const struct btf_header *head = bytes;
  *btf = (struct btf){0};
  if (length < sizeof *head || head->magic != BTF_MAGIC || head->hdr_len > length) return -EINVAL;
  size_t rest = length - head->hdr_len;
  if (head->type_off > rest || head->type_len > rest - head->type_off) return -EINVAL;
  if (head->str_off > rest || head->str_len > rest - head->str_off || !head->str_len) return -EINVAL;
  btf->types = (const uint8_t *)bytes + head->hdr_len + head->type_off;
  btf->names = (const char *)bytes + head->hdr_len + head->str_off;
  btf->types_bytes = head->type_len;
  btf->names_bytes = head->str_len;
  if (btf->names[btf->names_bytes - 1]) return -EINVAL;
  btf->index = calloc(head->type_len / sizeof(struct btf_type) + 2, sizeof *btf->index);
  if (!btf->index) return -ENOMEM;
  for (uint32_t offset = 0; offset < btf->types_bytes;) {
    const struct btf_type *type = (const struct btf_type *)(btf->types + offset);
    size_t left = btf->types_bytes - offset;
    size_t size = left < sizeof *type ? 0 : sizeof *type + extra(type);
    if (!size || size > left) {
      btf_free(btf);
      return -EINVAL;
    }
    btf->index[++btf->count] = (const uint8_t *)type;
    offset += (uint32_t)size;
  }
  return 0;
}

void btf_free(struct btf *btf) {
  free(btf->index);
  *btf = (struct btf){0};
}

// Bytes behind the head of a type.
static size_t extra(const struct btf_type *type) {
  size_t count = BTF_INFO_VLEN(type->info);
  switch (BTF_INFO_KIND(type->info)) {
  case BTF_KIND_INT:
  case BTF_KIND_VAR:
  case BTF_KIND_DECL_TAG:
    return 4;
  case BTF_KIND_ARRAY:
    return sizeof(struct btf_array);
  case BTF_KIND_STRUCT:
  case BTF_KIND_UNION:
  case BTF_KIND_DATASEC:
  case 19: // BTF_KIND_ENUM64, younger than the headers of some
    return count * 12;
  case BTF_KIND_ENUM:
  case BTF_KIND_FUNC_PROTO:
    return count * 8;
  default:
    return 0;
  }
}

const char *btf_name_at(const struct btf *btf, uint32_t offset) {
  return offset < btf->names_bytes ? btf->names + offset : "";
}

uint32_t btf_struct(const struct btf *btf, const char *name) {
  for (uint32_t number = 1; number <= btf->count; number += 1) {
    const struct btf_type *type = at(btf, number);
    if (is_record(type) && strcmp(btf_name_at(btf, type->name_off), name) == 0) return number;
  }
  return 0;
}

// Behind names and qualifiers.
static const struct btf_type *plain(const struct btf *btf, uint32_t *number) {
  for (int depth = 0; depth < DEEPEST; depth += 1) {
    const struct btf_type *type = at(btf, *number);
    if (!type) return NULL;
    switch (BTF_INFO_KIND(type->info)) {
    case BTF_KIND_TYPEDEF:
    case BTF_KIND_VOLATILE:
    case BTF_KIND_CONST:
    case BTF_KIND_RESTRICT:
    case BTF_KIND_TYPE_TAG:
      *number = type->type;
      break;
    default:
      return type;
    }
  }
  return NULL;
}

uint32_t btf_size(const struct btf *btf, uint32_t number) {
  uint32_t size = 1;
  for (int depth = 0; depth < DEEPEST; depth += 1) {
    const struct btf_type *type = plain(btf, &number);
    if (!type) return 0;
    int kind = BTF_INFO_KIND(type->info);
    if (kind == BTF_KIND_PTR) return size * 8;
    if (kind != BTF_KIND_ARRAY) return size * type->size;
    const struct btf_array *array = (const struct btf_array *)(type + 1);
    size *= array->nelems;
    number = array->type;
  }
  return 0;
}

static int64_t member_of(const struct btf *btf, uint32_t number, const char *name, uint32_t *member_type,
                         uint32_t *place, int depth) {
  const struct btf_type *type = plain(btf, &number);
  if (!is_record(type) || depth > DEEPEST) return -1;
  for (uint32_t i = 0; i < BTF_INFO_VLEN(type->info); i += 1) {
    const struct btf_member *member = members(type) + i;
    const char *called = btf_name_at(btf, member->name_off);
    int64_t offset = -1;
    if (*called) {
      if (strcmp(called, name) != 0) continue;
      offset = 0;
      if (member_type) *member_type = member->type;
    } else {
      offset = member_of(btf, member->type, name, member_type, NULL, depth + 1);
    }
    if (offset < 0) continue;
    if (place) *place = i;
    return offset + bit_offset(type, member) / 8;
  }
  return -1;
}

int64_t btf_member(const struct btf *btf, uint32_t type, const char *name, uint32_t *member_type, uint32_t *place) {
  return member_of(btf, type, name, member_type, place, 0);
}

int btf_parameters(const struct btf *btf, uint32_t number) {
  const struct btf_type *type = plain(btf, &number);
  if (!type || BTF_INFO_KIND(type->info) != BTF_KIND_PTR) return -1;
  number = type->type;
  type = plain(btf, &number);
  return type && BTF_INFO_KIND(type->info) == BTF_KIND_FUNC_PROTO ? (int)BTF_INFO_VLEN(type->info) : -1;
}

int64_t btf_field(const struct btf *own, uint32_t number, const char *access, const struct btf *kernel,
                  const char **what) {
  const struct btf_type *type = plain(own, &number);
  if (!is_record(type)) return -1;
  *what = btf_name_at(own, type->name_off);
  uint32_t target = btf_struct(kernel, *what);
  if (!target) return -1;
  char *end;
  int64_t offset = (int64_t)strtoul(access, &end, 10) * btf_size(kernel, target);
  while (*end == ':') {
    uint32_t place = (uint32_t)strtoul(end + 1, &end, 10);
    if (!type) return -1;
    if (BTF_INFO_KIND(type->info) == BTF_KIND_ARRAY) {
      const struct btf_type *array = plain(kernel, &target);
      if (!array || BTF_INFO_KIND(array->info) != BTF_KIND_ARRAY) return -1;
      target = ((const struct btf_array *)(array + 1))->type;
      number = ((const struct btf_array *)(type + 1))->type;
      offset += (int64_t)place * btf_size(kernel, target);
    } else {
      if (!is_record(type) || place >= BTF_INFO_VLEN(type->info)) return -1;
      const struct btf_member *member = members(type) + place;
      const char *name = btf_name_at(own, member->name_off);
      // One without a name has the same members whether the kernel wraps them or not.
      if (*name) {
        *what = name;
        int64_t at_member = btf_member(kernel, target, name, &target, NULL);
        if (at_member < 0) return -1;
        offset += at_member;
      }
      number = member->type;
    }
    type = plain(own, &number);
  }
  return offset;
}
