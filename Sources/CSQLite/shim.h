#pragma once
#include <sqlite3.h>

/// Texts are copied as they are bound.
static inline sqlite3_destructor_type SQLiteCopies(void) { return SQLITE_TRANSIENT; }
