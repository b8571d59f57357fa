// The test program's own malloc: glibc's, with a counter for the thread that asks. Being in the executable, it comes
// before glibc's for every library too.
#include "callocations.h"

#include <errno.h>
#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED
#endif
#endif

static _Thread_local long count;
static _Thread_local int counting;

void mien_count_allocations(void) {
  count = 0;
  counting = 1;
}

long mien_counted_allocations(void) {
  counting = 0;
  return count;
}

#if defined(SANITIZED) || !defined(__GLIBC__)

int mien_can_count_allocations(void) { return 0; }

#else

int mien_can_count_allocations(void) { return 1; }

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) {
  count += counting;
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  count += counting;
  return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
  count += counting;
  return __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  count += counting;
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  count += counting;
  *result = __libc_memalign(alignment, size);
  return *result ? 0 : ENOMEM;
}

#endif
