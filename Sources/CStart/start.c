// Runs before the program's main, and in no other program: all Swift code of Mien may hold AVX2 instructions.
#include "cpu_check.h"
#include "start.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// A wrong MIEN_CPU is a usage error, as a wrong option is.
static void check_wanted(void) {
  const char *wanted = getenv("MIEN_CPU");
  if (!wanted || !*wanted || strcmp(wanted, "x86-64-v3") == 0) return;
  if (strcmp(wanted, "x86-64-v4") != 0) {
    fprintf(stderr, "mien: MIEN_CPU is \"%s\": it may be x86-64-v3 or x86-64-v4.\n", wanted);
    _exit(2);
  }
  if (mien_has_avx512()) return;
  fprintf(stderr, "mien: MIEN_CPU asks for x86-64-v4, but this processor lacks AVX-512.\n");
  _exit(2);
}

__attribute__((constructor)) static void check_cpu(void) {
  const char *missing = mien_missing_instruction_set();
  if (missing) {
    fprintf(stderr, "mien: this processor lacks %s; Mien needs an x86-64 processor with AVX2 and FMA (2013 or newer).\n", missing);
    _exit(1);
  }
  check_wanted();
}
