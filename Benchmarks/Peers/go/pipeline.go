package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

const spans = 200_000

// The whole way of a span to a receiver, as in Benchmarks/Sources/pipeline.
func pipeline(mode, url, compression string) {
	options := []otlptracehttp.Option{otlptracehttp.WithEndpointURL(url + "/v1/traces")}
	if compression == "gzip" {
		options = append(options, otlptracehttp.WithCompression(otlptracehttp.GzipCompression))
	}
	exporter, err := otlptracehttp.New(context.Background(), options...)
	if err != nil {
		fail(err)
	}
	processor := []sdktrace.BatchSpanProcessorOption{}
	if mode == "flood" {
		processor = append(processor, sdktrace.WithBlocking())
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter, processor...))
	tracer := provider.Tracer("pipeline")
	r := sampleRequest()
	growth := 0
	start := time.Now()
	if mode == "steady" {
		before := steady(tracer, &r)
		growth = kilobytes("VmRSS:") - before
	} else {
		for number := 0; number < spans; number++ {
			fiveAttributes(context.Background(), tracer, &r)
		}
	}
	if err := provider.Shutdown(context.Background()); err != nil {
		fail(err)
	}
	seconds := time.Since(start).Seconds()
	fmt.Printf("{\"spans\":%d,\"seconds\":%f,\"cpu_us\":%f,\"peak_kb\":%d,\"growth_kb\":%d}\n",
		spans, seconds, cpuMicroseconds(), kilobytes("VmHWM:"), growth)
}

// Returns the memory in use when a quarter was done, in kilobytes.
func steady(tracer trace.Tracer, r *request) int {
	const perMillisecond = 20
	memory := 0
	next := time.Now()
	for millisecond := 0; millisecond < spans/perMillisecond; millisecond++ {
		if millisecond == spans/perMillisecond/4 {
			memory = kilobytes("VmRSS:")
		}
		for number := 0; number < perMillisecond; number++ {
			fiveAttributes(context.Background(), tracer, r)
		}
		next = next.Add(time.Millisecond)
		time.Sleep(time.Until(next))
	}
	return memory
}

func cpuMicroseconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		fail(err)
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1000
}

func kilobytes(name string) int {
	status, _ := os.ReadFile("/proc/self/status")
	value := 0
	for _, line := range strings.Split(string(status), "\n") {
		if strings.HasPrefix(line, name) {
			fmt.Sscanf(line[len(name):], "%d", &value)
		}
	}
	return value
}
