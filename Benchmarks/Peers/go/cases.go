package main

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

type call = func(context.Context, trace.Tracer, *request)

var cases = map[string]func() calls{
	"span.no-sdk": func() calls {
		return repeat(otel.Tracer("bench"), startEnd)
	},
	"span.sampled-out":              func() calls { return recording(sdktrace.NeverSample(), 0, fiveAttributes) },
	"span.0attr":                    func() calls { return recording(always, 1, startEnd) },
	"span.5attr":                    func() calls { return recording(always, 1, fiveAttributes) },
	"span.5attr.1event":             func() calls { return recording(always, 1, fiveAttributesOneEvent) },
	"span.current":                  func() calls { return recording(always, 1, current) },
	"propagation.extract":           func() calls { return extracting(traceHeaders) },
	"propagation.extract.baggage":   func() calls { return extracting(allHeaders) },
	"propagation.inject":            func() calls { return injecting(traceHeaders, injectCounting) },
	"propagation.inject.baggage":    func() calls { return injecting(allHeaders, injectCounting) },
	"propagation.inject.dictionary": func() calls { return injecting(traceHeaders, injectMap) },

	"counter.no-sdk":                     countingWithoutSDK,
	"counter.add.0attr":                  func() calls { return counting(add) },
	"counter.add.3attr":                  func() calls { return counting(addThree) },
	"counter.add.3attr.2threads":         func() calls { return counting(addThree).onTwoThreads() },
	"counter.bound":                      func() calls { return counting(addKnown) },
	"histogram.record.3attr":             func() calls { return recordingDurations() },
	"histogram.record.3attr.exponential": func() calls { return recordingDurations(exponential) },
}

var always = sdktrace.ParentBased(sdktrace.AlwaysSample())

func noProblem(int) string { return "" }
func nothing()             {}

func repeat(tracer trace.Tracer, body call) calls {
	r := sampleRequest()
	ctx := context.Background()
	run := func(count int) {
		for number := 0; number < count; number++ {
			body(ctx, tracer, &r)
		}
	}
	return calls{run, nothing, noProblem}
}

// ---------------------------------------------------------------------------------------------------------- spans

type discarding struct{ exported atomic.Int64 }

func (d *discarding) ExportSpans(_ context.Context, spans []sdktrace.ReadOnlySpan) error {
	d.exported.Add(int64(len(spans)))
	return nil
}

func (d *discarding) Shutdown(context.Context) error { return nil }

func recording(sampler sdktrace.Sampler, records int, body call) calls {
	exporter := &discarding{}
	provider := sdktrace.NewTracerProvider(sdktrace.WithSampler(sampler), sdktrace.WithBatcher(
		exporter,
		sdktrace.WithMaxQueueSize(8192),
		sdktrace.WithMaxExportBatchSize(8192),
		sdktrace.WithBatchTimeout(time.Hour),
	))
	c := repeat(provider.Tracer("bench"), body)
	c.settle = func() {
		if err := provider.ForceFlush(context.Background()); err != nil {
			fail(err)
		}
	}
	c.problem = func(count int) string {
		if exported := exporter.exported.Load(); exported != int64(count*records) {
			return fmt.Sprint(exported, " exported")
		}
		return ""
	}
	return c
}

// ---------------------------------------------------------------------------------------------------- propagation

var propagator = propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{})

var traceHeaders = propagation.MapCarrier{
	"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
	"tracestate":  "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE,ot=th:8;rv:6e6d1a75832a2f",
}

var allHeaders = propagation.MapCarrier{
	"traceparent": traceHeaders["traceparent"],
	"tracestate":  traceHeaders["tracestate"],
	"baggage":     "userId=alice,serverNode=DF%2028,isProduction=false",
}

type countingCarrier struct{ size int }

func (c *countingCarrier) Get(string) string     { return "" }
func (c *countingCarrier) Keys() []string        { return nil }
func (c *countingCarrier) Set(key, value string) { c.size += len(key) + len(value) }

//go:noinline
func extract(carrier propagation.MapCarrier) {
	runtime.KeepAlive(propagator.Extract(context.Background(), carrier))
}

//go:noinline
func injectCounting(ctx context.Context) {
	carrier := countingCarrier{}
	propagator.Inject(ctx, &carrier)
	runtime.KeepAlive(&carrier)
}

//go:noinline
func injectMap(ctx context.Context) {
	carrier := propagation.MapCarrier{}
	propagator.Inject(ctx, carrier)
	runtime.KeepAlive(carrier)
}

func extracting(carrier propagation.MapCarrier) calls {
	run := func(count int) {
		for number := 0; number < count; number++ {
			extract(carrier)
		}
	}
	return calls{run, nothing, noProblem}
}

func injecting(carrier propagation.MapCarrier, inject func(context.Context)) calls {
	ctx := propagator.Extract(context.Background(), carrier)
	run := func(count int) {
		for number := 0; number < count; number++ {
			inject(ctx)
		}
	}
	return calls{run, nothing, noProblem}
}
