// Shows the thread sanitizer what `Mutex` of Swift's Synchronization does when threads contend for it.
//
// The fast ways of lock and unlock are inlined into the caller, and the sanitizer sees their atomics. The slow ways are
// functions of a library that is not instrumented, which let the kernel change the lock word (a futex with priority
// inheritance): the sanitizer sees a thread enter that took no lock. These two take the place of the library's, say
// what happens, and call them. Linked into every test program; empty unless it is built with `--sanitize=thread`.
#define _GNU_SOURCE
#include "COTelThreadSanitizer.h"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) && defined(__linux__)

#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT_SELF __attribute__((swift_context))

typedef __attribute__((swiftcall)) void lock_slow(uint32_t thread, SWIFT_SELF void *mutex);
typedef __attribute__((swiftcall)) void unlock_slow(SWIFT_SELF void *mutex);

void __tsan_acquire(void *address);
void __tsan_release(void *address);

__attribute__((swiftcall)) void shown_lock_slow(uint32_t thread, SWIFT_SELF void *mutex) __asm__(LOCK_SLOW);
__attribute__((swiftcall)) void shown_unlock_slow(SWIFT_SELF void *mutex) __asm__(UNLOCK_SLOW);

static void *next(const char *symbol) {
    void *function = dlsym(RTLD_NEXT, symbol);
    if (!function) abort();
    return function;
}

__attribute__((swiftcall)) void shown_lock_slow(uint32_t thread, SWIFT_SELF void *mutex) {
    ((lock_slow *)next(LOCK_SLOW))(thread, mutex);
    __tsan_acquire(mutex);
}

__attribute__((swiftcall)) void shown_unlock_slow(SWIFT_SELF void *mutex) {
    __tsan_release(mutex);
    ((unlock_slow *)next(UNLOCK_SLOW))(mutex);
}

#endif
#endif
