// Runs programs of ours in the kernel: each is loaded between an entry that takes the one value of a map and an end that
// gives what it ended with, and run by BPF_PROG_TEST_RUN. Requests on stdin, answers on stdout, little-endian:
//
//   load   | 1 u32 | slot u32 | instructions u32 | instruction 8 × instructions |        → | 0 or errno u32 |
//   run    | 2 u32 | slot u32 | registers REGISTERS |                       → | r7 i32 | registers REGISTERS |
//
//   run SLOTS REGISTERS    one map value of REGISTERS bytes, SLOTS programs at a time
#include <errno.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOST_INSTRUCTIONS = 40000, LOG_BYTES = 1 << 20 };

static int bpf(int command, union bpf_attr *attributes) {
	return (int)syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

static void take(void *into, size_t bytes) {
	if (fread(into, 1, bytes, stdin) != bytes) exit(feof(stdin) ? 0 : 1);
}

static struct bpf_insn instruction(uint8_t code, uint8_t to, uint8_t from, int16_t offset, int32_t immediate) {
	return (struct bpf_insn){.code = code, .dst_reg = to, .src_reg = from, .off = offset, .imm = immediate};
}

static int make_map(uint32_t bytes) {
	union bpf_attr attributes = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = bytes, .max_entries = 1,
		.map_flags = BPF_F_MMAPABLE};
	return bpf(BPF_MAP_CREATE, &attributes);
}

static int load(struct bpf_insn *code, uint32_t count) {
	static char log[LOG_BYTES];
	union bpf_attr attributes = {.prog_type = BPF_PROG_TYPE_SCHED_CLS, .insn_cnt = count, .insns = (uintptr_t)code,
		.license = (uintptr_t) "Dual MIT/GPL"};
	int program = bpf(BPF_PROG_LOAD, &attributes);
	if (program >= 0) return program;
	int why = errno;
	attributes.log_buf = (uintptr_t)log;
	attributes.log_size = sizeof log;
	attributes.log_level = 1;
	bpf(BPF_PROG_LOAD, &attributes);
	log[LOG_BYTES - 1] = 0;
	size_t length = strlen(log);
	fprintf(stderr, "%s\n", log + (length > 2000 ? length - 2000 : 0));
	errno = why;
	return -1;
}

int main(int count, char **arguments) {
	if (count != 3) return 2;
	const uint32_t slots = (uint32_t)atoi(arguments[1]), bytes = (uint32_t)atoi(arguments[2]);
	int *programs = calloc(slots, sizeof *programs);
	int map = make_map(bytes);
	if (map < 0) {
		perror("BPF_MAP_CREATE");
		return 1;
	}
	uint8_t *value = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
	if (value == MAP_FAILED) {
		perror("mmap");
		return 1;
	}
	static struct bpf_insn code[MOST_INSTRUCTIONS + 8];
	static uint8_t packet[64];
	for (;;) {
		uint32_t request[2];
		take(request, sizeof request);
		if (request[1] >= slots) return 2;
		int *program = &programs[request[1]];
		if (request[0] == 1) {
			uint32_t instructions, answer = 0;
			take(&instructions, sizeof instructions);
			if (instructions > MOST_INSTRUCTIONS) return 2;
			code[0] = instruction(BPF_LD | BPF_IMM | BPF_DW, 6, BPF_PSEUDO_MAP_VALUE, 0, map);
			code[1] = instruction(0, 0, 0, 0, 0);
			take(code + 2, instructions * sizeof *code);
			code[instructions + 2] = instruction(BPF_ALU64 | BPF_MOV | BPF_X, 0, 7, 0, 0);
			code[instructions + 3] = instruction(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
			if (*program) close(*program);
			*program = load(code, instructions + 4);
			if (*program < 0) {
				answer = (uint32_t)errno;
				*program = 0;
			}
			fwrite(&answer, sizeof answer, 1, stdout);
		} else {
			take(value, bytes);
			union bpf_attr attributes = {.test = {.prog_fd = (uint32_t)*program, .data_size_in = sizeof packet,
				.data_in = (uintptr_t)packet}};
			if (bpf(BPF_PROG_TEST_RUN, &attributes) < 0) {
				perror("BPF_PROG_TEST_RUN");
				return 1;
			}
			fwrite(&attributes.test.retval, 4, 1, stdout);
			fwrite(value, 1, bytes, stdout);
		}
		fflush(stdout);
	}
}
