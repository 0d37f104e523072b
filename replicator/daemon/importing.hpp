// Files that exports have made, into the centre.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "edo/error.hpp"
#include "replicator/daemon/cycle.hpp"
#include "replicator/sinks/files.hpp"

namespace edo::daemon {

struct ImportOptions {
  batch::DecodeLimits limits;
  int attempts = CycleOptions{}.attempts;
  std::function<void(const Progress&)> on_progress;  // after each file
};

struct Skipped {
  std::string file;
  std::string error;
};

// A range of a store's changes.
struct Changes {
  base::Uuid store_id{};
  std::int64_t first_seq = 0;
  std::int64_t last_seq = 0;
};

struct Imported {
  Progress progress;  // `batches` are files
  std::vector<Skipped> skipped;
  std::vector<Changes> gaps;  // that no file brought and no earlier import has had
  std::vector<Changes> lost;  // that earlier imports brought, and the centre does not have any more
};

// Applies all files, each store's in the order of its sequence, and leaves for each store a receipt
// beside them. The files stay. A file that cannot be read, or whose rows are refused, is skipped,
// and one for which the centre fails although it takes others; so is a store with its receipt, if
// that cannot be read. Throws Error when the other side fails; the receipts then tell how far it
// came.
Imported import_directory(sinks::Directory& directory, sinks::Sink& sink,
                          const ImportOptions& options, const Stop& stop);

}  // namespace edo::daemon
