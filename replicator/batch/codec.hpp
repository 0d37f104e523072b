// Encodes and decodes batches, for files and for the inbox. docs/formats/batch.md has the format.
//
// Bytes come from anywhere: every size is checked before anything is allocated for it, and every
// value before it is believed. Damage throws Error corrupt, more than the limits allow refused, and
// a format that is newer than this program schema_too_new. Messages do not name the source of the
// bytes; callers add it. All functions are safe in any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "replicator/batch/batch.hpp"

namespace edo::batch {

struct EncodeOptions {
  int level = 3;  // zstd's: 1 is fastest, 19 smallest
};

// The largest batch that a reader accepts, so that its memory is bounded: docs/formats/batch.md.
// Shippers stay below it (source::SliceLimits).
struct DecodeLimits {
  // Rejects and unknown tables included. More than 8 MiB of the smallest rows.
  std::uint64_t rows = 100'000;
  // The limit of the encoded batch, of the decompressed body, and of the batch in memory. Enough
  // for the largest row of a recorder, which has two documents of 32 MiB.
  std::uint64_t bytes = std::uint64_t{72} << 20;
};

// A table in the body, or the rejects.
struct Section {
  std::string name;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;  // before compression
};

// What is known without decompressing.
struct Header {
  int major = 0;  // of the format
  int minor = 0;
  base::Uuid store_id{};
  std::string host_label;
  std::int64_t schema_version = 0;
  std::int64_t first_seq = 0;
  std::int64_t last_seq = 0;
  base::Micros sent_at = 0;
  std::int64_t backlog = 0;
  std::vector<Section> sections;
  std::uint64_t body_bytes = 0;        // before compression
  std::uint64_t compressed_bytes = 0;  // the body alone
  std::uint64_t encoded_bytes = 0;     // all of it

  [[nodiscard]] std::uint64_t rows() const noexcept;  // without rejects
  [[nodiscard]] std::uint64_t rejects() const noexcept;
};

[[nodiscard]] std::string encode(const Batch& batch, const EncodeOptions& options = {});
// A batch with only one row or one reject, which is kept as a dead letter.
[[nodiscard]] std::string encode_row(const Batch& batch, std::size_t table, std::size_t row);
[[nodiscard]] std::string encode_reject(const Batch& batch, const Reject& reject);

// Skips tables and columns that this program does not know; missing columns are null.
[[nodiscard]] Batch decode(std::string_view bytes, const DecodeLimits& limits = {});
// Frees the bytes as soon as they are decompressed.
[[nodiscard]] Batch decode(std::string&& bytes, const DecodeLimits& limits = {});

// Needs all bytes of the batch too, since it verifies their checksum.
[[nodiscard]] Header read_header(std::string_view bytes);

}  // namespace edo::batch
