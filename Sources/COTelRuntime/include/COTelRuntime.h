// What the recording path needs and Swift cannot express without cost: thread-local state, atomics on raw memory,
// spin flags that survive fork(), the clock, a random generator. Everything hot is inline.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

#define COTEL_INLINE static inline __attribute__((always_inline))

// ---------------------------------------------------------------------------------------------------- span slots

#define COTEL_SLOT_SIZE 2048
#define COTEL_SLOT_FINGERPRINTS 128

// Limits of the records of one telemetry pipeline; immutable once published, lives as long as its slots. A span's are
// followed by those of its events and those of its links.
typedef struct cotel_limits {
    uint32_t attributes;
    uint32_t events;
    uint32_t links;
    uint32_t value_depth;
    uint32_t value_length;  // characters of a string, bytes of a byte array; UINT32_MAX = unlimited
    uint32_t record_bytes;  // a record never grows beyond this
} cotel_limits;

// One record being written. The OTLP bytes follow the header inside the same block until they outgrow it.
//
// The lock word is not the first field: for the thread sanitizer a write to any field, from Swift, is also one to the
// first byte of the struct.
typedef struct cotel_slot {
    struct cotel_slot *_Nullable next;
    uint64_t state;  // generation << 1 | locked; atomic
    uint8_t *buffer;
    uint32_t length;
    uint32_t capacity;
    uint64_t bloom;  // which fingerprints may be present
    uint32_t attribute_count;
    uint32_t attributes_dropped;
    uint32_t event_count;
    uint32_t events_dropped;
    uint32_t link_count;
    uint32_t links_dropped;
    uint32_t sinks;  // bit mask of the sinks that take this span, below bits of the SDK's own
    uint32_t flags;  // OTLP span flags
    void *_Nullable backend;  // atomic
    void *_Nullable extras;  // a retained object with what few spans have
    const cotel_limits *_Nullable limits;
    int64_t clock_offset;  // wall clock minus monotonic clock at the local root; atomic
    uint64_t start_time;   // monotonic; orders slots by age; atomic
    uint32_t status;        // OTLP status code
    uint32_t nested_start;  // while an event or link is written: where its attributes begin; otherwise 0
    uint32_t in_use;  // atomic
    uint16_t fingerprints[COTEL_SLOT_FINGERPRINTS];
} cotel_slot;

// -------------------------------------------------------------------------------------------------- record shards

// One of the buffers that threads append finished records to; padded against false sharing.
typedef struct cotel_shard {
    uint32_t count;
    uint32_t lock;  // not the first field, as in cotel_slot
    uint8_t *_Nullable base;
    uint64_t used;
    uint64_t capacity;
    void *_Nullable chunk;
    uint64_t appended;
    uint64_t dropped_full;
    uint64_t dropped_large;
    uint64_t dropped_closed;
    uint64_t filtered;
    uint64_t truncated;
    uint64_t padding[5];
} cotel_shard;
#if UINTPTR_MAX == UINT64_MAX
_Static_assert(sizeof(cotel_shard) == 128, "two cache lines, which processors fetch together");
#endif

// -------------------------------------------------------------------------------------------------- thread state

typedef struct cotel_thread {
    uint64_t random;  // 0 = this thread is new
    uint64_t random_high;
    uint32_t index;   // picks the shard
    uint32_t suppressed;  // calls in progress that record nothing, plus COTEL_SPANS for each that only starts no spans
    cotel_slot *_Nullable free_slots;
    uint32_t free_count;
    uint32_t exit_armed;
    uint32_t sections;  // in progress, one inside the other: see cotel_section_enter
    void *_Nullable metric_cells;
    uint64_t metric_page;  // where its small cells come from: see CellSlab
    uint64_t *_Nonnull metric_direct;  // the same cells, by the number of a series; never null, so that nobody asks
    cotel_slot *_Nullable writing;  // the record that a closure of this thread is writing to
    void *_Nullable attached;       // the context attached last
} cotel_thread;

#define COTEL_SPANS 0x10000u

// Initial-exec: an address relative to the thread pointer instead of a call of __tls_get_addr.
extern _Thread_local cotel_thread cotel_thread_state __attribute__((tls_model("initial-exec")));

// A table of no cells: see DirectCells.
extern uint64_t cotel_no_direct_cells[4];
COTEL_INLINE uint64_t *cotel_no_direct_cells_table(void) { return cotel_no_direct_cells; }

void cotel_thread_init(cotel_thread *thread);

// Calls `handler` with the state of each thread that took part, when that thread ends. One handler a slot index.
void cotel_set_thread_exit_handler(int index, void (*handler)(cotel_thread *thread));
void cotel_arm_thread_exit(cotel_thread *thread);

COTEL_INLINE cotel_thread *cotel_thread_get(void) {
    cotel_thread *thread = &cotel_thread_state;
    if (__builtin_expect(thread->random == 0, 0)) cotel_thread_init(thread);
    return thread;
}

// The state of a thread that may not have taken part yet.
COTEL_INLINE cotel_thread *cotel_thread_peek(void) { return &cotel_thread_state; }

// Whether the thread records nothing at the moment, be it spans or anything else.
COTEL_INLINE bool cotel_records_nothing(const cotel_thread *thread) { return (thread->suppressed & 0xffff) != 0; }

// What was ever done with contexts in this process, bit by bit: until then nobody has to look.
#define COTEL_CONTEXT_CURRENT 1     // a span or a context was made current
#define COTEL_CONTEXT_SUPPRESSED 2  // in one of them nothing is recorded
#define COTEL_CONTEXT_ATTACHED 4    // one was attached to a thread
extern uint32_t cotel_context_used_flag;
COTEL_INLINE uint32_t cotel_context_state(void) { return __atomic_load_n(&cotel_context_used_flag, __ATOMIC_ACQUIRE); }
COTEL_INLINE bool cotel_context_used(void) { return cotel_context_state() != 0; }
COTEL_INLINE bool cotel_suppression_used(void) { return (cotel_context_state() & COTEL_CONTEXT_SUPPRESSED) != 0; }
COTEL_INLINE void cotel_set_context_used(uint32_t bits) {
    if ((cotel_context_state() & bits) != bits) __atomic_fetch_or(&cotel_context_used_flag, bits, __ATOMIC_RELEASE);
}

// ---------------------------------------------------------------------------------------------- task-local values

// The entry points of Swift's runtime that `TaskLocal.withValue` and `TaskLocal.get` consist of: the values of the
// running task, or of the thread outside of tasks. Docs/Design/0007 says what a caller has to obey.
__attribute__((swiftcall)) void swift_task_localValuePush(const void *key, const void *value, const void *type);
__attribute__((swiftcall)) void swift_task_localValuePop(void);
__attribute__((swiftcall)) const void *_Nullable swift_task_localValueGet(const void *key);

// The keys of the two values that make up the current context; null until the first one is bound.
typedef enum cotel_local { COTEL_LOCAL_SPAN = 0, COTEL_LOCAL_EXTRAS = 1 } cotel_local;
extern const void *_Nullable cotel_local_keys[2];
COTEL_INLINE const void *_Nullable cotel_local_key(cotel_local local) {
    return __atomic_load_n(&cotel_local_keys[local], __ATOMIC_RELAXED);
}
COTEL_INLINE void cotel_set_local_key(cotel_local local, const void *key) {
    __atomic_store_n(&cotel_local_keys[local], key, __ATOMIC_RELAXED);
}
// The value bound last, or null.
COTEL_INLINE const void *_Nullable cotel_local_get(cotel_local local) {
    const void *key = cotel_local_key(local);
    return key ? swift_task_localValueGet(key) : NULL;
}
// Takes over what `value` holds, references included.
COTEL_INLINE void cotel_local_push(cotel_local local, const void *value, const void *type) {
    swift_task_localValuePush(cotel_local_key(local), value, type);
}
// The bytes of a span handle: passed by value, they cost Swift code no stack guard.
typedef struct cotel_span {
    uint64_t words[6];
} cotel_span;
COTEL_INLINE void cotel_local_push_span(cotel_span span, const void *type) {
    swift_task_localValuePush(cotel_local_key(COTEL_LOCAL_SPAN), &span, type);
}
COTEL_INLINE void cotel_local_pop(void) { swift_task_localValuePop(); }

__attribute__((swiftcall)) void *_Nullable swift_task_getCurrent(void);
__attribute__((swiftcall)) uint64_t swift_task_getJobTaskId(void *task);
// The number of the running task, which no other task of this process has; 0 outside of tasks.
COTEL_INLINE uint64_t cotel_task_id(void) {
    void *task = swift_task_getCurrent();
    return task ? swift_task_getJobTaskId(task) : 0;
}

// The full 128-bit product folded to 64 bits: the mixing step of wyhash.
COTEL_INLINE uint64_t cotel_mix(uint64_t a, uint64_t b) {
    __uint128_t product = (__uint128_t)a * b;
    return (uint64_t)(product >> 64) ^ (uint64_t)product;
}

// The secret of the hashes of attributes; not 0 once it was prepared, which any thread may do again.
extern uint64_t cotel_attribute_seed_word;
COTEL_INLINE uint64_t cotel_attribute_seed(void) { return __atomic_load_n(&cotel_attribute_seed_word, __ATOMIC_RELAXED); }
void cotel_attribute_seed_prepare(void);

// How many of the ascending bounds are less than `value`; there is room for 2 * half - 1, filled up with infinity. Without
// a branch on the comparison, which values would take at random.
COTEL_INLINE long cotel_bounds_below(const double *bounds, long half, double value) {
    const double *first = bounds;
    for (long step = half; step > 0; step >>= 1) {
        const double *next = first + step;
        first = __builtin_unpredictable(first[step - 1] < value) ? next : first;
    }
    return first - bounds;
}

// wyrand, seeded per thread by the kernel.
COTEL_INLINE uint64_t cotel_random(cotel_thread *thread) {
    thread->random += 0xa0761d6478bd642full;
    return cotel_mix(thread->random, thread->random ^ 0xe7037ed1a0b428dbull);
}

// A second, independent stream: a trace id has 128 bits of randomness, not two outputs of one 64-bit state.
COTEL_INLINE uint64_t cotel_random_high(cotel_thread *thread) {
    thread->random_high += 0xe7037ed1a0b428dbull;
    return cotel_mix(thread->random_high, thread->random_high ^ 0x8ebc6af09c88c6e3ull) ^ cotel_random(thread);
}

// ------------------------------------------------------------------------------------------------------- atomics

COTEL_INLINE bool cotel_cas64(uint64_t *word, uint64_t expected, uint64_t desired) {
    return __atomic_compare_exchange_n(word, &expected, desired, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}
COTEL_INLINE uint64_t cotel_load64(const uint64_t *word) { return __atomic_load_n(word, __ATOMIC_ACQUIRE); }
COTEL_INLINE uint64_t cotel_load64_relaxed(const uint64_t *word) { return __atomic_load_n(word, __ATOMIC_RELAXED); }
COTEL_INLINE void cotel_store64(uint64_t *word, uint64_t value) { __atomic_store_n(word, value, __ATOMIC_RELEASE); }
COTEL_INLINE void cotel_store64_relaxed(uint64_t *word, uint64_t value) {
    __atomic_store_n(word, value, __ATOMIC_RELAXED);
}
COTEL_INLINE uint64_t cotel_add64(uint64_t *word, uint64_t value) {
    return __atomic_fetch_add(word, value, __ATOMIC_ACQ_REL);
}
COTEL_INLINE uint64_t cotel_sub64(uint64_t *word, uint64_t value) {
    return __atomic_fetch_sub(word, value, __ATOMIC_ACQ_REL);
}
COTEL_INLINE uint64_t cotel_exchange64(uint64_t *word, uint64_t value) {
    return __atomic_exchange_n(word, value, __ATOMIC_ACQ_REL);
}
COTEL_INLINE void cotel_fence_acquire(void) { __atomic_thread_fence(__ATOMIC_ACQUIRE); }
COTEL_INLINE void cotel_fence_release(void) { __atomic_thread_fence(__ATOMIC_RELEASE); }

// What threads touch of a slot without its lock. Whoever holds a handle that may be stale reads backend or offset first
// and the state after that: a value of the next record, stored with release, shows only together with its generation.
COTEL_INLINE uint64_t *cotel_slot_state(cotel_slot *slot) { return &slot->state; }
COTEL_INLINE void *_Nullable cotel_slot_backend(const cotel_slot *slot) {
    return __atomic_load_n(&slot->backend, __ATOMIC_ACQUIRE);
}
COTEL_INLINE void cotel_slot_set_backend(cotel_slot *slot, void *backend) {
    __atomic_store_n(&slot->backend, backend, __ATOMIC_RELEASE);
}
COTEL_INLINE int64_t cotel_slot_clock_offset(const cotel_slot *slot) {
    return __atomic_load_n(&slot->clock_offset, __ATOMIC_ACQUIRE);
}
COTEL_INLINE void cotel_slot_set_clock_offset(cotel_slot *slot, int64_t offset) {
    __atomic_store_n(&slot->clock_offset, offset, __ATOMIC_RELEASE);
}
COTEL_INLINE uint64_t cotel_slot_start_time(const cotel_slot *slot) {
    return __atomic_load_n(&slot->start_time, __ATOMIC_RELAXED);
}
COTEL_INLINE void cotel_slot_set_start_time(cotel_slot *slot, uint64_t time) {
    __atomic_store_n(&slot->start_time, time, __ATOMIC_RELAXED);
}
COTEL_INLINE bool cotel_slot_in_use(const cotel_slot *slot) {
    return __atomic_load_n(&slot->in_use, __ATOMIC_ACQUIRE) != 0;
}
COTEL_INLINE void cotel_slot_set_in_use(cotel_slot *slot, bool in_use) {
    __atomic_store_n(&slot->in_use, in_use, __ATOMIC_RELEASE);
}

COTEL_INLINE uint32_t *cotel_shard_lock(cotel_shard *shard) { return &shard->lock; }

// A spin flag: held for tens of nanoseconds, never while waiting. Yields when the holder was preempted.
void cotel_lock_contended(uint32_t *flag);
COTEL_INLINE bool cotel_try_lock(uint32_t *flag) { return __atomic_exchange_n(flag, 1, __ATOMIC_ACQUIRE) == 0; }
COTEL_INLINE void cotel_lock(uint32_t *flag) {
    if (__builtin_expect(!cotel_try_lock(flag), 0)) cotel_lock_contended(flag);
}
COTEL_INLINE void cotel_unlock(uint32_t *flag) { __atomic_store_n(flag, 0, __ATOMIC_RELEASE); }

// Lets another thread run on this core.
void cotel_yield(void);

COTEL_INLINE void cotel_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

// --------------------------------------------------------------------------------------------------------- clock

COTEL_INLINE uint64_t cotel_clock_ns(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}
COTEL_INLINE uint64_t cotel_monotonic_ns(void) { return cotel_clock_ns(CLOCK_MONOTONIC); }
COTEL_INLINE uint64_t cotel_realtime_ns(void) { return cotel_clock_ns(CLOCK_REALTIME); }

// Wall clock minus monotonic clock, read at most once in 100 ms: it changes only when the clock is stepped.
extern uint64_t cotel_clock_anchor_time;
extern int64_t cotel_clock_anchor_offset;
int64_t cotel_clock_anchor(uint64_t monotonic);
COTEL_INLINE int64_t cotel_clock_offset(uint64_t monotonic) {
    uint64_t anchored = __atomic_load_n(&cotel_clock_anchor_time, __ATOMIC_ACQUIRE);
    if (__builtin_expect((int64_t)(monotonic - anchored) < 100000000, 1))
        return __atomic_load_n(&cotel_clock_anchor_offset, __ATOMIC_RELAXED);
    return cotel_clock_anchor(monotonic);
}

// ------------------------------------------------------------------------------------------------------- headers

typedef uint8_t cotel_bytes16 __attribute__((vector_size(16)));
typedef uint8_t cotel_bytes8 __attribute__((vector_size(8)));
typedef uint16_t cotel_pairs8 __attribute__((vector_size(16)));
typedef uint64_t cotel_words2 __attribute__((vector_size(16)));

// The value of 16 lower-case hex digits, all at once; `wrong` gets bits when one of them is anything else.
COTEL_INLINE uint64_t cotel_hex_value(const uint8_t *digits, uint64_t *wrong) {
    cotel_bytes16 characters;
    memcpy(&characters, digits, sizeof characters);
    cotel_bytes16 number = characters - '0', letter = characters - 'a';
    cotel_bytes16 is_number = (cotel_bytes16)(number <= 9), is_letter = (cotel_bytes16)(letter <= 5);
    cotel_words2 is_digit = (cotel_words2)(is_number | is_letter);
    *wrong |= ~(is_digit[0] & is_digit[1]);
    cotel_pairs8 nibbles = (cotel_pairs8)((number & is_number) | ((letter + 10) & is_letter));
    // The first of two is the lower byte, and counts more.
    cotel_bytes8 bytes = __builtin_convertvector((nibbles << 4 | nibbles >> 8) & 0xff, cotel_bytes8);
    uint64_t value;
    memcpy(&value, &bytes, sizeof value);
    return __builtin_bswap64(value);
}

COTEL_INLINE void cotel_hex_digits(uint64_t value, uint8_t *digits) {
    value = __builtin_bswap64(value);
    cotel_bytes8 bytes;
    memcpy(&bytes, &value, sizeof bytes);
    cotel_pairs8 pairs = __builtin_convertvector(bytes, cotel_pairs8);
    cotel_bytes16 nibbles = (cotel_bytes16)((pairs >> 4 | pairs << 8) & 0x0f0f);
    cotel_bytes16 characters = nibbles + '0' + ((cotel_bytes16)(nibbles > 9) & ('a' - '9' - 1));
    memcpy(digits, &characters, sizeof characters);
}

// What characters may be part of.
typedef enum cotel_header_class {
    COTEL_TOKEN = 1,          // names of headers and of baggage
    COTEL_BAGGAGE_OCTET = 2,  // values of baggage as they are sent
    COTEL_BAGGAGE_PLAIN = 4,  // the same without the percent sign
    COTEL_PROPERTY = 8,       // what stands behind a value of baggage
    COTEL_STATE_KEY = 16,     // keys of tracestate
    COTEL_STATE_VALUE = 32,   // values of tracestate
    COTEL_LOWER_CASE = 64,    // lower-case letters and digits
    COTEL_UNRESERVED = 128,   // what no URL encodes
    COTEL_HEADER_VALUE = 256, // values of headers
} cotel_header_class;

#define COTEL_TEXT (COTEL_HEADER_VALUE | COTEL_PROPERTY | COTEL_STATE_VALUE)
#define COTEL_VALUE (COTEL_TEXT | COTEL_BAGGAGE_OCTET | COTEL_BAGGAGE_PLAIN)
#define COTEL_NAME (COTEL_VALUE | COTEL_TOKEN)

// A table: 12 -> 6 instructions a byte.
static const uint16_t cotel_header_classes[256] = {
    ['0' ... '9'] = COTEL_NAME | COTEL_UNRESERVED | COTEL_STATE_KEY | COTEL_LOWER_CASE,
    ['a' ... 'z'] = COTEL_NAME | COTEL_UNRESERVED | COTEL_STATE_KEY | COTEL_LOWER_CASE,
    ['A' ... 'Z'] = COTEL_NAME | COTEL_UNRESERVED,
    ['-'] = COTEL_NAME | COTEL_UNRESERVED | COTEL_STATE_KEY,
    ['_'] = COTEL_NAME | COTEL_UNRESERVED | COTEL_STATE_KEY,
    ['.'] = COTEL_NAME | COTEL_UNRESERVED,
    ['~'] = COTEL_NAME | COTEL_UNRESERVED,
    ['*'] = COTEL_NAME | COTEL_STATE_KEY,
    ['!'] = COTEL_NAME,
    ['#'] = COTEL_NAME,
    ['$'] = COTEL_NAME,
    ['&'] = COTEL_NAME,
    ['\''] = COTEL_NAME,
    ['+'] = COTEL_NAME,
    ['^'] = COTEL_NAME,
    ['`'] = COTEL_NAME,
    ['|'] = COTEL_NAME,
    ['%'] = COTEL_TEXT | COTEL_BAGGAGE_OCTET | COTEL_TOKEN,
    ['/'] = COTEL_VALUE | COTEL_STATE_KEY,
    ['@'] = COTEL_VALUE | COTEL_STATE_KEY,
    ['('] = COTEL_VALUE,
    [')'] = COTEL_VALUE,
    [':'] = COTEL_VALUE,
    ['<'] = COTEL_VALUE,
    ['>'] = COTEL_VALUE,
    ['?'] = COTEL_VALUE,
    ['['] = COTEL_VALUE,
    [']'] = COTEL_VALUE,
    ['{'] = COTEL_VALUE,
    ['}'] = COTEL_VALUE,
    ['='] = COTEL_VALUE & ~COTEL_STATE_VALUE,
    ['"'] = COTEL_TEXT,
    [';'] = COTEL_TEXT,
    ['\\'] = COTEL_TEXT,
    [' '] = COTEL_TEXT,
    ['\t'] = COTEL_PROPERTY | COTEL_HEADER_VALUE,
    [','] = COTEL_HEADER_VALUE,
};

COTEL_INLINE bool cotel_is_of_class(uint8_t byte, uint32_t header_class) {
    return (cotel_header_classes[byte] & header_class) != 0;
}

// Where the run of such characters that starts at `index` ends.
COTEL_INLINE int64_t cotel_end_of_run(const uint8_t *bytes, int64_t index, int64_t count, uint32_t header_class) {
    while (index < count && cotel_is_of_class(bytes[index], header_class)) index += 1;
    return index;
}

#if defined(__SSE2__)
// A bit for each byte that ends a value of `tracestate`: a comma, an equals sign, and what is no printable ASCII.
COTEL_INLINE uint32_t cotel_state_value_ends(const uint8_t *bytes) {
    typedef int8_t signed_bytes16 __attribute__((vector_size(16)));
    signed_bytes16 word;
    memcpy(&word, bytes, sizeof word);
    // Bytes beyond ASCII are negative.
    signed_bytes16 ends = (word < 0x20) | (word == 0x7f) | (word == ',') | (word == '=');
    return (uint32_t)__builtin_ia32_pmovmskb128(ends);
}
#endif

// Where the value of `tracestate` that starts at `index` ends; `count` when nothing ends it. 16 bytes at a time where the
// processor can: in Swift such comparisons are loops.
COTEL_INLINE int64_t cotel_state_value_end(const uint8_t *bytes, int64_t index, int64_t count) {
#if defined(__SSE2__)
    for (; index + 16 <= count; index += 16) {
        uint32_t ends = cotel_state_value_ends(bytes + index);
        if (ends != 0) return index + __builtin_ctz(ends);
    }
    if (count >= 16) {
        uint32_t ends = cotel_state_value_ends(bytes + count - 16) >> (index - (count - 16));
        return ends != 0 ? index + __builtin_ctz(ends) : count;
    }
#endif
    return cotel_end_of_run(bytes, index, count, COTEL_STATE_VALUE);
}

// --------------------------------------------------------------------------------------------------- environment

// The variables of this process as `NAME=value`, ended by NULL.
#if defined(__APPLE__)
char *_Nullable *_Nullable *_Nonnull _NSGetEnviron(void);
COTEL_INLINE char *_Nullable *_Nullable cotel_environment(void) { return *_NSGetEnviron(); }
#else
extern char *_Nullable *_Nullable environ;
COTEL_INLINE char *_Nullable *_Nullable cotel_environment(void) { return environ; }
#endif

// ------------------------------------------------------------------------------------------------------- monitor

// A mutex with one condition on the monotonic clock: what an export thread sleeps on.
typedef struct cotel_monitor cotel_monitor;
cotel_monitor *cotel_monitor_create(void);
void cotel_monitor_destroy(cotel_monitor *monitor);
void cotel_monitor_lock(cotel_monitor *monitor);
void cotel_monitor_unlock(cotel_monitor *monitor);
// Waits until a broadcast or until the monotonic clock reads `deadline`; false at the deadline. Spurious wake-ups occur.
bool cotel_monitor_wait(cotel_monitor *monitor, uint64_t deadline);
void cotel_monitor_broadcast(cotel_monitor *monitor);
// For the single thread of a forked child: forgets who held or waited.
void cotel_monitor_reset(cotel_monitor *monitor);

// Work of the SDK's own threads and fork(): a thread at work may hold locks that are not the SDK's (the Swift runtime's,
// the allocator's), and a child made at that moment could never take them. So fork() waits, a little, until each of these
// threads is asleep, and those that wake meanwhile wait for the fork. Threads started by cotel_thread_start are at work
// except inside cotel_monitor_wait and between pause and resume, which do nothing on other threads.
void cotel_work_pause(void);
void cotel_work_resume(void);
// For the handlers of fork(): before it (waits at most `nanoseconds`), and after it in the parent and in the child.
void cotel_work_hold(uint64_t nanoseconds);
void cotel_work_release(void);
void cotel_work_reset(void);

// Sections that fork() must not cut in two, whichever thread is inside: what a lock protects would be torn in the child.
// fork() waits, a little, until no other thread is inside, and those that would enter meanwhile wait for the fork. A
// section inside another counts as one with it. They end soon and don't wait for anything.
#define COTEL_SECTION_COUNTERS 8
typedef struct cotel_section_counter {
    uint32_t threads;
    uint32_t padding[15];  // against false sharing
} cotel_section_counter;
extern cotel_section_counter cotel_section_counters[COTEL_SECTION_COUNTERS];
extern uint32_t cotel_sections_held;
void cotel_section_wait(uint32_t *threads);
COTEL_INLINE void cotel_section_enter(cotel_thread *thread) {
    if (thread->sections++ != 0) return;
    uint32_t *threads = &cotel_section_counters[thread->index % COTEL_SECTION_COUNTERS].threads;
    // Announce first, then look: hold does it the other way round, so one of both sees the other.
    __atomic_fetch_add(threads, 1, __ATOMIC_SEQ_CST);
    if (__builtin_expect(__atomic_load_n(&cotel_sections_held, __ATOMIC_SEQ_CST) != 0, 0)) cotel_section_wait(threads);
}
COTEL_INLINE void cotel_section_leave(cotel_thread *thread) {
    if (--thread->sections != 0) return;
    __atomic_fetch_sub(&cotel_section_counters[thread->index % COTEL_SECTION_COUNTERS].threads, 1, __ATOMIC_RELEASE);
}
// For the handlers of fork(), like those of work.
void cotel_sections_hold(uint64_t nanoseconds);
void cotel_sections_release(void);
void cotel_sections_reset(void);

// Starts a detached thread with all signals blocked; false when the system refuses.
bool cotel_thread_start(const char *name, void (*body)(void *), void *argument);

// Calls the three handlers around every fork(); false when the system refuses.
bool cotel_at_fork(void (*prepare)(void), void (*parent)(void), void (*child)(void));

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif
