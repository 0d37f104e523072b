// Exports a store into files, for a central database that no network reaches.
#pragma once

#include <cstdint>
#include <string>

#include "replicator/ship/cycle.hpp"
#include "replicator/sinks/files.hpp"

namespace edo::shipping {

struct ExportOptions {
  source::SliceLimits limits;
  batch::EncodeOptions encode;
  // Trims every change that is in a file, and not only those that the central database has. For
  // media that one trusts.
  bool trim = false;
  std::function<void(const Progress&)> on_progress;  // after each file
};

struct Exported {
  Progress progress;              // of writing; `batches` are files
  std::uint64_t bytes = 0;        // in the files written
  std::int64_t trimmed = 0;       // outbox entries that files of earlier exports have
  std::int64_t acknowledged = 0;  // files removed because the central database has them
};

// Continues after the files of this store that the directory has. It may be repeated and
// interrupted. First it reads the receipt that an import has left: it trims the outbox up to what
// the central database has, and removes those files. Before it trims, it compares the file with the
// store, so that neither a copy of the store nor another directory's receipt loses changes. Throws
// Error; complete files stay.
Exported export_store(const std::string& path, sinks::Directory& directory,
                      const ExportOptions& options, const Stop& stop);

}  // namespace edo::shipping
