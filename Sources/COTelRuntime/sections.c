#define _GNU_SOURCE
#include "COTelRuntime.h"

cotel_section_counter cotel_section_counters[COTEL_SECTION_COUNTERS] __attribute__((aligned(64)));
uint32_t cotel_sections_held;  // calls of fork() under way

static void nap(void) {
    struct timespec time = {.tv_sec = 0, .tv_nsec = 20000};
    nanosleep(&time, NULL);
}

__attribute__((noinline, cold)) void cotel_section_wait(uint32_t *threads) {
    do {
        __atomic_fetch_sub(threads, 1, __ATOMIC_SEQ_CST);
        while (__atomic_load_n(&cotel_sections_held, __ATOMIC_SEQ_CST) != 0) nap();
        __atomic_fetch_add(threads, 1, __ATOMIC_SEQ_CST);
    } while (__atomic_load_n(&cotel_sections_held, __ATOMIC_SEQ_CST) != 0);
}

static uint32_t threads_inside(void) {
    uint32_t sum = 0;
    for (int index = 0; index < COTEL_SECTION_COUNTERS; index++)
        sum += __atomic_load_n(&cotel_section_counters[index].threads, __ATOMIC_SEQ_CST);
    return sum;
}

void cotel_sections_hold(uint64_t nanoseconds) {
    __atomic_fetch_add(&cotel_sections_held, 1, __ATOMIC_SEQ_CST);
    uint64_t end = cotel_monotonic_ns() + nanoseconds;
    uint32_t own = cotel_thread_state.sections != 0 ? 1 : 0;
    // First spinning: most sections last for less than a nap.
    for (unsigned attempts = 0; threads_inside() > own && cotel_monotonic_ns() < end; attempts++) {
        if (attempts < 100)
            cotel_pause();
        else
            nap();
    }
}

void cotel_sections_release(void) { __atomic_fetch_sub(&cotel_sections_held, 1, __ATOMIC_SEQ_CST); }

void cotel_sections_reset(void) {
    cotel_thread *thread = &cotel_thread_state;
    for (int index = 0; index < COTEL_SECTION_COUNTERS; index++)
        __atomic_store_n(&cotel_section_counters[index].threads, 0, __ATOMIC_SEQ_CST);
    if (thread->sections != 0) cotel_section_counters[thread->index % COTEL_SECTION_COUNTERS].threads = 1;
    __atomic_store_n(&cotel_sections_held, 0, __ATOMIC_SEQ_CST);
}
