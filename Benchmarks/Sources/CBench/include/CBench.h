// What the harness needs and Swift cannot express: a count of allocations, and a frame that valgrind can find.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// Allocations by the calling thread since it began: every call of malloc, calloc, realloc, posix_memalign,
// aligned_alloc and memalign, whoever made it.
uint64_t cbench_allocations(void);

// Calls `body`. Scripts/bench lets callgrind collect inside of this function only, and dump when it returns; other
// threads do not count.
void cbench_collect(void (*_Nonnull body)(const void *_Nonnull), const void *_Nonnull context);

// Does nothing with it, which the compiler cannot know.
void cbench_use(const void *_Nonnull value);

// Keeps the calling thread on one core; false when it is not there.
bool cbench_pin(int core);
