// What the trimmed entries of an outbox changed. The watermark carries it as its `row`, for readers
// that keep something about rows and must know which of it is out of date: docs/formats/store.md.
//
// It tells no single rows. For each run of entries, and each table, it has the beginning of the
// least id among the changed rows: none of the changed rows is below it. Ids grow with time, so
// that says how far back the changes go. Runs are the longer the older they are, so there are few.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tables/model.hpp"

namespace edo::tables {

// For each of tables(): no changed row has a lower id. Absent: no row of the table was changed.
using LeastIds = std::array<std::optional<std::string>, kTableCount>;

class TrimmedChanges {
 public:
  // Of an outbox whose watermark is at `watermark` and has the text. A text that no trim of that
  // watermark has written counts as none: then nothing is known about earlier changes.
  TrimmedChanges(std::string_view text, std::int64_t watermark);

  // The entries up to and including `until` are trimmed, too.
  void add(std::int64_t until, const LeastIds& least);
  [[nodiscard]] std::string text() const;

  // What the trimmed entries after `seq` changed; nothing if that is unknown.
  [[nodiscard]] std::optional<LeastIds> since(std::int64_t seq) const;

 private:
  struct Run {
    std::int64_t until = 0;
    LeastIds least;
  };

  [[nodiscard]] bool read(std::string_view text, std::int64_t watermark);
  void shorten();

  std::int64_t after_ = 0;  // where the first run begins
  std::vector<Run> runs_;   // the oldest first
};

}  // namespace edo::tables
