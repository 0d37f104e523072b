/* What libedo-shipper.so.0 has besides edo.h, all of which is in it as well: shipping a recorder's
 * store to the central PostgreSQL from inside the host.
 *
 *   cc host.c $(pkg-config --cflags --libs edo-shipper)         instead of edo, never both
 *
 *   edo_open("{\"replicate\": \"onEnd\", \"database\": {\"connectionString\": \"...\"}}", ...);
 *   ...
 *   edo_invocation_complete(invocation, EDO_MEASURED);   ships, and does not wait for it
 *   edo_recorder_flush(recorder, 1000);                  for hosts that may be frozen from here on
 *
 * With the option replicate, libedo-shipper ships by itself: when an invocation has ended ("onEnd")
 * or all the time ("background"). libedo refuses to open a recorder with it. edo/shipper.hpp has
 * what surrounds that: closing, a centre that is away, other shippers, fork() and exit().
 *
 * edo_abi_version() tells of additions to this header too.
 */
#ifndef EDO_SHIPPER_H
#define EDO_SHIPPER_H

#include "edo.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Ships what has been recorded, and waits for it, but no longer than `deadline_ms` (0 or less: not
 * at all). Gives 1 if all of it is at the centre, or in its inbox; 0 if the deadline has passed,
 * the centre is away, the recorder is closed or disabled, or replicate is off. Less than 0: a
 * mistake in the call. Must not be called from the callback for errors. */
EDO_API int32_t edo_recorder_flush(edo_recorder* recorder, int64_t deadline_ms);

#ifdef __cplusplus
}
#endif

#endif /* EDO_SHIPPER_H */
