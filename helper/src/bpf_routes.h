// Routes of this network namespace whose flows come under a congestion control (`ip route … congctl NAME`), by rtnetlink.
#ifndef MOORING_BPF_ROUTES_H
#define MOORING_BPF_ROUTES_H

#include <stddef.h>

#include "bpf_undo.h"

// Has the route `prefix` name the congestion control `name`, and notes how it was. 0, -ESRCH where there is no such route,
// -EINVAL where it is no prefix, or another -errno.
int route_set(const char *prefix, const char *name, struct undo *undo);
// The message that `route_set` has noted.
int route_put_back(const void *message, size_t length);

#endif
