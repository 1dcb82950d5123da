// For an addon that is linked to no C library and takes what it calls from the one Node has: every
// glibc since 2.28 (Node's own floor) and musl export the same names, but for these. Before 2.33
// glibc had them inline in its headers only.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef __LP64__
#error "on 32 bits the kernel's struct stat is not the C library's"
#endif

int fstat(int fd, struct stat *status) { return (int)syscall(SYS_fstat, fd, status); }

int lstat(const char *restrict path, struct stat *restrict status) {
  return (int)syscall(SYS_newfstatat, AT_FDCWD, path, status, AT_SYMLINK_NOFOLLOW);
}
