#include "spans.h"

#include <stdlib.h>
#include <zlib.h>

static const uint8_t *varint(const uint8_t *at, const uint8_t *end, uint64_t *value) {
    *value = 0;
    for (int shift = 0; at < end && shift < 64; shift += 7) {
        *value |= (uint64_t)(*at & 0x7f) << shift;
        if (*at++ < 0x80) return at;
    }
    return NULL;
}

// Counts the messages at the end of a path of length-delimited fields, all with these numbers; -1 when malformed.
static long count_messages(const uint8_t *at, const uint8_t *end, const uint8_t *path) {
    long count = 0;
    while (at < end) {
        uint64_t tag, length;
        if (!(at = varint(at, end, &tag)) || (tag & 7) != 2) return -1;
        if (!(at = varint(at, end, &length)) || length > (uint64_t)(end - at)) return -1;
        if (tag >> 3 == path[0]) {
            long inner = path[1] ? count_messages(at, at + length, path + 1) : 1;
            if (inner < 0) return -1;
            count += inner;
        }
        at += length;
    }
    return count;
}

long count_spans(const uint8_t *body, size_t size) {
    static const uint8_t path[] = {1, 2, 2, 0};  // resource_spans, scope_spans, spans
    return count_messages(body, body + size, path);
}

// Room for what a body inflates to, one a thread, kept: requests of one sender are of one size.
static _Thread_local struct {
    uint8_t *bytes;
    size_t capacity;
} plain;

static int grow(void) {
    size_t capacity = plain.capacity ? plain.capacity * 2 : 1 << 20;
    uint8_t *bytes = realloc(plain.bytes, capacity);
    if (!bytes) return 0;
    plain.bytes = bytes;
    plain.capacity = capacity;
    return 1;
}

long count_spans_gzip(const uint8_t *body, size_t size) {
    z_stream stream = {.next_in = (Bytef *)body, .avail_in = (uInt)size};
    if (inflateInit2(&stream, MAX_WBITS + 16) != Z_OK) return -1;
    int result = Z_OK;
    while (result == Z_OK) {
        if (stream.total_out == plain.capacity && !grow()) break;
        stream.next_out = plain.bytes + stream.total_out;
        stream.avail_out = (uInt)(plain.capacity - stream.total_out);
        result = inflate(&stream, Z_NO_FLUSH);
    }
    size_t count = stream.total_out;
    inflateEnd(&stream);
    return result == Z_STREAM_END ? count_spans(plain.bytes, count) : -1;
}
