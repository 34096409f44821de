package main

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/exemplar"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// ---------------------------------------------------------------------------------------------------------- calls

//go:noinline
func add(ctx context.Context, counter metric.Int64Counter, _ *request) {
	counter.Add(ctx, 1)
}

// The cheapest form for attributes that are not known in advance: `WithAttributes` copies them once more.
//
//go:noinline
func addThree(ctx context.Context, counter metric.Int64Counter, r *request) {
	counter.Add(ctx, 1, metric.WithAttributeSet(attribute.NewSet(
		attribute.String("method", "GET"),
		attribute.String("route", r.route),
		attribute.Int("status", 200),
	)))
}

//go:noinline
func recordThree(ctx context.Context, histogram metric.Float64Histogram, r *request) {
	histogram.Record(ctx, 0.021, metric.WithAttributeSet(attribute.NewSet(
		attribute.String("method", "GET"),
		attribute.String("route", r.route),
		attribute.Int("status", 200),
	)))
}

// Attributes known in advance: the options are made once.
var known = []metric.AddOption{metric.WithAttributeSet(attribute.NewSet(
	attribute.String("method", "GET"),
	attribute.Int("status", 200),
))}

//go:noinline
func addKnown(ctx context.Context, counter metric.Int64Counter, _ *request) {
	counter.Add(ctx, 1, known...)
}

// ---------------------------------------------------------------------------------------------------- measurement

// Discards, and counts the measurements that the points of the last collection stand for.
type measurements struct{ count int64 }

func (m *measurements) Temporality(sdkmetric.InstrumentKind) metricdata.Temporality {
	return metricdata.CumulativeTemporality
}

func (m *measurements) Aggregation(kind sdkmetric.InstrumentKind) sdkmetric.Aggregation {
	return sdkmetric.DefaultAggregationSelector(kind)
}

func (m *measurements) Export(_ context.Context, all *metricdata.ResourceMetrics) error {
	m.count = 0
	for _, scope := range all.ScopeMetrics {
		for _, one := range scope.Metrics {
			m.add(one.Data)
		}
	}
	return nil
}

func (m *measurements) add(data metricdata.Aggregation) {
	switch data := data.(type) {
	case metricdata.Sum[int64]:
		for _, point := range data.DataPoints {
			m.count += point.Value
		}
	case metricdata.Histogram[float64]:
		for _, point := range data.DataPoints {
			m.count += int64(point.Count)
		}
	case metricdata.ExponentialHistogram[float64]:
		for _, point := range data.DataPoints {
			m.count += int64(point.Count)
		}
	}
}

func (m *measurements) ForceFlush(context.Context) error { return nil }
func (m *measurements) Shutdown(context.Context) error   { return nil }

// A meter, and calls that want only their `run`.
func measuring(views ...sdkmetric.View) (metric.Meter, calls) {
	counted := &measurements{}
	provider := sdkmetric.NewMeterProvider(
		sdkmetric.WithReader(sdkmetric.NewPeriodicReader(counted, sdkmetric.WithInterval(time.Hour))),
		sdkmetric.WithExemplarFilter(exemplar.AlwaysOffFilter),
		sdkmetric.WithView(views...),
	)
	settle := func() {
		if err := provider.ForceFlush(context.Background()); err != nil {
			fail(err)
		}
	}
	problem := func(count int) string {
		if counted.count != int64(count) {
			return fmt.Sprint(counted.count, " measured")
		}
		return ""
	}
	return provider.Meter("bench"), calls{nil, settle, problem}
}

func counting(add func(context.Context, metric.Int64Counter, *request)) calls {
	meter, c := measuring()
	counter, err := meter.Int64Counter("orders")
	if err != nil {
		fail(err)
	}
	c.run = repeatAdd(counter, add)
	return c
}

func countingWithoutSDK() calls {
	counter, err := otel.Meter("bench").Int64Counter("orders")
	if err != nil {
		fail(err)
	}
	return calls{repeatAdd(counter, add), nothing, noProblem}
}

func repeatAdd(counter metric.Int64Counter, add func(context.Context, metric.Int64Counter, *request)) func(int) {
	r := sampleRequest()
	ctx := context.Background()
	return func(count int) {
		for number := 0; number < count; number++ {
			add(ctx, counter, &r)
		}
	}
}

func recordingDurations(views ...sdkmetric.View) calls {
	meter, c := measuring(views...)
	histogram, err := meter.Float64Histogram("duration", metric.WithUnit("s"))
	if err != nil {
		fail(err)
	}
	r := sampleRequest()
	ctx := context.Background()
	c.run = func(count int) {
		for number := 0; number < count; number++ {
			recordThree(ctx, histogram, &r)
		}
	}
	return c
}

var exponential = sdkmetric.NewView(
	sdkmetric.Instrument{Name: "duration"},
	sdkmetric.Stream{Aggregation: sdkmetric.AggregationBase2ExponentialHistogram{MaxSize: 160, MaxScale: 20}},
)
