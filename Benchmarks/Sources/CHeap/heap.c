// The C library's allocator, replaced for the whole process by functions that add up what is in use and pass on.
#include "CHeap.h"

#include <errno.h>
#include <malloc.h>
#include <stddef.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static int64_t live, peak;

int64_t cheap_live(void) { return __atomic_load_n(&live, __ATOMIC_RELAXED); }
int64_t cheap_peak(void) { return __atomic_load_n(&peak, __ATOMIC_RELAXED); }
void cheap_reset_peak(void) { __atomic_store_n(&peak, cheap_live(), __ATOMIC_RELAXED); }

static void *taken(void *block) {
    // Eight bytes in front of each block are the allocator's own.
    int64_t size = block ? (int64_t)malloc_usable_size(block) + 8 : 0;
    int64_t now = __atomic_add_fetch(&live, size, __ATOMIC_RELAXED), known = cheap_peak();
    while (now > known && !__atomic_compare_exchange_n(&peak, &known, now, 1, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {}
    return block;
}

static void given(void *block) {
    if (block) __atomic_sub_fetch(&live, (int64_t)malloc_usable_size(block) + 8, __ATOMIC_RELAXED);
}

void *malloc(size_t size) { return taken(__libc_malloc(size)); }
void *calloc(size_t count, size_t size) { return taken(__libc_calloc(count, size)); }
void *memalign(size_t alignment, size_t size) { return taken(__libc_memalign(alignment, size)); }
void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

void *realloc(void *block, size_t size) {
    given(block);
    void *moved = __libc_realloc(block, size);
    if (!moved && size) taken(block);
    return taken(moved);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0) return EINVAL;
    void *memory = memalign(alignment, size);
    if (!memory) return ENOMEM;
    *block = memory;
    return 0;
}

void free(void *block) {
    given(block);
    __libc_free(block);
}
