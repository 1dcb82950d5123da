#include "bpf_object.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define RELOCATION_MAP 1 // R_BPF_64_64
// Of the kinds of CO-RE relocations the one our programs have: a field's offset.
#define FIELD_OFFSET 0

struct core_relocation {
  uint32_t at, type, access, kind;
};

static const Elf64_Shdr *section_at(const struct bpf_object *object, uint32_t number);
static const Elf64_Shdr *section_named(const struct bpf_object *object, const char *name, uint32_t *number);
static const char *bytes_of(const struct bpf_object *object, const Elf64_Shdr *section) {
  return (const char *)object->image + section->sh_offset;
}

int object_read(struct bpf_object *object, const void *image, size_t length) {
  *object = (struct bpf_object){.image = image, .length = length};
  const Elf64_Ehdr *head = image;
  if (length < sizeof *head || memcmp(head->e_ident, ELFMAG, SELFMAG) != 0) return -EINVAL;
  if (head->e_shoff > length || head->e_shnum > (length - head->e_shoff) / sizeof(Elf64_Shdr)) return -EINVAL;
  const Elf64_Shdr *types = section_named(object, ".BTF", NULL);
  return types ? btf_read(&object->types, bytes_of(object, types), types->sh_size) : -EINVAL;
}

void object_free(struct bpf_object *object) { btf_free(&object->types); }

// NULL also for one that is not inside the image.
static const Elf64_Shdr *section_at(const struct bpf_object *object, uint32_t number) {
  const Elf64_Ehdr *head = (const Elf64_Ehdr *)object->image;
  if (number >= head->e_shnum) return NULL;
  const Elf64_Shdr *section = (const Elf64_Shdr *)(object->image + head->e_shoff) + number;
  return section->sh_offset <= object->length && section->sh_size <= object->length - section->sh_offset ? section : NULL;
}

static const Elf64_Shdr *section_named(const struct bpf_object *object, const char *name, uint32_t *number) {
  const Elf64_Ehdr *head = (const Elf64_Ehdr *)object->image;
  const Elf64_Shdr *names = section_at(object, head->e_shstrndx);
  if (!names) return NULL;
  for (uint32_t i = 1; i < head->e_shnum; i += 1) {
    const Elf64_Shdr *section = section_at(object, i);
    if (!section || section->sh_name >= names->sh_size) continue;
    if (strcmp(bytes_of(object, names) + section->sh_name, name) != 0) continue;
    if (number) *number = i;
    return section;
  }
  return NULL;
}

// Addresses of maps: a symbol's name is the map's.
static int put_maps(const struct bpf_object *object, uint32_t number, struct bpf_insn *instructions, uint32_t count,
                    const struct map_name *maps, int maps_count, const char **what) {
  const Elf64_Ehdr *head = (const Elf64_Ehdr *)object->image;
  for (uint32_t i = 1; i < head->e_shnum; i += 1) {
    const Elf64_Shdr *section = section_at(object, i);
    if (!section || section->sh_type != SHT_REL || section->sh_info != number) continue;
    const Elf64_Shdr *symbols = section_at(object, section->sh_link);
    const Elf64_Shdr *names = symbols ? section_at(object, symbols->sh_link) : NULL;
    if (!names) return -EINVAL;
    const Elf64_Rel *relocation = (const Elf64_Rel *)bytes_of(object, section);
    for (size_t left = section->sh_size / sizeof *relocation; left; left -= 1, relocation += 1) {
      uint64_t at = relocation->r_offset / sizeof *instructions, symbol = ELF64_R_SYM(relocation->r_info);
      *what = "a relocation";
      if (ELF64_R_TYPE(relocation->r_info) != RELOCATION_MAP || at + 1 >= count) return -EINVAL;
      if (symbol >= symbols->sh_size / sizeof(Elf64_Sym)) return -EINVAL;
      const Elf64_Sym *found = (const Elf64_Sym *)bytes_of(object, symbols) + symbol;
      *what = bytes_of(object, names) + found->st_name;
      int map = 0;
      while (map < maps_count && strcmp(maps[map].name, *what) != 0) map += 1;
      if (map == maps_count) return -ENOENT;
      instructions[at].src_reg = BPF_PSEUDO_MAP_FD;
      instructions[at].imm = maps[map].fd;
    }
  }
  return 0;
}

static int put_field(struct bpf_insn *instruction, int64_t offset) {
  switch (BPF_CLASS(instruction->code)) {
  case BPF_LDX:
  case BPF_ST:
  case BPF_STX:
    if (offset > INT16_MAX) return -ERANGE;
    instruction->off = (int16_t)offset;
    return 0;
  case BPF_ALU:
  case BPF_ALU64:
    instruction->imm = (int32_t)offset;
    return 0;
  default:
    return -EINVAL;
  }
}

// The records of .BTF.ext that say where in the instructions a field's offset stands:
//
//   | magic u16 | version, flags u8 | header bytes u32 | func from, bytes u32 | line from, bytes u32 | core from, bytes u32 |
//   core: | record bytes u32 | then for each section: | its name u32 | count u32 | record × count |
static int put_fields(const struct bpf_object *object, const char *name, struct bpf_insn *instructions, uint32_t count,
                      const struct btf *kernel, const char **what) {
  const Elf64_Shdr *section = section_named(object, ".BTF.ext", NULL);
  if (!section) return -EINVAL;
  const uint32_t *head = (const uint32_t *)bytes_of(object, section);
  if (section->sh_size < 32 || head[1] < 32 || head[1] > section->sh_size) return -EINVAL;
  size_t room = section->sh_size - head[1];
  if (head[6] > room || head[7] > room - head[6] || head[7] < 4) return -EINVAL;
  const uint8_t *at = (const uint8_t *)head + head[1] + head[6], *end = at + head[7];
  const uint32_t *first = (const uint32_t *)at;
  if (*first != sizeof(struct core_relocation)) return -EINVAL;
  for (at += 4; end - at >= 8;) {
    const uint32_t *of = (const uint32_t *)at;
    const struct core_relocation *relocations = (const struct core_relocation *)(at + 8);
    if (of[1] > (size_t)(end - at - 8) / sizeof *relocations) return -EINVAL;
    at += 8 + of[1] * sizeof *relocations;
    if (strcmp(btf_name_at(&object->types, of[0]), name) != 0) continue;
    for (uint32_t i = 0; i < of[1]; i += 1) {
      const struct core_relocation *relocation = relocations + i;
      const char *access = btf_name_at(&object->types, relocation->access);
      uint32_t instruction = relocation->at / sizeof *instructions;
      *what = "a relocation";
      if (relocation->kind != FIELD_OFFSET || instruction >= count) return -EINVAL;
      int64_t offset = btf_field(&object->types, relocation->type, access, kernel, what);
      if (offset < 0) return -ENOENT;
      int error = put_field(instructions + instruction, offset);
      if (error) return error;
    }
  }
  return 0;
}

struct bpf_insn *object_program(const struct bpf_object *object, const char *name, const struct btf *kernel,
                                const struct map_name *maps, int maps_count, uint32_t *count, const char **what) {
  uint32_t number;
  const Elf64_Shdr *section = section_named(object, name, &number);
  *what = name;
  if (!section || !section->sh_size) return NULL;
  struct bpf_insn *instructions = malloc(section->sh_size);
  if (!instructions) return NULL;
  memcpy(instructions, bytes_of(object, section), section->sh_size);
  *count = (uint32_t)(section->sh_size / sizeof *instructions);
  int error = put_maps(object, number, instructions, *count, maps, maps_count, what);
  if (!error) error = put_fields(object, name, instructions, *count, kernel, what);
  if (!error) return instructions;
  free(instructions);
  return NULL;
}
