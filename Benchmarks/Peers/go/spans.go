package main

import (
	"context"
	"fmt"
	"os"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// Attribute values that are known only at run time.
type request struct {
	route        string
	status, size int
	retry        bool
}

func sampleRequest() request {
	id := 4711 + len(os.Args)
	return request{fmt.Sprintf("/api/orders/%d/items", id), 197 + id%10, 1000 + id, id < 0}
}

//go:noinline
func startEnd(ctx context.Context, tracer trace.Tracer, _ *request) {
	_, span := tracer.Start(ctx, "GET /orders")
	span.End()
}

func setAttributes(span trace.Span, r *request) {
	span.SetAttributes(
		attribute.String("http.request.method", "GET"),
		attribute.String("url.path", r.route),
		attribute.Int("http.response.status_code", r.status),
		attribute.Int("http.response.body.size", r.size),
		attribute.Bool("retry", r.retry),
	)
}

//go:noinline
func fiveAttributes(ctx context.Context, tracer trace.Tracer, r *request) {
	_, span := tracer.Start(ctx, "GET /orders")
	setAttributes(span, r)
	span.End()
}

//go:noinline
func fiveAttributesOneEvent(ctx context.Context, tracer trace.Tracer, r *request) {
	_, span := tracer.Start(ctx, "GET /orders")
	setAttributes(span, r)
	span.AddEvent("cache miss", trace.WithAttributes(
		attribute.String("tier", "memory"),
		attribute.Int("size", r.size),
	))
	span.End()
}

//go:noinline
func current(ctx context.Context, tracer trace.Tracer, _ *request) {
	inner, _ := tracer.Start(ctx, "GET /orders")
	trace.SpanFromContext(inner).End()
}
