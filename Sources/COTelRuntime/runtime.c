#define _GNU_SOURCE
#include "COTelRuntime.h"

#include <pthread.h>
#include <sched.h>
#if defined(__linux__)
#include <sys/random.h>
#else
#include <stdlib.h>
#endif

uint64_t cotel_no_direct_cells[4];
_Thread_local cotel_thread cotel_thread_state = {.metric_direct = cotel_no_direct_cells};

static uint32_t next_index;
uint32_t cotel_context_used_flag;
const void *cotel_local_keys[2];

// ---------------------------------------------------------------------------------------------------- thread state

static uint64_t entropy(const void *salt) {
    uint64_t value = 0;
#if defined(__linux__)
    // Fails only before the kernel's pool is ready (early boot) or under a seccomp filter: fall back to the clocks.
    if (getrandom(&value, sizeof value, 0) != (ssize_t)sizeof value) value = 0;
#else
    arc4random_buf(&value, sizeof value);
#endif
    if (value == 0) value = cotel_mix(cotel_realtime_ns() | 1, cotel_monotonic_ns() ^ (uint64_t)(uintptr_t)salt);
    return value;
}

static void seed(cotel_thread *thread) {
    thread->random_high = entropy(&thread->random_high);
    thread->random = entropy(&thread->random) | 1;
}

static void reseed_child(void) {
    // Only the forking thread exists in the child; its next id comes from a fresh seed.
    if (cotel_thread_state.random != 0) seed(&cotel_thread_state);
}

static void install_fork_handler(void) { pthread_atfork(NULL, NULL, reseed_child); }

__attribute__((noinline, cold)) void cotel_thread_init(cotel_thread *thread) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install_fork_handler);
    seed(thread);
    thread->index = __atomic_fetch_add(&next_index, 1, __ATOMIC_RELAXED);
}

uint64_t cotel_attribute_seed_word;

void cotel_attribute_seed_prepare(void) {
    if (__atomic_load_n(&cotel_attribute_seed_word, __ATOMIC_RELAXED)) return;
    uint64_t none = 0;
    __atomic_compare_exchange_n(
        &cotel_attribute_seed_word, &none, cotel_random(cotel_thread_get()) | 1, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

#define EXIT_HANDLERS 4
static void (*exit_handlers[EXIT_HANDLERS])(cotel_thread *);
static pthread_key_t exit_key;
static bool has_exit_key;  // a process has few keys; without one, what threads leave stays where it is

static void thread_exited(void *argument) {
    cotel_thread *thread = argument;
    thread->exit_armed = 0;  // destructors of other libraries may still record: arm again then
    for (int index = 0; index < EXIT_HANDLERS; index++) {
        void (*handler)(cotel_thread *) = __atomic_load_n(&exit_handlers[index], __ATOMIC_ACQUIRE);
        if (handler) handler(thread);
    }
}

static void create_exit_key(void) { has_exit_key = pthread_key_create(&exit_key, thread_exited) == 0; }

void cotel_set_thread_exit_handler(int index, void (*handler)(cotel_thread *)) {
    if (index >= 0 && index < EXIT_HANDLERS) __atomic_store_n(&exit_handlers[index], handler, __ATOMIC_RELEASE);
}

void cotel_arm_thread_exit(cotel_thread *thread) {
    if (thread->exit_armed) return;
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, create_exit_key);
    if (has_exit_key) pthread_setspecific(exit_key, thread);
    thread->exit_armed = 1;
}

// ------------------------------------------------------------------------------------------------------------ locks

void cotel_yield(void) { sched_yield(); }

__attribute__((noinline, cold)) void cotel_lock_contended(uint32_t *flag) {
    for (unsigned spins = 0;; spins++) {
        if (__atomic_load_n(flag, __ATOMIC_RELAXED) == 0 && cotel_try_lock(flag)) return;
        if (spins < 128)
            cotel_pause();
        else
            sched_yield();
    }
}

// ------------------------------------------------------------------------------------------------------------ clock

// In the past, whatever the clock reads: the first reading sets the anchor.
uint64_t cotel_clock_anchor_time = -(uint64_t)1000000000;
int64_t cotel_clock_anchor_offset;

__attribute__((noinline, cold)) int64_t cotel_clock_anchor(uint64_t monotonic) {
    // The wall clock is read between two monotonic readings; their middle belongs to it.
    uint64_t before = cotel_monotonic_ns();
    uint64_t wall = cotel_realtime_ns();
    uint64_t after = cotel_monotonic_ns();
    int64_t offset = (int64_t)(wall - (before + (after - before) / 2));
    __atomic_store_n(&cotel_clock_anchor_offset, offset, __ATOMIC_RELAXED);
    __atomic_store_n(&cotel_clock_anchor_time, monotonic, __ATOMIC_RELEASE);
    return offset;
}
