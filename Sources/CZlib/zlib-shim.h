#pragma once
#include <zlib.h>

// The init functions of zlib are macros, which Swift cannot import. Raw streams only: no zlib or gzip header
// (RFC 7692, section 7.2).

static inline int chatai_deflate_init_raw(z_stream *stream, int level, int window_bits, int memory_level) {
  return deflateInit2(stream, level, Z_DEFLATED, -window_bits, memory_level, Z_DEFAULT_STRATEGY);
}

static inline int chatai_inflate_init_raw(z_stream *stream, int window_bits) {
  return inflateInit2(stream, -window_bits);
}
