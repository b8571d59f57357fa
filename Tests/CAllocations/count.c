// The test program's own malloc: glibc's, with a counter for the thread that asks. Being in the executable, it comes
// before glibc's for every library too.
#include "callocations.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED
#endif
#endif

static _Thread_local long count;
static _Thread_local int counting;
static atomic_long all;
static atomic_int counting_all;

static inline void note(void) {
  count += counting;
  if (atomic_load_explicit(&counting_all, memory_order_relaxed)) atomic_fetch_add_explicit(&all, 1, memory_order_relaxed);
}

void mien_count_all_allocations(void) {
  atomic_store(&all, 0);
  atomic_store(&counting_all, 1);
}

long mien_counted_all_allocations(void) {
  atomic_store(&counting_all, 0);
  return atomic_load(&all);
}

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
  note();
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  note();
  return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
  note();
  return __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  note();
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  note();
  *result = __libc_memalign(alignment, size);
  return *result ? 0 : ENOMEM;
}

#endif
