// The whole way of a span to a receiver, as in Benchmarks/Sources/pipeline.
#pragma once

#include <unistd.h>

#include <cstring>

#include "exporters.h"
#include "harness.h"
#include "opentelemetry/sdk/trace/batch_span_processor_factory.h"
#include "opentelemetry/sdk/trace/batch_span_processor_options.h"
#include "opentelemetry/sdk/trace/tracer_provider.h"
#include "spans.h"

constexpr long spans = 200'000;

// A line of the process's status, in kilobytes.
inline long kilobytes(const char *name) {
    FILE *file = std::fopen("/proc/self/status", "r");
    char line[256];
    long value = 0;
    while (file && std::fgets(line, sizeof line, file))
        if (std::strncmp(line, name, std::strlen(name)) == 0) value = std::atol(line + std::strlen(name));
    if (file) std::fclose(file);
    return value;
}

inline void flood(const Tracer &tracer, const Request &request, const std::atomic<long> &exported) {
    trace_sdk::BatchSpanProcessorOptions defaults{};
    long capacity = long(defaults.max_queue_size - defaults.max_export_batch_size);
    for (long number = 0; number < spans; number++) {
        while (number - exported.load(std::memory_order_acquire) >= capacity) usleep(50);
        five_attributes(tracer, request);
    }
}

inline void steady(const Tracer &tracer, const Request &request, long &memory) {
    constexpr long per_millisecond = 20;
    auto next = nanoseconds(CLOCK_MONOTONIC);
    for (long millisecond = 0; millisecond < spans / per_millisecond; millisecond++) {
        if (millisecond == spans / per_millisecond / 4) memory = kilobytes("VmRSS:");
        for (long number = 0; number < per_millisecond; number++) five_attributes(tracer, request);
        next += 1'000'000;
        timespec time{time_t(next / 1'000'000'000), long(next % 1'000'000'000)};
        while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nullptr) != 0) {}
    }
}

inline void pipeline(const std::string &mode, const std::string &url, const std::string &compression) {
    opentelemetry::exporter::otlp::OtlpHttpExporterOptions options;
    options.url = url + "/v1/traces";
    options.content_type = opentelemetry::exporter::otlp::HttpRequestContentType::kBinary;
    options.compression = compression;
    std::atomic<long> exported{0};
    trace_sdk::TracerProvider provider(
        trace_sdk::BatchSpanProcessorFactory::Create(
            std::make_unique<CountingExporter>(exported, options), trace_sdk::BatchSpanProcessorOptions{}
        )
    );
    Tracer tracer = provider.GetTracer("pipeline");
    auto request = Request::sample(1);
    long memory = 0, growth = 0;
    auto start = nanoseconds(CLOCK_MONOTONIC);
    if (mode == "steady") {
        steady(tracer, request, memory);
        growth = kilobytes("VmRSS:") - memory;
    } else {
        flood(tracer, request, exported);
    }
    provider.Shutdown();
    double seconds = double(nanoseconds(CLOCK_MONOTONIC) - start) / 1e9;
    double cpu = double(nanoseconds(CLOCK_PROCESS_CPUTIME_ID)) / 1000;
    std::printf(
        "{\"spans\":%ld,\"seconds\":%f,\"cpu_us\":%f,\"peak_kb\":%ld,\"growth_kb\":%ld}\n", spans, seconds, cpu,
        kilobytes("VmHWM:"), growth
    );
}
