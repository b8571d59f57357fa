#pragma once

/// Begins to count what the calling thread allocates.
void mien_count_allocations(void);

/// Ends counting and returns how many times the calling thread called malloc, calloc, realloc or an aligned form.
long mien_counted_allocations(void);

/// Begins to count what all threads allocate.
void mien_count_all_allocations(void);

/// Ends it and returns how many times they did.
long mien_counted_all_allocations(void);

/// Whether counting works: not under a sanitizer, which has an allocator of its own.
int mien_can_count_allocations(void);
