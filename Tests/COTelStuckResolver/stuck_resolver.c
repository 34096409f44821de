#define _GNU_SOURCE
#include "COTelStuckResolver.h"

#include <dlfcn.h>
#include <netdb.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

static atomic_int waiting;

int COTelStuckResolver_waiting(void) {
    return atomic_load(&waiting);
}

#ifdef __linux__
typedef int lookup(const char *, const char *, const struct addrinfo *, struct addrinfo **);

// An executable's symbols precede those of the C library, so every library of the process calls this one. In C, as
// Swift gives its symbols a visibility that the linker does not export. All names but one are looked up as usual.
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **result) {
    if (node && strcmp(node, COTelStuckResolver_host) == 0) {
        // As long as glibc tries one name server by default.
        atomic_fetch_add(&waiting, 1);
        sleep(5);
        atomic_fetch_sub(&waiting, 1);
        return EAI_AGAIN;
    }
    lookup *next = (lookup *)dlsym(RTLD_NEXT, "getaddrinfo");
    return next ? next(node, service, hints, result) : EAI_FAIL;
}
#endif
