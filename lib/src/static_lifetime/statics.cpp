// Linked into the libraries that hosts load, and into nothing else: what is static in them is never
// destroyed. exit() would do so while their threads still work with it, and the library itself is
// never unloaded.

// NOLINTNEXTLINE(bugprone-reserved-identifier): the compiler calls it by this name.
extern "C" [[gnu::visibility("hidden")]] int __cxa_atexit(void (*)(void*), void*, void*) noexcept {
  return 0;
}
