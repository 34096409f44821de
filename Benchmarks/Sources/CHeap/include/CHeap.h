#pragma once

#include <stdint.h>

// Bytes of the heap in use by the whole process, as the allocator rounds them.
int64_t cheap_live(void);
// The most that was in use since the last `cheap_reset_peak`.
int64_t cheap_peak(void);
void cheap_reset_peak(void);
