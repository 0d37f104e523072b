// Batches for tests: one with everything a batch can hold, and comparison of all that travels.
#pragma once

#include "replicator/batch/batch.hpp"

namespace edo::testing {

// Every type, nulls, empty and long text, other scripts, the same value again, two rejects.
[[nodiscard]] batch::Batch rich_batch();

// Equal in everything that an encoded batch must carry.
[[nodiscard]] bool equal(const batch::Batch& one, const batch::Batch& two);

}  // namespace edo::testing
