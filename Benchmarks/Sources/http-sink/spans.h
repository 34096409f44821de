// How many spans are in a request.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Counts the spans of an ExportTraceServiceRequest by walking its envelopes; -1 when they are malformed.
long count_spans(const uint8_t *body, size_t size);

// The same of a request compressed with gzip.
long count_spans_gzip(const uint8_t *body, size_t size);
