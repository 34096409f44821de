#include "CFuzz.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

static uint64_t seed;
static _Thread_local uint64_t current;

void cfuzz_enter_case(uint64_t number) { current = number; }

// Only what a signal handler may call.
static void print(const char *text) {
    size_t length = 0;
    while (text[length] != 0) length++;
    if (write(STDERR_FILENO, text, length) < 0) return;
}

static void print_number(uint64_t number) {
    char digits[21];
    size_t place = sizeof digits;
    digits[--place] = 0;
    do digits[--place] = (char)('0' + number % 10);
    while ((number /= 10) != 0);
    print(digits + place);
}

static void report(int signal) {
    print("fuzz: signal ");
    print_number((uint64_t)signal);
    print(" in case ");
    print_number(current);
    print("; again: Scripts/fuzz 1 ");
    print_number(seed);
    print(" ");
    print_number(current);
    print("\n");
    _exit(2);
}

void cfuzz_report_crashes(uint64_t value) {
    seed = value;
    int signals[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE};
    for (size_t index = 0; index < sizeof signals / sizeof signals[0]; index++) signal(signals[index], report);
}

uint64_t cfuzz_thread_time(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}
