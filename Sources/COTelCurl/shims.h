// What Swift cannot take from libcurl's headers as they are: variadic functions, function-like macros, and options
// that the headers or the library of an older distribution may lack (the oldest we build on is libcurl 7.76).

#ifndef COTELCURL_SHIMS_H
#define COTELCURL_SHIMS_H

#include <curl/curl.h>
#include <fcntl.h>
#include <sys/socket.h>

// CURL_GLOBAL_ALL is a cast expression, which Swift does not import.
static inline CURLcode COTelCurl_globalInit(void) {
    return curl_global_init(CURL_GLOBAL_ALL);
}

// CURL_HTTP_VERSION_1_1 belongs to an anonymous enum, which Swift imports as an Int on some platforms only.
enum { COTelCurl_http11 = CURL_HTTP_VERSION_1_1 };

// curl_easy_setopt is variadic: one shim for each type of argument.
static inline CURLcode COTelCurl_setLong(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

// libcurl copies strings, except the one of CURLOPT_POSTFIELDS (see COTelCurl_setBody).
static inline CURLcode COTelCurl_setString(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode COTelCurl_setPointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode COTelCurl_setHeaders(CURL *easy, struct curl_slist *headers) {
    return curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
}

// CURLOPT_WRITEFUNCTION and CURLOPT_HEADERFUNCTION: both have this type.
static inline CURLcode COTelCurl_setWriteFunction(CURL *easy, CURLoption option, curl_write_callback callback) {
    return curl_easy_setopt(easy, option, callback);
}

static inline CURLcode COTelCurl_setSocketFunctions(
    CURL *easy,
    curl_opensocket_callback opened,
    curl_closesocket_callback closed,
    void *context
) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, opened);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, closed);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, context);
    return code;
}

// The body of a POST, not copied. A null pointer would mean "ask the read callback", which is standard input by
// default, so an empty body is an empty string. The size is a curl_off_t, a type of its own.
static inline CURLcode COTelCurl_setBody(CURL *easy, const void *bytes, long long size) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_POSTFIELDS, bytes ? (const char *)bytes : "");
    return code;
}

// Any other scheme is refused, whoever asks for it. The string option came with 7.85 and the mask is deprecated since:
// the headers may know the one and the library at run time only the other.
static inline CURLcode COTelCurl_allowOnlyHTTP(CURL *easy) {
#if LIBCURL_VERSION_NUM >= 0x075500
    if (curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK) return CURLE_OK;
#endif
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#pragma GCC diagnostic pop
}

// Lets a transfer end while its name lookup goes on in libcurl's own thread, instead of waiting for that thread.
// Since 7.87; CURLE_UNKNOWN_OPTION before.
static inline CURLcode COTelCurl_letGoOfLookups(CURL *easy) {
#if LIBCURL_VERSION_NUM >= 0x075700
    return curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#else
    (void)easy;
    return CURLE_UNKNOWN_OPTION;
#endif
}

// The same for curl_multi_cleanup, which since 8.20 owns the lookup threads. Nothing to set before that.
static inline CURLMcode COTelCurl_letGoOfLookupThreads(CURLM *multi) {
#if LIBCURL_VERSION_NUM >= 0x081400
    return curl_multi_setopt(multi, CURLMOPT_QUICK_EXIT, 1L);
#else
    (void)multi;
    return CURLM_OK;
#endif
}

// curl_multi_setopt is variadic.
static inline CURLMcode COTelCurl_setMultiLong(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

// curl_easy_getinfo is variadic: one shim for each type of result, 0 or null when libcurl has no answer.
static inline long COTelCurl_getLong(CURL *easy, CURLINFO info) {
    long value = 0;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}

static inline long long COTelCurl_getOffset(CURL *easy, CURLINFO info) {
    curl_off_t value = 0;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? (long long)value : 0;
}

// Lives until the next transfer of this handle.
static inline const char *COTelCurl_getString(CURL *easy, CURLINFO info) {
    char *value = NULL;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : NULL;
}

// The result of a finished transfer. Swift sees the union only through its raw storage on some platforms.
static inline CURLcode COTelCurl_result(const CURLMsg *message) {
    return message->data.result;
}

// curl_url_strerror came with 7.80.
static inline const char *COTelCurl_urlErrorText(CURLUcode code) {
#if LIBCURL_VERSION_NUM >= 0x075000
    return curl_url_strerror(code);
#else
    (void)code;
    return "malformed URL";
#endif
}

// A socket that an exec'd program does not inherit: libcurl sets close-on-exec by itself only since 8.17. SOCK_CLOEXEC
// is an enumerator in glibc, a macro in musl and missing on Darwin.
static inline curl_socket_t COTelCurl_openSocket(const struct curl_sockaddr *address) {
#ifdef SOCK_CLOEXEC
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
#else
    curl_socket_t descriptor = socket(address->family, address->socktype, address->protocol);
    if (descriptor >= 0) (void)fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    return descriptor;
#endif
}

#endif
