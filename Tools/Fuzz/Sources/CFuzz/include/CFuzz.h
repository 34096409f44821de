// What the fuzzer needs and Swift cannot express: allocated bytes, and a word when a case ends the process.
#pragma once

#include <stdint.h>

// Bytes that the calling thread asked the allocator for since it began.
uint64_t cfuzz_allocated_bytes(void);

// The case that the calling thread runs from now on.
void cfuzz_enter_case(uint64_t number);

// From now on a trap or a fault prints which case it was in, with the seed, before the process ends.
void cfuzz_report_crashes(uint64_t seed);

// CPU time of the calling thread, in nanoseconds.
uint64_t cfuzz_thread_time(void);
