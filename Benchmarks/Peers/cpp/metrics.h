// What is measured: the same calls as in Benchmarks/Sources/bench/Cases, and an exporter that counts them.
#pragma once

#include <atomic>
#include <memory>

#include "harness.h"
#include "opentelemetry/metrics/meter.h"
#include "opentelemetry/metrics/noop.h"
#include "opentelemetry/metrics/provider.h"
#include "opentelemetry/sdk/metrics/aggregation/aggregation_config.h"
#include "opentelemetry/sdk/metrics/export/periodic_exporting_metric_reader_factory.h"
#include "opentelemetry/sdk/metrics/export/periodic_exporting_metric_reader_options.h"
#include "opentelemetry/sdk/metrics/meter_provider.h"
#include "opentelemetry/sdk/metrics/push_metric_exporter.h"
#include "opentelemetry/sdk/metrics/view/instrument_selector_factory.h"
#include "opentelemetry/sdk/metrics/view/meter_selector_factory.h"
#include "opentelemetry/sdk/metrics/view/view_factory.h"
#include "spans.h"

namespace metrics = opentelemetry::metrics;
namespace metrics_sdk = opentelemetry::sdk::metrics;

using Meter = opentelemetry::nostd::shared_ptr<metrics::Meter>;
using Counter = metrics::Counter<uint64_t>;
using Histogram = metrics::Histogram<double>;
using CounterHandle = opentelemetry::nostd::shared_ptr<Counter>;
using HistogramHandle = opentelemetry::nostd::shared_ptr<Histogram>;

// ---------------------------------------------------------------------------------------------------------- calls

[[gnu::noinline]] inline void add(Counter &counter) { counter.Add(1); }

[[gnu::noinline]] inline void add_three(Counter &counter, const Request &request) {
    counter.Add(1, {{"method", "GET"}, {"route", request.route}, {"status", int64_t(200)}});
}

[[gnu::noinline]] inline void record_three(Histogram &histogram, const Request &request) {
    histogram.Record(
        0.021, {{"method", "GET"}, {"route", request.route}, {"status", int64_t(200)}},
        opentelemetry::context::Context{}
    );
}

// ---------------------------------------------------------------------------------------------------- measurement

// How many measurements the points of the last collection stand for.
static std::atomic<long> measured{0};

class MeasurementCounter final : public metrics_sdk::PushMetricExporter {
  public:
    opentelemetry::sdk::common::ExportResult Export(const metrics_sdk::ResourceMetrics &data) noexcept override {
        long count = 0;
        for (auto &scope : data.scope_metric_data_) {
            for (auto &metric : scope.metric_data_) {
                for (auto &point : metric.point_data_attr_) count += measurements(point.point_data);
            }
        }
        measured = count;
        return opentelemetry::sdk::common::ExportResult::kSuccess;
    }

    metrics_sdk::AggregationTemporality GetAggregationTemporality(metrics_sdk::InstrumentType) const noexcept override {
        return metrics_sdk::AggregationTemporality::kCumulative;
    }

    bool ForceFlush(std::chrono::microseconds) noexcept override { return true; }
    bool Shutdown(std::chrono::microseconds) noexcept override { return true; }

  private:
    static long measurements(const metrics_sdk::PointType &point) {
        namespace nostd = opentelemetry::nostd;
        if (auto sum = nostd::get_if<metrics_sdk::SumPointData>(&point)) return long(nostd::get<int64_t>(sum->value_));
        if (auto data = nostd::get_if<metrics_sdk::HistogramPointData>(&point)) return long(data->count_);
        if (auto data = nostd::get_if<metrics_sdk::Base2ExponentialHistogramPointData>(&point)) return long(data->count_);
        return 0;
    }
};

static std::unique_ptr<metrics_sdk::MeterProvider> meter_provider;

// Ranges whose width follows the values.
static void make_exponential(metrics_sdk::MeterProvider &provider) {
    provider.AddView(
        metrics_sdk::InstrumentSelectorFactory::Create(metrics_sdk::InstrumentType::kHistogram, "duration", "s"),
        metrics_sdk::MeterSelectorFactory::Create("bench", "", ""),
        metrics_sdk::ViewFactory::Create(
            "duration", "", metrics_sdk::AggregationType::kBase2ExponentialHistogram,
            std::make_shared<metrics_sdk::Base2ExponentialHistogramAggregationConfig>()
        )
    );
}

static Meter meter(bool exponential = false) {
    metrics_sdk::PeriodicExportingMetricReaderOptions options;
    options.export_interval_millis = std::chrono::hours(1);
    meter_provider = std::make_unique<metrics_sdk::MeterProvider>();
    meter_provider->AddMetricReader(
        metrics_sdk::PeriodicExportingMetricReaderFactory::Create(std::make_unique<MeasurementCounter>(), options)
    );
    if (exponential) make_exponential(*meter_provider);
    return meter_provider->GetMeter("bench");
}

static Calls measuring(std::function<void()> call) {
    return {
        [=](int count) { for (int number = 0; number < count; number++) call(); },
        [] { meter_provider->ForceFlush(); },
        [](long calls) { return measured == calls ? "" : std::to_string(measured) + " measured"; },
    };
}

static Calls counting(void (*call)(Counter &, const Request &), const Request &request) {
    CounterHandle counter = meter()->CreateUInt64Counter("orders");
    return measuring([=, &request] { call(*counter, request); });
}

static Calls recording_durations(bool exponential, const Request &request) {
    HistogramHandle histogram = meter(exponential)->CreateDoubleHistogram("duration", "", "s");
    return measuring([=, &request] { record_three(*histogram, request); });
}

static Calls counter_without_sdk() {
    auto meter = metrics::Provider::GetMeterProvider()->GetMeter("bench");
    CounterHandle counter = meter->CreateUInt64Counter("orders");
    return {[=](int count) { for (int number = 0; number < count; number++) add(*counter); }};
}
