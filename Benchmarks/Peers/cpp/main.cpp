// The cases of Benchmarks/Sources/bench with OpenTelemetry C++; the same commands, the same output.
//
//   peer version | list | time CASE | count CASE | flood URL none|gzip | steady URL none|gzip

#include <map>

#include "opentelemetry/baggage/propagation/baggage_propagator.h"
#include "opentelemetry/context/propagation/composite_propagator.h"
#include "opentelemetry/sdk/trace/samplers/always_off.h"
#include "opentelemetry/sdk/trace/samplers/parent.h"
#include "opentelemetry/sdk/trace/samplers/always_on.h"
#include "opentelemetry/sdk/version/version.h"
#include "opentelemetry/trace/propagation/http_trace_context.h"
#include "opentelemetry/trace/provider.h"
#include "metrics.h"
#include "pipeline.h"

namespace context = opentelemetry::context;
namespace nostd = opentelemetry::nostd;

static const Request request = Request::sample(2);
static std::atomic<long> exported{0};
static std::unique_ptr<trace_sdk::TracerProvider> provider;

// ---------------------------------------------------------------------------------------------------------- spans

static Calls recording(std::unique_ptr<trace_sdk::Sampler> sampler, int records, std::function<void(const Tracer &)> call) {
    trace_sdk::BatchSpanProcessorOptions options{};
    options.max_queue_size = options.max_export_batch_size = 8192;
    options.schedule_delay_millis = std::chrono::hours(1);
    provider = std::make_unique<trace_sdk::TracerProvider>(
        trace_sdk::BatchSpanProcessorFactory::Create(std::make_unique<CountingExporter>(exported), options),
        opentelemetry::sdk::resource::Resource::Create({}), std::move(sampler)
    );
    Tracer tracer = provider->GetTracer("bench");
    return {
        [=](int count) { for (int number = 0; number < count; number++) call(tracer); },
        [] { provider->ForceFlush(); },
        [=](long calls) { return exported == calls * records ? "" : std::to_string(exported) + " exported"; },
    };
}

static std::unique_ptr<trace_sdk::Sampler> parent_based() {
    return std::make_unique<trace_sdk::ParentBasedSampler>(std::make_shared<trace_sdk::AlwaysOnSampler>());
}

static Calls no_sdk() {
    auto tracer = opentelemetry::trace::Provider::GetTracerProvider()->GetTracer("bench");
    return {[=](int count) { for (int number = 0; number < count; number++) start_end(tracer); }};
}

// ---------------------------------------------------------------------------------------------------- propagation

using Headers = std::map<std::string, std::string, std::less<>>;

struct MapCarrier : context::propagation::TextMapCarrier {
    Headers headers;

    nostd::string_view Get(nostd::string_view key) const noexcept override {
        auto found = headers.find(std::string_view(key.data(), key.size()));
        return found == headers.end() ? nostd::string_view() : nostd::string_view(found->second);
    }
    void Set(nostd::string_view key, nostd::string_view value) noexcept override {
        headers[std::string(key)] = std::string(value);
    }
};

struct CountingCarrier : context::propagation::TextMapCarrier {
    size_t size = 0;

    nostd::string_view Get(nostd::string_view) const noexcept override { return {}; }
    void Set(nostd::string_view key, nostd::string_view value) noexcept override { size += key.size() + value.size(); }
};

static const Headers trace_headers = {
    {"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
    {"tracestate", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE,ot=th:8;rv:6e6d1a75832a2f"},
};

static Headers all_headers() {
    auto headers = trace_headers;
    headers["baggage"] = "userId=alice,serverNode=DF%2028,isProduction=false";
    return headers;
}

static std::shared_ptr<context::propagation::TextMapPropagator> propagator() {
    std::vector<std::unique_ptr<context::propagation::TextMapPropagator>> all;
    all.push_back(std::make_unique<opentelemetry::trace::propagation::HttpTraceContext>());
    all.push_back(std::make_unique<opentelemetry::baggage::propagation::BaggagePropagator>());
    return std::make_shared<context::propagation::CompositePropagator>(std::move(all));
}

[[gnu::noinline]] static void extract(context::propagation::TextMapPropagator &propagator, const MapCarrier &carrier) {
    context::Context empty;
    auto extracted = propagator.Extract(carrier, empty);
    cbench_use(&extracted);
}

template <typename Carrier>
[[gnu::noinline]] static void inject(context::propagation::TextMapPropagator &propagator, context::Context &from) {
    Carrier carrier;
    propagator.Inject(carrier, from);
    cbench_use(&carrier);
}

static Calls extracting(const Headers &headers) {
    MapCarrier carrier;
    carrier.headers = headers;
    auto all = propagator();
    return {[=](int count) { for (int number = 0; number < count; number++) extract(*all, carrier); }};
}

template <typename Carrier>
static Calls injecting(const Headers &headers) {
    MapCarrier carrier;
    carrier.headers = headers;
    auto all = propagator();
    context::Context empty;
    auto from = std::make_shared<context::Context>(all->Extract(carrier, empty));
    return {[=](int count) { for (int number = 0; number < count; number++) inject<Carrier>(*all, *from); }};
}

// ----------------------------------------------------------------------------------------------------------- main

static const std::map<std::string, std::function<Calls()>> cases = {
    {"span.no-sdk", no_sdk},
    {"span.sampled-out",
     [] {
         return recording(std::make_unique<trace_sdk::AlwaysOffSampler>(), 0, [](auto &tracer) {
             five_attributes(tracer, request);
         });
     }},
    {"span.0attr", [] { return recording(parent_based(), 1, start_end); }},
    {"span.5attr",
     [] { return recording(parent_based(), 1, [](auto &tracer) { five_attributes(tracer, request); }); }},
    {"span.5attr.1event",
     [] { return recording(parent_based(), 1, [](auto &tracer) { five_attributes_one_event(tracer, request); }); }},
    {"span.current", [] { return recording(parent_based(), 1, current); }},
    {"propagation.extract", [] { return extracting(trace_headers); }},
    {"propagation.extract.baggage", [] { return extracting(all_headers()); }},
    {"propagation.inject", [] { return injecting<CountingCarrier>(trace_headers); }},
    {"propagation.inject.baggage", [] { return injecting<CountingCarrier>(all_headers()); }},
    {"propagation.inject.dictionary", [] { return injecting<MapCarrier>(trace_headers); }},
    {"counter.no-sdk", counter_without_sdk},
    {"counter.add.0attr", [] { return counting([](auto &counter, auto &) { add(counter); }, request); }},
    {"counter.add.3attr", [] { return counting(add_three, request); }},
    {"counter.add.3attr.2threads", [] { return on_two_threads(counting(add_three, request)); }},
    {"histogram.record.3attr", [] { return recording_durations(false, request); }},
    {"histogram.record.3attr.exponential", [] { return recording_durations(true, request); }},
};

int main(int count, char **words) {
    std::string command = count > 1 ? words[1] : "", name = count > 2 ? words[2] : "";
    if (command == "version") {
        std::printf("%s\n", OPENTELEMETRY_SDK_VERSION);
    } else if (command == "list") {
        for (auto &entry : cases) std::printf("%s\n", entry.first.c_str());
    } else if (command == "time" && cases.count(name)) {
        measure_time(name, cases.at(name)());
    } else if (command == "count" && cases.count(name)) {
        measure_count(name, cases.at(name)());
    } else if ((command == "flood" || command == "steady") && count == 4) {
        pipeline(command, name, words[3]);
    } else {
        fail("expected version, list, time CASE, count CASE, flood URL none|gzip or steady URL none|gzip");
    }
    return 0;
}
