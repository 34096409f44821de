// A receiver that answers at once: HTTP/1.1 with keep-alive, reads every body, answers 200 with an empty message.
//
//   http-sink       prints its port on the first line, and what it got as JSON when its standard input ends
//
// One thread a connection. Spans are counted by walking the envelopes of ExportTraceServiceRequest. A body needs a
// Content-Length; anything else ends the connection and is counted as bad.
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

static unsigned long connections, requests, bytes, spans, bad;

#define COUNT(counter, number) __atomic_fetch_add(&(counter), (number), __ATOMIC_RELAXED)

// ------------------------------------------------------------------------------------------------------- protobuf

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

// ----------------------------------------------------------------------------------------------------------- HTTP

struct stream {
    int socket;
    char *buffer;
    size_t capacity, held;
};

// Reads until `size` bytes are held; false when the connection ends first.
static bool fill(struct stream *stream, size_t size) {
    if (size > stream->capacity) {
        char *buffer = realloc(stream->buffer, size);
        if (!buffer) return false;
        stream->buffer = buffer;
        stream->capacity = size;
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

// Answers one request; false when the connection is over.
static bool serve_request(struct stream *stream) {
    char *end;
    while (!(end = memmem(stream->buffer, stream->held, "\r\n\r\n", 4)))
        if (!fill(stream, stream->held + 1)) return false;
    *end = 0;
    size_t head = (size_t)(end - stream->buffer) + 4;
    const char *length = header(stream->buffer, "content-length");
    const char *expectation = header(stream->buffer, "expect");
    size_t size = length ? strtoul(length, NULL, 10) : 0;
    if (expectation && !reply(stream, "HTTP/1.1 100 Continue\r\n\r\n")) return false;
    if (!fill(stream, head + size)) return false;

    static const uint8_t path[] = {1, 2, 2, 0};  // resource_spans, scope_spans, spans
    const uint8_t *body = (const uint8_t *)stream->buffer + head;
    long count = length ? count_messages(body, body + size, path) : -1;
    if (count < 0) {
        COUNT(bad, 1);
        return false;
    }
    COUNT(requests, 1);
    COUNT(bytes, size);
    COUNT(spans, (unsigned long)count);
    stream->held -= head + size;
    memmove(stream->buffer, stream->buffer + head + size, stream->held);
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
        connections, requests, bytes, spans, bad
    );
    return 0;
}
