#define _GNU_SOURCE
#include "CBench.h"

#include <sched.h>

__attribute__((noinline)) void cbench_collect(void (*body)(const void *), const void *context) {
    body(context);
    // Not a tail call: the frame has to be there until the body has returned.
    __asm__ volatile("" ::: "memory");
}

void cbench_use(const void *value) { __asm__ volatile("" : : "r"(value) : "memory"); }

bool cbench_pin(int core) {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(core, &cores);
    return sched_setaffinity(0, sizeof cores, &cores) == 0;
}
