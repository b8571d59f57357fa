// Landlock's three system calls, for which glibc has no functions, and libseccomp, one of whose functions Swift does not import.
// The numbers are those of the kernel's headers, which on Debian 12 are older than the kernels that people run.
#pragma once
#include <fcntl.h>
#include <seccomp.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
  LandlockExecute = 1 << 0,
  LandlockWriteFile = 1 << 1,
  LandlockReadFile = 1 << 2,
  LandlockReadFolder = 1 << 3,
  LandlockRemoveFolder = 1 << 4,
  LandlockRemoveFile = 1 << 5,
  LandlockMakeFolder = 1 << 7,
  LandlockMakeFile = 1 << 8,
  LandlockRefer = 1 << 13,
  LandlockTruncate = 1 << 14,
  /// All that a version knows, from the first on.
  LandlockVersion1 = (1 << 13) - 1,
  LandlockVersion2 = (1 << 14) - 1,
  LandlockVersion3 = (1 << 15) - 1,
};

/// Opens a place without reading it. (O_PATH, which glibc shows to GNU sources alone.)
static const int SandboxPathOnly = 010000000;

/// The version of Landlock that the kernel has; below 1 where it has none.
static inline long LandlockVersion(void) { return syscall(444, (void *)0, (size_t)0, 1u); }

/// A set of rules under which `files` are refused where no rule allows them, and TCP where `network` is not 0; below 0 where that fails.
static inline int LandlockBegin(uint64_t files, uint64_t network) {
  struct {
    uint64_t files, network;
  } attributes = {files, network};
  return (int)syscall(444, &attributes, network ? sizeof attributes : sizeof attributes.files, 0u);
}

/// Allows `rights` at an open file or folder and below it.
static inline int LandlockAllow(int rules, int file, uint64_t rights) {
  struct {
    uint64_t rights;
    int32_t file;
  } __attribute__((packed)) attributes = {rights, file};
  return (int)syscall(445, rules, 1, &attributes, 0u);
}

/// Has the rules hold for this thread and all that it starts.
static inline int LandlockEnter(int rules) { return (int)syscall(446, rules, 0u); }

/// Nothing that is run gets more rights than this process has.
static inline int GainNothing(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

/// Refuses a system call with EPERM.
static inline int SeccompRefuse(scmp_filter_ctx filter, const char *name) {
  int number = seccomp_syscall_resolve_name(name);
  return number == __NR_SCMP_ERROR ? 0 : seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(1), number, 0, (void *)0);
}

/// A filter that allows what is not refused.
static inline scmp_filter_ctx SeccompBegin(void) { return seccomp_init(SCMP_ACT_ALLOW); }

/// Has the filter hold for all threads of the process.
static inline int SeccompEnter(scmp_filter_ctx filter) {
  seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
  return seccomp_load(filter);
}
