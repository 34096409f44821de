// An exporter that counts.
#pragma once

#include <atomic>
#include <memory>

#include "opentelemetry/exporters/otlp/otlp_http_exporter_factory.h"
#include "opentelemetry/exporters/otlp/otlp_http_exporter_options.h"
#include "opentelemetry/sdk/trace/exporter.h"
#include "opentelemetry/sdk/trace/span_data.h"

namespace trace_sdk = opentelemetry::sdk::trace;

// Discards or sends. What it discards is recorded into the SDK's plain SpanData, which costs the recording thread less
// than the protobuf message that the OTLP exporter records into.
class CountingExporter final : public trace_sdk::SpanExporter {
  public:
    using Spans = opentelemetry::nostd::span<std::unique_ptr<trace_sdk::Recordable>>;

    explicit CountingExporter(std::atomic<long> &exported)
        : exported(exported) {}

    CountingExporter(std::atomic<long> &exported, const opentelemetry::exporter::otlp::OtlpHttpExporterOptions &options)
        : exported(exported), otlp(opentelemetry::exporter::otlp::OtlpHttpExporterFactory::Create(options)) {}

    std::unique_ptr<trace_sdk::Recordable> MakeRecordable() noexcept override {
        return otlp ? otlp->MakeRecordable() : std::make_unique<trace_sdk::SpanData>();
    }

    opentelemetry::sdk::common::ExportResult Export(const Spans &spans) noexcept override {
        long count = long(spans.size());
        auto result = otlp ? otlp->Export(spans) : opentelemetry::sdk::common::ExportResult::kSuccess;
        exported.fetch_add(count, std::memory_order_release);
        return result;
    }

    bool ForceFlush(std::chrono::microseconds timeout) noexcept override {
        return otlp ? otlp->ForceFlush(timeout) : true;
    }

    bool Shutdown(std::chrono::microseconds timeout) noexcept override {
        return otlp ? otlp->Shutdown(timeout) : true;
    }

  private:
    std::atomic<long> &exported;
    std::unique_ptr<trace_sdk::SpanExporter> otlp;
};
