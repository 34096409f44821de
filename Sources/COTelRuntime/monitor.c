#define _GNU_SOURCE
#include "COTelRuntime.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

struct cotel_monitor {
    pthread_mutex_t mutex;
    pthread_cond_t condition;
};

static void initialise(cotel_monitor *monitor) {
    pthread_mutex_init(&monitor->mutex, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
#if !defined(__APPLE__)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
#endif
    pthread_cond_init(&monitor->condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

cotel_monitor *cotel_monitor_create(void) {
    cotel_monitor *monitor = malloc(sizeof *monitor);
    if (!monitor) abort();  // as Swift's own allocations do
    initialise(monitor);
    return monitor;
}

void cotel_monitor_destroy(cotel_monitor *monitor) {
    pthread_cond_destroy(&monitor->condition);
    pthread_mutex_destroy(&monitor->mutex);
    free(monitor);
}

void cotel_monitor_lock(cotel_monitor *monitor) { pthread_mutex_lock(&monitor->mutex); }
void cotel_monitor_unlock(cotel_monitor *monitor) { pthread_mutex_unlock(&monitor->mutex); }
void cotel_monitor_broadcast(cotel_monitor *monitor) { pthread_cond_broadcast(&monitor->condition); }
void cotel_monitor_reset(cotel_monitor *monitor) { initialise(monitor); }

static uint32_t working;  // SDK threads at work
static uint32_t forking;  // calls of fork() under way
static _Thread_local bool is_worker;

bool cotel_monitor_wait(cotel_monitor *monitor, uint64_t deadline) {
    cotel_work_pause();
#if defined(__APPLE__)
    uint64_t now = cotel_monotonic_ns();
    uint64_t rest = deadline > now ? deadline - now : 0;
    struct timespec time = {.tv_sec = (time_t)(rest / 1000000000ull), .tv_nsec = (long)(rest % 1000000000ull)};
    int result = pthread_cond_timedwait_relative_np(&monitor->condition, &monitor->mutex, &time);
#else
    struct timespec time = {.tv_sec = (time_t)(deadline / 1000000000ull), .tv_nsec = (long)(deadline % 1000000000ull)};
    int result = pthread_cond_timedwait(&monitor->condition, &monitor->mutex, &time);
#endif
    if (is_worker) {  // a thread that waits for a fork must not hold what others wait for
        pthread_mutex_unlock(&monitor->mutex);
        cotel_work_resume();
        pthread_mutex_lock(&monitor->mutex);
    }
    return result != ETIMEDOUT;
}

static void nap(void) {
    struct timespec time = {.tv_sec = 0, .tv_nsec = 50000};
    nanosleep(&time, NULL);
}

void cotel_work_resume(void) {
    if (!is_worker) return;
    for (;;) {
        // Announce first, then look: hold does it the other way round, so one of both sees the other.
        __atomic_fetch_add(&working, 1, __ATOMIC_SEQ_CST);
        if (__atomic_load_n(&forking, __ATOMIC_SEQ_CST) == 0) return;
        __atomic_fetch_sub(&working, 1, __ATOMIC_SEQ_CST);
        while (__atomic_load_n(&forking, __ATOMIC_SEQ_CST) != 0) nap();
    }
}

void cotel_work_pause(void) {
    if (is_worker) __atomic_fetch_sub(&working, 1, __ATOMIC_SEQ_CST);
}

void cotel_work_hold(uint64_t nanoseconds) {
    __atomic_fetch_add(&forking, 1, __ATOMIC_SEQ_CST);
    uint64_t end = cotel_monotonic_ns() + nanoseconds;
    uint32_t own = is_worker ? 1 : 0;
    while (__atomic_load_n(&working, __ATOMIC_SEQ_CST) > own && cotel_monotonic_ns() < end) nap();
}

void cotel_work_release(void) { __atomic_fetch_sub(&forking, 1, __ATOMIC_SEQ_CST); }

void cotel_work_reset(void) {
    __atomic_store_n(&working, is_worker ? 1 : 0, __ATOMIC_SEQ_CST);
    __atomic_store_n(&forking, 0, __ATOMIC_SEQ_CST);
}

struct start {
    void (*body)(void *);
    void *argument;
    char name[16];
};

static void *run(void *argument) {
    struct start start = *(struct start *)argument;
    free(argument);
#if defined(__APPLE__)
    pthread_setname_np(start.name);
#else
    pthread_setname_np(pthread_self(), start.name);
#endif
    is_worker = true;
    cotel_work_resume();
    start.body(start.argument);
    cotel_work_pause();
    return NULL;
}

bool cotel_thread_start(const char *name, void (*body)(void *), void *argument) {
    struct start *start = malloc(sizeof *start);
    if (!start) return false;
    start->body = body;
    start->argument = argument;
    strncpy(start->name, name, sizeof start->name - 1);
    start->name[sizeof start->name - 1] = 0;

    // The application's signal handlers run on the application's threads.
    sigset_t all, previous;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &previous);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_t thread;
    int failure = pthread_create(&thread, &attributes, run, start);
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &previous, NULL);
    if (failure) free(start);
    return failure == 0;
}

bool cotel_at_fork(void (*prepare)(void), void (*parent)(void), void (*child)(void)) {
    return pthread_atfork(prepare, parent, child) == 0;
}
