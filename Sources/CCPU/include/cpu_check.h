#include <stdbool.h>

/// The name of an instruction set that Mien needs and this processor lacks; NULL if none.
const char *mien_missing_instruction_set(void);

/// Whether this processor has AVX-512 as x86-64-v4 asks for it.
bool mien_has_avx512(void);

/// Whether AVX-512 is to be used: where the processor has it, unless MIEN_CPU is x86-64-v3.
bool mien_uses_avx512(void);

/// Asks for the line at `address`, which need not exist.
static inline void mien_prefetch(const void *address) { __builtin_prefetch(address, 0, 2); }
