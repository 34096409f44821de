// What the cases of this program share with those of Benchmarks/Sources/bench: bursts, warm-up, what is printed.
#pragma once

#include <time.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

extern "C" {
#include "CBench.h"
}

struct Calls {
    std::function<void(int)> run;
    std::function<void()> settle = [] {};
    // What is wrong after so many calls in all; empty when they did what they should.
    std::function<std::string(long)> problem = [](long) { return std::string(); };
};

constexpr int burst = 2000;

inline uint64_t nanoseconds(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return uint64_t(time.tv_sec) * 1'000'000'000 + uint64_t(time.tv_nsec);
}

inline void fail(const std::string &message) {
    std::fprintf(stderr, "%s\n", message.c_str());
    std::exit(1);
}

// Makes the calls on this thread and as many on another one at the same time; `run` returns when both are done.
inline Calls on_two_threads(Calls calls) {
    struct Second {
        std::atomic<long> wanted{0}, made{0};
    };
    // Never freed: the second thread lives as long as the process.
    auto second = new Second;
    auto run = calls.run;
    std::thread([=] {
        for (;;) {
            while (second->wanted == second->made) std::this_thread::yield();
            long count = second->wanted - second->made;
            run(int(count));
            second->made += count;
        }
    }).detach();
    calls.run = [=](int count) {
        second->wanted += count;
        run(count);
        while (second->made != second->wanted) std::this_thread::yield();
    };
    auto problem = calls.problem;
    calls.problem = [=](long made) { return problem(2 * made); };
    return calls;
}

inline void check(const Calls &calls, long count) {
    auto problem = calls.problem(count);
    if (!problem.empty()) fail(problem);
}

inline long warm(const Calls &calls) {
    for (int round = 0; round < 4; round++) {
        calls.run(burst);
        calls.settle();
    }
    return 4 * burst;
}

inline void measure_time(const std::string &name, const Calls &calls) {
    constexpr int size = 1000;
    long made = warm(calls);
    std::vector<uint64_t> bursts;
    auto deadline = nanoseconds(CLOCK_MONOTONIC) + 2'000'000'000;
    while (bursts.size() < 1000 && (nanoseconds(CLOCK_MONOTONIC) < deadline || bursts.size() < 20)) {
        auto start = nanoseconds(CLOCK_MONOTONIC);
        calls.run(size);
        bursts.push_back(nanoseconds(CLOCK_MONOTONIC) - start);
        calls.settle();
        made += size;
    }
    check(calls, made);
    std::sort(bursts.begin(), bursts.end());
    std::printf(
        "{\"case\":\"%s\",\"ns_min\":%f,\"ns_median\":%f}\n", name.c_str(), double(bursts[0]) / size,
        double(bursts[bursts.size() / 2]) / size
    );
}

// The allocations of `body`, on this thread.
inline uint64_t collect(const std::function<void()> &body) {
    auto before = cbench_allocations();
    cbench_collect([](const void *context) { (*static_cast<const std::function<void()> *>(context))(); }, &body);
    return cbench_allocations() - before;
}

inline void measure_count(const std::string &name, const Calls &calls) {
    constexpr int size = burst / 2;
    long made = warm(calls);
    auto single = collect([&] { calls.run(size); });
    calls.settle();
    auto twice = collect([&] { calls.run(2 * size); });
    calls.settle();
    check(calls, made + 3 * size);
    std::printf(
        "{\"case\":\"%s\",\"calls\":%d,\"allocations\":%f}\n", name.c_str(), size, double(twice - single) / size
    );
}
