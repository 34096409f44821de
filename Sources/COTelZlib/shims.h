// What Swift cannot take from zlib's header as it is: its init functions are macros.

#ifndef COTELZLIB_SHIMS_H
#define COTELZLIB_SHIMS_H

#include <zlib.h>

// deflateInit2 is a macro, which Swift does not import. 16 asks for a gzip header and trailer; 8 is zlib's default
// memory level: 256 KiB a stream.
static inline int COTelZlib_initGzip(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
}

// inflateInit2 is a macro as well. 32 asks for either format, gzip or zlib, as the data says.
static inline int COTelZlib_initInflate(z_stream *stream) {
    return inflateInit2(stream, MAX_WBITS + 32);
}

#endif
