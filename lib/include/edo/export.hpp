// Marks what libedo.so offers to others. All the rest stays inside, its SQLite first of all: a host
// may well have another one.
#pragma once

#if defined(__GNUC__)
#define EDO_EXPORT __attribute__((visibility("default")))
#else
#define EDO_EXPORT
#endif
