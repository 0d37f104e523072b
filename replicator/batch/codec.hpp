// A batch as bytes, for files and for the centre's inbox. The format is docs/formats/batch.md.
//
// Bytes come from anywhere: every size is checked before anything is allocated for it, and every
// value before it is believed. Damage throws Error corrupt, more than the limits allow refused, and
// a format that is newer than this program schema_too_new. Messages do not know where the bytes
// came from; callers say that. All functions are safe in any thread.
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

// What every reader of batches takes, so that its memory has a bound: docs/formats/batch.md.
// Shippers stay below (source::SliceLimits).
struct DecodeLimits {
  // Rejects and unknown tables included. More than 8 MiB of the smallest rows.
  std::uint64_t rows = 100'000;
  // Of all of it when it is encoded, of the body when it is decompressed, and again of the batch in
  // memory. Enough for a batch with the largest row of a recorder, which has two documents of 32
  // MiB.
  std::uint64_t bytes = std::uint64_t{72} << 20;
};

// A table in the body, or the rejects.
struct Section {
  std::string name;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;  // before compression
};

// What can be told without decompressing.
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
// A batch that has only one row, or one of the rejects, to be kept until it can be applied.
[[nodiscard]] std::string encode_row(const Batch& batch, std::size_t table, std::size_t row);
[[nodiscard]] std::string encode_reject(const Batch& batch, const Reject& reject);

// Tables and columns that this program does not know are left out; columns that are not there are
// null.
[[nodiscard]] Batch decode(std::string_view bytes, const DecodeLimits& limits = {});
// Lets go of the bytes as soon as they are decompressed.
[[nodiscard]] Batch decode(std::string&& bytes, const DecodeLimits& limits = {});

// Needs all bytes of the batch as well, since it verifies their checksum.
[[nodiscard]] Header read_header(std::string_view bytes);

}  // namespace edo::batch
