// Ships a recorder's store to the central PostgreSQL from inside the host, for hosts beside which
// no edo-replicator runs. Linked with libedo-shipper (pkg-config edo-shipper, edo::shipper of
// CMake) instead of libedo, which it contains, a host says so with the option `replicate` and calls
// nothing but what edo/recorder.hpp has:
//
//   edo::Options options;
//   edo::apply_environment(options, edo::process_environment());  // OBSERVABILITY_DB_URL, …
//   options.centre.replicate = edo::Replicate::on_end;
//   edo::Recorder recorder(options);
//   …
//   invocation.complete();                           // ships, and does not wait for it
//   edo::flush(recorder, std::chrono::seconds(1));  // for hosts that may be frozen from here on
//
// When. With `background` every `flush_interval` and once the recorder is opened, with `on_end`
// when an invocation has ended; on a thread of the library, which no call waits for but flush() and
// close(). An invocation that ends in a Group counts when that commits. In the background, and not
// through the inbox, the shipper also does upkeep at the centre, as edo-replicator does.
//
// Closing. close() and the destructor ship what is still pending, for one second at most and not at
// all while the centre is away, and then wait for the thread for one second at most. exit() waits
// for it as well, if a recorder is still open then, but ships no more. What is left in the store is
// shipped by the next one who opens it.
//
// When the centre is away, what is recorded stays in the store. Each failure is told to
// Options::on_error once until a ship has succeeded. The next try comes after a pause of
// `retry_delay` or up to twice that, and twice as much each time, a minute at most; until then
// flush() and close() do not wait. With Replicate::on_end the flush() that meets the failure ends
// with it, since a function does not wait for a centre that is away. After `retry_attempts` further
// tries, and after a deadline has interrupted it, a ship waits for the next invocation, flush or
// interval.
//
// Others. One process ships a store at a time. Another shipper or edo-replicator that is at it for
// longer than a second is a failure (busy) like any other. A forked child that records or flushes
// ships by itself, with a thread and a connection of its own.
#pragma once

#include <chrono>

#include "edo/export.hpp"
#include "edo/recorder.hpp"

namespace edo {

// Ships what has been recorded, also what a group of this thread has gathered, and waits for it,
// but no longer than `deadline` (0 or less: not at all, and the answer is false). True if all of it
// is at the centre, or in its inbox with Via::inbox. At the deadline a ship `on_end` is
// interrupted: what the centre has committed by then is done, the rest stays, so a deadline must
// leave time for one batch. False at once if the last try has failed and the next one is not due,
// if the recorder is closed or disabled, and with Replicate::off. Any thread may call it, but not
// from on_error.
[[nodiscard]] EDO_EXPORT bool flush(Recorder& recorder,
                                    std::chrono::milliseconds deadline) noexcept;

}  // namespace edo
