#pragma once

/// Begins to count what the calling thread allocates.
void mien_count_allocations(void);

/// Ends counting and returns how many times the calling thread called malloc, calloc, realloc or an aligned form.
long mien_counted_allocations(void);

/// Whether counting works: not under a sanitizer, which has an allocator of its own.
int mien_can_count_allocations(void);
