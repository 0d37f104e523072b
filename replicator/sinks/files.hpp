// Writes batches as files STORE_ID-FIRST_SEQ-LAST_SEQ.edobatch into a directory, for machines
// without a network.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "replicator/batch/codec.hpp"
#include "replicator/sinks/directory.hpp"
#include "replicator/sinks/sink.hpp"

namespace edo::sinks {

struct BatchFile {
  std::string name;
  base::Uuid store_id{};
  std::int64_t first_seq = 0;
  std::int64_t last_seq = 0;
};

[[nodiscard]] std::string batch_file_name(const batch::Batch& batch);

struct BatchFiles {
  std::vector<BatchFile> files;      // by store, then by sequence
  std::vector<std::string> foreign;  // names that no export writes
};

[[nodiscard]] BatchFiles list_batches(const Directory& directory);

// Throws the Errors of Directory::read() and batch::decode(), and corrupt if the file has another
// batch than its name says. Each names the file.
[[nodiscard]] batch::Batch read_batch(const Directory& directory, const BatchFile& file,
                                      const batch::DecodeLimits& limits = {});

class FilesSink : public Sink {
 public:
  // `directory` must outlive it.
  FilesSink(Directory& directory, const batch::EncodeOptions& options)
      : directory_(directory), options_(options) {}

  void prepare() override {}
  // Counts all rows as inserted: a sink of files does not know what the central database has.
  Shipped ship(const batch::Batch& batch) override;

  [[nodiscard]] std::uint64_t bytes_written() const noexcept { return bytes_written_; }

 private:
  Directory& directory_;
  batch::EncodeOptions options_;
  std::uint64_t bytes_written_ = 0;
};

}  // namespace edo::sinks
