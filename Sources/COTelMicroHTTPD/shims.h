// What Swift cannot take from libmicrohttpd's header as it is: variadic functions, and enumerations, which come out
// differently depending on the version of the header. The oldest we build on is 0.9.72.

#ifndef COTELMICROHTTPD_SHIMS_H
#define COTELMICROHTTPD_SHIMS_H

#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>

typedef struct COTelMicroHTTPD_settings {
    int listener;
    unsigned connections;
    unsigned idle_seconds;
    size_t header_bytes;
    MHD_AccessHandlerCallback answer;
    MHD_NotifyConnectionCallback connection;
    MHD_RequestCompletedCallback completed;
    void *context;
} COTelMicroHTTPD_settings;

// MHD_start_daemon is variadic. One thread serves all connections; it gets none of the application's signals. MHD_USE_ITC
// is what MHD_quiesce_daemon needs. Takes over the listener, unless it returns null.
static inline struct MHD_Daemon *COTelMicroHTTPD_start(const COTelMicroHTTPD_settings *settings) {
    sigset_t all, previous;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &previous);
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_AUTO_INTERNAL_THREAD | MHD_USE_ITC, 0, NULL, NULL, settings->answer, settings->context,
        MHD_OPTION_LISTEN_SOCKET, settings->listener,
        MHD_OPTION_CONNECTION_LIMIT, settings->connections,
        MHD_OPTION_CONNECTION_TIMEOUT, settings->idle_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, settings->header_bytes,
        MHD_OPTION_NOTIFY_CONNECTION, settings->connection, settings->context,
        MHD_OPTION_NOTIFY_COMPLETED, settings->completed, settings->context,
        MHD_OPTION_END);
    pthread_sigmask(SIG_SETMASK, &previous, NULL);
    return daemon;
}

// MHD_get_connection_info is variadic. -1 when there is none.
static inline int COTelMicroHTTPD_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

// MHD_get_daemon_info is variadic. -1 when the daemon polls in another way.
static inline int COTelMicroHTTPD_epoll(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    return info ? info->epoll_fd : -1;
}

static const enum MHD_Result COTelMicroHTTPD_yes = MHD_YES;
static const enum MHD_Result COTelMicroHTTPD_no = MHD_NO;

// The first header of this name; null when there is none.
static inline const char *COTelMicroHTTPD_header(struct MHD_Connection *connection, const char *name) {
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

// A response with a copy of the bytes, which the function does not write to; null when memory is short.
static inline struct MHD_Response *COTelMicroHTTPD_response(const void *bytes, size_t size) {
    return MHD_create_response_from_buffer(size, (void *)bytes, MHD_RESPMEM_MUST_COPY);
}

// Whether a connection begins; else it ends.
static inline int COTelMicroHTTPD_begins(enum MHD_ConnectionNotificationCode event) {
    return event == MHD_CONNECTION_NOTIFY_STARTED;
}

#endif
