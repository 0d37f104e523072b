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

struct DecodeLimits {
  // A little more than `--batch-rows` may ask for, rejects and unknown tables included.
  std::uint64_t rows = 1'100'000;
  // Of the body when it is decompressed, and again of the batch in memory.
  std::uint64_t bytes = std::uint64_t{256} << 20;
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

// Tables and columns that this program does not know are left out; columns that are not there are
// null.
[[nodiscard]] Batch decode(std::string_view bytes, const DecodeLimits& limits = {});

// Needs all bytes of the batch as well, since it verifies their checksum.
[[nodiscard]] Header read_header(std::string_view bytes);

}  // namespace edo::batch
