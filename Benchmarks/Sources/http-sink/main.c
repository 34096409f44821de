// A receiver that answers at once: HTTP/1.1 with keep-alive, reads every body, answers 200 with an empty message.
//
//   http-sink       prints its port on the first line, and what it got as JSON when its standard input ends
//
// One thread a connection. Spans are counted by walking the envelopes of ExportTraceServiceRequest, after inflating a
// body that says it is gzip. A body has a Content-Length or comes in chunks; anything else ends the connection and is
// counted as bad.
#define _GNU_SOURCE
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "spans.h"

static unsigned long connections, requests, bytes_in_bodies, spans, bad;

#define COUNT(counter, number) __atomic_fetch_add(&(counter), (number), __ATOMIC_RELAXED)

// ----------------------------------------------------------------------------------------------------------- HTTP

struct stream {
    int socket;
    char *buffer;
    size_t capacity, held;
};

// Reads until `size` bytes are held; false when the connection ends first.
static bool fill(struct stream *stream, size_t size) {
    if (size > stream->capacity) {
        size_t capacity = size > 2 * stream->capacity ? size : 2 * stream->capacity;
        char *buffer = realloc(stream->buffer, capacity);
        if (!buffer) return false;
        stream->buffer = buffer;
        stream->capacity = capacity;
    }
    while (stream->held < size) {
        ssize_t got = recv(stream->socket, stream->buffer + stream->held, stream->capacity - stream->held, 0);
        if (got <= 0) return false;
        stream->held += (size_t)got;
    }
    return true;
}

static bool reply(struct stream *stream, const char *text) {
    size_t length = strlen(text);
    return send(stream->socket, text, length, MSG_NOSIGNAL) == (ssize_t)length;
}

// The value of a header in a null-terminated head; NULL when it is not there.
static const char *header(const char *head, const char *name) {
    size_t length = strlen(name);
    for (const char *line = strstr(head, "\r\n"); line; line = strstr(line + 2, "\r\n"))
        if (strncasecmp(line + 2, name, length) == 0 && line[2 + length] == ':') return line + 3 + length;
    return NULL;
}

// What follows the head of a request: the body, and where in the buffer the next request begins.
struct body {
    size_t start, size, next;
};

static bool read_sized(struct stream *stream, struct body *body, size_t size) {
    body->size = size;
    body->next = body->start + size;
    return fill(stream, body->next);
}

// Where the line that begins here ends; 0 when the connection ends first.
static size_t line_end(struct stream *stream, size_t start) {
    for (;;) {
        char *end = stream->held > start ? memmem(stream->buffer + start, stream->held - start, "\r\n", 2) : NULL;
        if (end) return (size_t)(end - stream->buffer);
        if (!fill(stream, stream->held + 1)) return 0;
    }
}

// Moves the chunks together; no trailers.
static bool read_chunks(struct stream *stream, struct body *body) {
    for (size_t at = body->start;;) {
        size_t end = line_end(stream, at);
        if (!end) return false;
        size_t size = strtoul(stream->buffer + at, NULL, 16);
        at = end + 2;
        if (!fill(stream, at + size + 2)) return false;
        memmove(stream->buffer + body->start + body->size, stream->buffer + at, size);
        body->size += size;
        at += size + 2;
        body->next = at;
        if (size == 0) return true;
    }
}

// Answers one request; false when the connection is over.
static bool serve_request(struct stream *stream) {
    char *end;
    while (!(end = memmem(stream->buffer, stream->held, "\r\n\r\n", 4)))
        if (!fill(stream, stream->held + 1)) return false;
    *end = 0;
    struct body body = {.start = (size_t)(end - stream->buffer) + 4};
    const char *length = header(stream->buffer, "content-length");
    bool compressed = header(stream->buffer, "content-encoding");
    bool chunked = header(stream->buffer, "transfer-encoding");
    bool waits = header(stream->buffer, "expect");
    size_t size = length ? strtoul(length, NULL, 10) : 0;
    if (waits && !reply(stream, "HTTP/1.1 100 Continue\r\n\r\n")) return false;
    if (chunked ? !read_chunks(stream, &body) : !read_sized(stream, &body, size)) return false;

    const uint8_t *bytes = (const uint8_t *)stream->buffer + body.start;
    long count = -1;
    if (length || chunked) count = compressed ? count_spans_gzip(bytes, body.size) : count_spans(bytes, body.size);
    if (count < 0) {
        COUNT(bad, 1);
        return false;
    }
    COUNT(requests, 1);
    COUNT(bytes_in_bodies, body.size);
    COUNT(spans, (unsigned long)count);
    stream->held -= body.next;
    memmove(stream->buffer, stream->buffer + body.next, stream->held);
    return reply(stream, "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n");
}

static void *serve(void *argument) {
    struct stream stream = {.socket = (int)(long)argument, .capacity = 1 << 20};
    stream.buffer = malloc(stream.capacity);
    while (stream.buffer && serve_request(&stream)) {}
    free(stream.buffer);
    close(stream.socket);
    return NULL;
}

static void *accept_all(void *argument) {
    int listener = (int)(long)argument;
    for (;;) {
        int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (connection < 0) continue;
        int on = 1;
        setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        COUNT(connections, 1);
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, (void *)(long)connection) == 0) {
            pthread_detach(thread);
        } else {
            close(connection);
        }
    }
    return NULL;
}

int main(void) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    pthread_t thread;
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 64) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0 ||
        pthread_create(&thread, NULL, accept_all, (void *)(long)listener) != 0) {
        perror("http-sink");
        return 1;
    }
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    while (getchar() != EOF) {}
    printf(
        "{\"connections\":%lu,\"requests\":%lu,\"bytes\":%lu,\"spans\":%lu,\"bad\":%lu}\n",
        connections, requests, bytes_in_bodies, spans, bad
    );
    return 0;
}
