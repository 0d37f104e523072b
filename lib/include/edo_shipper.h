/** @file
 * The part of libedo-shipper.so.0 that edo.h does not declare: ships a recorder's store to the
 * central PostgreSQL from inside the host. The library contains all of libedo as well.
 *
 *     cc host.c $(pkg-config --cflags --libs edo-shipper)         instead of edo, never both
 *
 *     edo_open("{\"replicate\": \"onEnd\", \"database\": {\"connectionString\": \"...\"}}", ...);
 *     ...
 *     edo_invocation_complete(invocation, EDO_MEASURED);   starts to ship; does not wait
 *     edo_recorder_ship(recorder, 1000);                   for hosts that may be frozen from here
 * on
 *
 * With the option replicate, libedo-shipper ships by itself: when an invocation ends ("onEnd") or
 * continuously ("background"). libedo refuses to open a recorder that has the option set.
 * edo/shipper.hpp describes the details: closing, an unreachable central database, other shippers,
 * fork() and exit().
 *
 * edo_abi_version() covers additions to this header, too.
 */
#ifndef EDO_SHIPPER_H
#define EDO_SHIPPER_H

#include "edo.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Ships what has been recorded, and waits for that at most `timeout_ms` (0 or less: does not
 * wait). Returns 1 if everything has reached the central database or its inbox; 0 if the time
 * is over, the central database is unreachable, the recorder is closed or disabled, or replicate
 * is off; less than 0 if the call is wrong. Must not be called from the error callback. */
EDO_API int32_t edo_recorder_ship(edo_recorder* recorder, int64_t timeout_ms);

#ifdef __cplusplus
}
#endif

#endif /* EDO_SHIPPER_H */
