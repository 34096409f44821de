// The C library's allocator, replaced for the whole process by functions that count and pass on: a symbol of the
// executable wins over those of shared libraries. Only what Swift calls.
#include "CFuzz.h"

#include <stddef.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

static _Thread_local uint64_t bytes;

uint64_t cfuzz_allocated_bytes(void) { return bytes; }

void *malloc(size_t size) {
    bytes += size;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    bytes += count * size;
    return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size) {
    bytes += size;
    return __libc_realloc(block, size);
}
