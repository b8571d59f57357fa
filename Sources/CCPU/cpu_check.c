// Built for plain x86-64: all Swift code of Mien may hold AVX2 instructions.
#include "cpu_check.h"
#include <stdlib.h>
#include <string.h>

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
