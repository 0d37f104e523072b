// The SQL migrations of the local store and of the central database, and the metadata for Hasura,
// embedded at build time.
#pragma once

#include <span>
#include <string_view>

namespace edo::schemas {

struct Migration {
  int version;  // from 1, without gaps
  std::string_view name;
  std::string_view sql;
};

[[nodiscard]] std::span<const Migration> sqlite() noexcept;
[[nodiscard]] std::span<const Migration> postgres() noexcept;
// The group roles of the central database and their rights; to be run after the migrations, any
// number of times.
[[nodiscard]] std::string_view postgres_roles() noexcept;

struct File {
  std::string_view path;
  std::string_view text;
};
// What is below hasura/metadata.
[[nodiscard]] std::span<const File> hasura() noexcept;

}  // namespace edo::schemas
