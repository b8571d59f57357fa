// Built for plain x86-64, and run before main: all Swift code of Mien may hold AVX2 instructions.
#include "cpu_check.h"
#include <stdio.h>
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

__attribute__((constructor)) static void check_cpu(void) {
  const char *missing = mien_missing_instruction_set();
  if (!missing) return;
  fprintf(stderr, "mien: this processor lacks %s; Mien needs an x86-64 processor with AVX2 and FMA (2013 or newer).\n", missing);
  _exit(1);
}
