/// @file
/// Ships a recorder's store to the central PostgreSQL from inside the host, for hosts without an
/// edo-replicator beside them. Link libedo-shipper (pkg-config edo-shipper, or edo::shipper of
/// CMake) instead of libedo, which it contains, and set the option `replicate`. The host needs no
/// calls beyond those of edo/recorder.hpp:
///
///     edo::Options options;
///     edo::apply_environment(options, edo::process_environment());  // OBSERVABILITY_DB_URL, …
///     options.central_database.replicate = edo::Replicate::on_end;
///     edo::Recorder recorder(options);
///     …
///     invocation.complete();                           // starts to ship; does not wait
///     edo::ship(recorder, std::chrono::seconds(1));   // for hosts that may be frozen from here on
///
/// When. With `background` when the recorder opens and every `flush_interval`; with `on_end` when
/// an invocation has ended. A thread of the library ships; only ship() and close() wait for it. An
/// invocation that ends in a Group counts when the group commits. With `background` and
/// Transport::direct, the shipper also does maintenance of the central database, as edo-replicator
/// does.
///
/// Closing. close() and the destructor ship what is still pending, for one second at most, and not
/// at all while the central database is unreachable. Then they wait for the thread, for one second
/// at most. If a recorder is still open, exit() waits for the thread as well, but ships nothing
/// more. The next process that opens the store ships what is left in it.
///
/// While the central database is unreachable, everything recorded stays in the store.
/// Options::on_error gets each failure once until a cycle has succeeded. The shipper retries with a
/// backoff of one to two times `retry_delay`, which doubles with each attempt, up to a minute;
/// until then ship() and close() do not wait. With Replicate::on_end, the ship() that meets the
/// failure returns at once, since a function must not wait for an unreachable database. After
/// `retry_attempts` retries, and after a deadline has interrupted it, the shipper waits for the
/// next invocation, call of ship() or interval.
///
/// Others. One process ships a store at a time. If another shipper or edo-replicator holds the
/// store's lock for longer than a second, that is a failure (busy) like any other. A forked child
/// that records or calls ship() ships by itself, with its own thread and connection.
#pragma once

#include <chrono>

#include "edo/export.hpp"
#include "edo/recorder.hpp"

namespace edo {

/// Ships what has been recorded, including the calls of this thread's group, and waits for that at
/// most `timeout` (0 or less: does not wait, and returns false). Returns true if everything has
/// reached the central database, or its inbox with Transport::inbox. With `on_end`, the timeout
/// interrupts the cycle: batches that the central database has committed are done, the rest stays
/// in the store, so the timeout must leave time for one batch. Returns false at once if the last
/// attempt has failed and the next one is not due, if the recorder is closed or disabled, and with
/// Replicate::off. Any thread may call it, but not from on_error.
[[nodiscard]] EDO_EXPORT bool ship(Recorder& recorder, std::chrono::milliseconds timeout) noexcept;

}  // namespace edo
