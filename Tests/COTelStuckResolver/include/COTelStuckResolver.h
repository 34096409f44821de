// A name service that never answers, for tests: a program that links this target looks up one name for ever.

#ifndef COTELSTUCKRESOLVER_H
#define COTELSTUCKRESOLVER_H

#define COTelStuckResolver_host "stuck.test.invalid"

// How many lookups of that name are waiting now.
int COTelStuckResolver_waiting(void);

#endif
