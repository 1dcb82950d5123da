// Whom a launched program runs as, and giving privilege up for good.
#ifndef MOORING_PRIVILEGE_H
#define MOORING_PRIVILEGE_H

#include <stdbool.h>
#include <sys/types.h>

struct identity {
  uid_t uid;
  gid_t gid;
  char name[64];
  char home[256];
  bool changes; // it differs from who we are now
};

// --user NAME or UID; else, for root, who called sudo (SUDO_UID); else who we are. Returns 0, or -errno with *what telling what was wrong.
int choose_identity(const char *user, struct identity *identity, const char **what);

// Becomes `identity` and can never get back: groups, gids, uids, every capability set, the
// bounding set where that may be changed, no_new_privs; then tries to regain root and fails if
// that works. Returns 0 or -errno.
int drop_privilege(const struct identity *identity, const char **what);

#endif
