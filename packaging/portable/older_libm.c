/* Since glibc 2.29 these have a second version, which differs in how errors were told long ago.
 * Hidden, so that the first version is looked for in the C library and not here. */
#if defined(__x86_64__)
#define FIRST "GLIBC_2.2.5"
#else
#define FIRST "GLIBC_2.17"
#endif

#define HIDDEN __attribute__((visibility("hidden")))

#define ONE(name)                                      \
  double first_##name(double);                         \
  __asm__(".symver first_" #name "," #name "@" FIRST); \
  HIDDEN double name(double);                          \
  double name(double value) { return first_##name(value); }

ONE(exp)
ONE(exp2)
ONE(log)
ONE(log2)

double first_pow(double, double);
__asm__(".symver first_pow,pow@" FIRST);
HIDDEN double pow(double, double);
double pow(double base, double exponent) { return first_pow(base, exponent); }
