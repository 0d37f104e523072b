/// @file
/// Marks what libedo.so exports. Everything else is hidden, above all its SQLite, since the host
/// may have another one.
#pragma once

#if defined(__GNUC__)
#define EDO_EXPORT __attribute__((visibility("default")))
#else
#define EDO_EXPORT
#endif
