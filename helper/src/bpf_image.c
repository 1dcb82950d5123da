// The programs of helper/bpf, as clang compiled them, inside this program: who may read it decides what is loaded with its
// rights. Empty where there was no clang, as the Makefile says.
#include "bpf_kernel.h"

#ifdef BPF_IMAGE
#define INCLUDED ".incbin \"" BPF_IMAGE "\"\n"
#else
#define INCLUDED
#endif

__asm__(".pushsection .rodata\n"
        ".balign 8\n"
        ".globl bpf_image\n.hidden bpf_image\nbpf_image:\n" INCLUDED
        ".globl bpf_image_end\n.hidden bpf_image_end\nbpf_image_end:\n"
        ".byte 0\n"
        ".popsection\n");
