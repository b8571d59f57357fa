import CSandbox
import Glibc

/// Why a sandbox cannot be had.
enum SandboxError: Error {
  /// The kernel has no Landlock, or forbids it.
  case unavailable
}

/// What the process may still do once it is in: files by Landlock, system calls by seccomp. For files of strangers, whose decoders are the largest
/// part of what Mien runs. `docs/security.md` says what is refused.
struct Sandbox {
  /// Files, and folders with all below, that may be read.
  var readable: [String] = []
  /// Folders in which files may be made, replaced and removed; single files that may be written.
  var writable: [String] = []
  /// Whether addresses are inputs.
  var usesNetwork = false

  /// System calls that no decoder needs.
  private static let refused = [
    "execve", "execveat", "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "kcmp", "mount", "umount2",
    "fsopen", "fsmount", "move_mount", "open_tree", "pivot_root", "chroot", "unshare", "setns", "bpf",
    "perf_event_open",
    "userfaultfd", "io_uring_setup", "keyctl", "add_key", "request_key", "init_module", "finit_module", "delete_module",
    "kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff", "open_by_handle_at", "name_to_handle_at", "acct",
    "quotactl", "syslog", "settimeofday", "clock_settime", "adjtimex", "sethostname", "setdomainname", "setuid",
    "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setgroups", "capset", "iopl", "ioperm", "mknod",
    "mknodat", "personality", "vhangup",
  ]
  /// Those by which a process reaches others.
  private static let network = ["socket", "connect", "bind", "listen", "accept", "accept4"]

  /// What everything needs: libraries, fonts, settings of the system, figures of the process.
  private static let system = [
    "/usr", "/lib", "/lib64", "/etc", "/opt", "/proc", "/sys", "/dev/null", "/dev/zero", "/dev/urandom",
    "/var/cache/fontconfig",
    "/var/lib/ca-certificates", "/run/systemd/resolve", "/run/resolvconf", "/nix/store", "/gnu/store",
  ]

  /// Whether this system can keep a process in: Landlock's version, or nil.
  static var version: Int? {
    let version = LandlockVersion()
    return version >= 1 ? version : nil
  }

  /// Enters. What cannot be refused on this kernel is not.
  /// - Returns: whether files and system calls are refused from now on.
  func enter() -> Bool {
    guard GainNothing() == 0 else { return false }
    return restrictFiles() && restrictCalls()
  }

  private func restrictFiles() -> Bool {
    guard let version = Sandbox.version else { return false }
    let all = UInt64(
      version == 1 ? LandlockVersion1 : version == 2 ? LandlockVersion2 : LandlockVersion3)
    let rules = LandlockBegin(all, version >= 4 && !usesNetwork ? 3 : 0)
    guard rules >= 0 else { return false }
    defer { close(rules) }
    let read = UInt64(LandlockReadFile | LandlockReadFolder)
    let write =
      read
      | UInt64(
        LandlockWriteFile | LandlockRemoveFile | LandlockMakeFolder
          | LandlockMakeFile
          | LandlockRefer | LandlockTruncate)
    for path in Sandbox.system + readable { allow(rules, path, read & all) }
    for path in writable { allow(rules, path, write & all) }
    return LandlockEnter(rules) == 0
  }

  /// What is not there needs no rule.
  private func allow(_ rules: Int32, _ path: String, _ rights: UInt64) {
    let file = open(path, SandboxPathOnly | O_CLOEXEC)
    guard file >= 0 else { return }
    defer { close(file) }
    var status = stat()
    let isFolder = fstat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    let ofFiles = UInt64(LandlockReadFile | LandlockWriteFile | LandlockTruncate)
    _ = LandlockAllow(rules, file, isFolder ? rights : rights & ofFiles)
  }

  private func restrictCalls() -> Bool {
    guard let filter = SeccompBegin() else { return false }
    defer { seccomp_release(filter) }
    for name in Sandbox.refused + (usesNetwork ? [] : Sandbox.network) where SeccompRefuse(filter, name) != 0 {
      return false
    }
    return SeccompEnter(filter) == 0
  }
}
