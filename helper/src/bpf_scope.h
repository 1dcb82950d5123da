// Which flows come under the datapath, in words of the command line: ports, and where in this namespace it is asked for.
#ifndef MOORING_BPF_SCOPE_H
#define MOORING_BPF_SCOPE_H

#include <stddef.h>

#include "bpf_kernel.h"
#include "bpf_undo.h"
#include "endpoint.h"

// All that can be told before anything is loaded. 0, or -errno with one line in `says`.
int scope_check(const struct kind_options *options, char *says, size_t says_bytes);
// Enters the namespace where one is named.
int scope_enter(const struct kind_options *options, char *says, size_t says_bytes);
// Ports, of a checked text.
void scope_ports(const struct kind_options *options, struct flow_config *config);
// Routes, control group, default. What was changed before a failure is in `undo`.
int scope_apply(const struct kind_options *options, struct bpf_kernel *kernel, struct undo *undo, char *says, size_t says_bytes);

#endif
