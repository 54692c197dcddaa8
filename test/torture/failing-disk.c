// Preloaded into a process, makes one call of it fail: the FAIL_AT-th of FAIL_CALL (rename, fsync or link), with errno
// FAIL_ERRNO. It is the disk that fails for the program under torture.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static atomic_int calls;

static int fails(const char *call) {
  const char *name = getenv("FAIL_CALL");
  const char *at = getenv("FAIL_AT");
  const char *code = getenv("FAIL_ERRNO");
  if (!name || !at || !code || strcmp(name, call) != 0) return 0;
  if (atomic_fetch_add(&calls, 1) + 1 != atoi(at)) return 0;
  errno = atoi(code);
  return 1;
}

int rename(const char *from, const char *to) {
  if (fails("rename")) return -1;
  int (*real)(const char *, const char *) = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
  return real(from, to);
}

int fsync(int file) {
  if (fails("fsync")) return -1;
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  return real(file);
}

int link(const char *from, const char *to) {
  if (fails("link")) return -1;
  int (*real)(const char *, const char *) = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "link");
  return real(from, to);
}
