// Built for plain x86-64, and run before main: all Swift code of Mien may hold AVX2 instructions.
#include "cpu_check.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *mien_missing_instruction_set(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2")) return "AVX2";
  if (!__builtin_cpu_supports("fma")) return "FMA";
  if (!__builtin_cpu_supports("bmi2")) return "BMI2";
#endif
  return NULL;
}

bool mien_has_avx512(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
  return false;
#endif
}

bool mien_uses_avx512(void) {
  const char *wanted = getenv("MIEN_CPU");
  return mien_has_avx512() && !(wanted && strcmp(wanted, "x86-64-v3") == 0);
}

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
