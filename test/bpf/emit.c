// The helper's compiler of programs as a filter: programs come in, what it makes of each goes out.
//
//   in    | length u32 | events u32 | instructions u32 | rows |
//   out   | code i32 | and with code 0 what wasm/bpf/exports.ts writes to its output |
#include <stdio.h>
#include <stdlib.h>

#include "../../helper/src/bpf_program.h"

static void put(uint32_t value) { fwrite(&value, 4, 1, stdout); }

int main(void) {
  uint32_t head[3];
  static struct compiled compiled;
  while (fread(head, sizeof head, 1, stdin) == 1) {
    uint8_t *rows = malloc(head[0] + 1);
    if (!rows || fread(rows, 1, head[0], stdin) != head[0]) return 1;
    int code = compile_program(rows, head[0], head[1], head[2], &compiled);
    put((uint32_t)code);
    free(rows);
    if (code) continue;
    put(compiled.count);
    put(compiled.branches);
    put(compiled.report_fields);
    put(compiled.volatile_resets);
    put(compiled.all_resets - compiled.volatile_resets);
    fwrite(compiled.instructions, sizeof *compiled.instructions, compiled.count, stdout);
    fwrite(compiled.resets, sizeof *compiled.resets, compiled.all_resets, stdout);
    compiled_free(&compiled);
  }
  return 0;
}
