#pragma once
/// Names the first instruction set that Mien needs and this processor lacks; NULL when none is missing.
const char *mien_missing_instruction_set(void);
