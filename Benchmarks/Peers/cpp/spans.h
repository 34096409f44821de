// What is recorded: the same spans as in Benchmarks/Sources/bench/Cases.
#pragma once

#include <cstdint>
#include <string>

#include "opentelemetry/trace/scope.h"
#include "opentelemetry/trace/tracer.h"

using Tracer = opentelemetry::nostd::shared_ptr<opentelemetry::trace::Tracer>;

// Attribute values that are known only at run time.
struct Request {
    std::string route;
    int64_t status;
    int64_t size;
    bool is_retry;

    static Request sample(int arguments) {
        int id = 4711 + arguments;
        return {"/api/orders/" + std::to_string(id) + "/items", 197 + id % 10, 1000 + id, id < 0};
    }
};

[[gnu::noinline]] inline void start_end(const Tracer &tracer) {
    auto span = tracer->StartSpan("GET /orders");
    span->End();
}

inline void set_attributes(opentelemetry::trace::Span &span, const Request &request) {
    span.SetAttribute("http.request.method", "GET");
    span.SetAttribute("url.path", request.route);
    span.SetAttribute("http.response.status_code", request.status);
    span.SetAttribute("http.response.body.size", request.size);
    span.SetAttribute("retry", request.is_retry);
}

[[gnu::noinline]] inline void five_attributes(const Tracer &tracer, const Request &request) {
    auto span = tracer->StartSpan("GET /orders");
    set_attributes(*span, request);
    span->End();
}

[[gnu::noinline]] inline void five_attributes_one_event(const Tracer &tracer, const Request &request) {
    auto span = tracer->StartSpan("GET /orders");
    set_attributes(*span, request);
    span->AddEvent("cache miss", {{"tier", "memory"}, {"size", request.size}});
    span->End();
}

[[gnu::noinline]] inline void current(const Tracer &tracer) {
    auto span = tracer->StartSpan("GET /orders");
    opentelemetry::trace::Scope scope(span);
    span->End();
}
