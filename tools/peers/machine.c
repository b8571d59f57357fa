// The most that one core does: multiply-adds in registers, and reading 512 MB. Prints GFLOP/s and GB/s.
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#if defined(__AVX512F__)
#define BYTES 64
#elif defined(__AVX__)
#define BYTES 32
#else
#define BYTES 16
#endif
#define CHAINS 12

typedef float vector __attribute__((vector_size(BYTES)));
enum { LANES = BYTES / sizeof(float) };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static double multiply_adds(vector *sums) {
  enum { ROUNDS = 4000000 };
  vector factor = sums[0] * 0 + 0.999f, term = sums[0] * 0 + 1e-3f;
  vector a[CHAINS];
  for (int i = 0; i < CHAINS; i++) a[i] = sums[i];
  double start = now();
  for (int round = 0; round < ROUNDS; round++) {
#pragma GCC unroll 12
    for (int i = 0; i < CHAINS; i++) a[i] = a[i] * factor + term;
  }
  double seconds = now() - start;
  for (int i = 0; i < CHAINS; i++) sums[i] = a[i];
  return 2.0 * LANES * CHAINS * ROUNDS / seconds / 1e9;
}

static double reading(const float *memory, size_t floats, vector *sums) {
  double start = now();
  for (size_t i = 0; i + 8 * LANES <= floats; i += 8 * LANES)
    for (int j = 0; j < 8; j++) sums[j] += *(const vector *)(memory + i + j * LANES);
  return floats * 4 / (now() - start) / 1e9;
}

int main(void) {
  vector sums[CHAINS] = {{0}};
  size_t floats = 128u << 20;
  float *memory = aligned_alloc(4096, floats * 4);
  if (!memory) return 1;
  for (size_t i = 0; i < floats; i++) memory[i] = i & 7;
  double peak = 0, bandwidth = 0, check = 0;
  for (int i = 0; i < 5; i++) {
    double p = multiply_adds(sums), b = reading(memory, floats, sums);
    peak = p > peak ? p : peak;
    bandwidth = b > bandwidth ? b : bandwidth;
  }
  for (int i = 0; i < CHAINS; i++) check += sums[i][0];
  printf("%.1f %.1f\n", peak, bandwidth);
  return check == 12345;
}
