// Batches that a test hands to the central database by itself: honest ones, and such as only a
// broken or hostile program makes.
#pragma once

#include <future>
#include <string>

#include "fixture.hpp"
#include "replicator/apply/apply.hpp"
#include "replicator/batch/batch.hpp"
#include "replicator/postgres/connection.hpp"

namespace edo::testing {

// A connection that is directed to the default schema.
[[nodiscard]] postgres::Connection connect(const std::string& url);

// All that waits in the store's outbox.
[[nodiscard]] batch::Batch everything(const SampleStore& store);

// Puts the batch into the central database's inbox.
void post(const std::string& url, const batch::Batch& batch);

// What `store` holds, in the name of another store and as if it were newer than all that there is.
[[nodiscard]] batch::Batch forged(const SampleStore& store);

inline constexpr int kServerCannot = 17'000'000;  // elements of an array, with an error of class XX
inline constexpr int kProgramWillNot = 40'000'000;

// A batch of a few kilobytes, with one JSON array of so many elements.
[[nodiscard]] batch::Batch bomb(const SampleStore& store, int elements);

// Applies a batch in a session of its own, which waits between its look for known rows and its
// COPY.
class HeldApplier {
 public:
  // Returns when it waits.
  HeldApplier(const std::string& url, const batch::Batch& batch);
  apply::Applied let_go();

 private:
  postgres::Connection lock_;
  std::future<apply::Applied> applying_;
};

}  // namespace edo::testing
