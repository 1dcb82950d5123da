#include "privilege.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>

#include "arguments.h"

static int clear_capabilities(void);

int choose_identity(const char *user, struct identity *identity, const char **what) {
  *identity = (struct identity){.uid = getuid(), .gid = getgid()};
  int64_t number = -1;
  const struct passwd *entry = NULL;
  *what = "no such user";
  if (user) {
    if (read_number(user, 10, 0, UINT32_MAX - 1, &number)) entry = getpwuid((uid_t)number);
    else entry = getpwnam(user);
    if (!entry && number < 0) return -ENOENT;
  } else if (getuid() == 0 && getenv("SUDO_UID")) {
    *what = "SUDO_UID is not a user number";
    if (!read_number(getenv("SUDO_UID"), 10, 0, UINT32_MAX - 1, &number)) return -EINVAL;
    entry = getpwuid((uid_t)number);
  } else {
    entry = getpwuid(identity->uid);
  }
  if (entry) {
    identity->uid = entry->pw_uid;
    identity->gid = entry->pw_gid;
    snprintf(identity->name, sizeof identity->name, "%s", entry->pw_name);
    snprintf(identity->home, sizeof identity->home, "%s", entry->pw_dir);
  } else if (number >= 0) {
    identity->uid = (uid_t)number;
    identity->gid = (gid_t)number;
  }
  identity->changes = identity->uid != getuid();
  *what = "only root may choose another user";
  return identity->changes && getuid() != 0 ? -EPERM : 0;
}

int drop_privilege(const struct identity *identity, const char **what) {
  *what = "PR_SET_NO_NEW_PRIVS";
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return -errno;
  if (identity->uid != 0) {
    // What a later set-uid program could bring back must be gone before the uid goes.
    for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability += 1) {
      prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
    }
    if (getuid() == 0) {
      *what = "setgroups";
      int dropped = identity->name[0] ? initgroups(identity->name, identity->gid) : setgroups(0, NULL);
      if (dropped < 0) return -errno;
    }
    *what = "setresgid";
    if (setresgid(identity->gid, identity->gid, identity->gid) < 0) return -errno;
    *what = "setresuid";
    if (setresuid(identity->uid, identity->uid, identity->uid) < 0) return -errno;
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    *what = "capset";
    int error = clear_capabilities();
    if (error) return error;
    *what = "root could be regained";
    if (setuid(0) == 0) return -EPERM;
    if (identity->changes && identity->name[0]) {
      setenv("USER", identity->name, 1);
      setenv("LOGNAME", identity->name, 1);
      setenv("HOME", identity->home, 1);
    }
  }
  return 0;
}

static int clear_capabilities(void) {
  struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[2] = {{0}};
  return syscall(SYS_capset, &head, none) < 0 ? -errno : 0;
}
