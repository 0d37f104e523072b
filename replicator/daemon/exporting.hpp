// A store into files, for a centre that no network reaches.
#pragma once

#include <cstdint>
#include <string>

#include "replicator/daemon/cycle.hpp"
#include "replicator/sinks/files.hpp"

namespace edo::daemon {

struct ExportOptions {
  source::SliceLimits limits;
  batch::EncodeOptions encode;
  // Trims what is in a file for good, for media one trusts, and not only what the centre has.
  bool trim = false;
  std::function<void(const Progress&)> on_progress;  // after each file
};

struct Exported {
  Progress progress;              // of writing; `batches` are files
  std::uint64_t bytes = 0;        // in the files written
  std::int64_t trimmed = 0;       // outbox lines, from files that were there already
  std::int64_t acknowledged = 0;  // files removed because the centre has them
};

// Continues after the files of this store that the directory has; harmless to repeat and to
// interrupt. First it takes in the receipt that an import has left: trims the outbox up to what the
// centre has, and removes those files. Nothing is trimmed before the file that it is in has been
// compared with the store, so that a copy of the store, or another directory's receipt, loses
// nothing. Throws Error; the files that are complete stay.
Exported export_store(const std::string& path, sinks::Directory& directory,
                      const ExportOptions& options, const Stop& stop);

}  // namespace edo::daemon
