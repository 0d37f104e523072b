// Imports exported files into the central database.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "edo/error.hpp"
#include "replicator/ship/cycle.hpp"
#include "replicator/sinks/files.hpp"

namespace edo::shipping {

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
  std::vector<Changes> gaps;  // in no file and in no earlier import
  std::vector<Changes> lost;  // imported before, and no longer in the central database
};

// Applies all files, those of each store in the order of their sequence numbers, and writes a
// receipt for each store beside them. The files stay. A file is skipped if it cannot be read, if
// its rows are refused, or if the central database fails on it but applies others. All files of a
// store are skipped if its receipt cannot be read. Throws Error when the central database fails;
// the receipts then record how far the import came.
Imported import_directory(sinks::Directory& directory, sinks::Sink& sink,
                          const ImportOptions& options, const Stop& stop);

}  // namespace edo::shipping
