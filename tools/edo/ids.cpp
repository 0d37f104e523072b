#include "tools/edo/ids.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tables/model.hpp"

namespace edo::cli {
namespace {

constexpr std::size_t kInvocationsTable = 0;
constexpr std::size_t kCandidates = 5;

// What one row of each table is called, in the order of tables::tables().
constexpr std::array<std::string_view, tables::kTableCount> kNouns = {"invocation", "event", "job",
                                                                      "log"};

std::size_t common_length(std::string_view a, std::string_view b) {
  const auto ends = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<std::size_t>(ends.first - a.begin());
}

struct Candidate {
  std::string id;
  std::string invocation;
};

std::vector<Candidate> candidates(storage::Database& database, std::size_t table,
                                  const std::string& prefix) {
  SQLite::Statement query(
      database.handle(),
      fmt::format("SELECT id, {} FROM {} WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT {}",
                  table == kInvocationsTable ? "id" : "invocation_id", tables::tables()[table].name,
                  kCandidates + 1));
  query.bind(1, prefix);
  query.bind(2, prefix + "~");  // comes after every digit and the hyphen
  std::vector<Candidate> found;
  while (query.executeStep()) {
    found.push_back({query.getColumn(0).getString(), query.getColumn(1).getString()});
  }
  return found;
}

Error ambiguous(const storage::Database& database, std::size_t table, std::string_view typed,
                const std::vector<Candidate>& found) {
  const std::size_t listed = std::min(found.size(), kCandidates);
  std::string list;
  for (std::size_t i = 0; i < listed; ++i) list.append(i > 0 ? ", " : "").append(found[i].id);
  if (found.size() > listed) list += ", …";
  return {
      ErrorKind::invalid_argument,
      fmt::format("find {} in {}: several {}s have ids with this prefix: {}; give more of the id",
                  typed, database.path(), kNouns[table], list)};
}

}  // namespace

std::size_t unique_length(storage::Database& database, std::size_t table,
                          const std::vector<std::string>& ids) {
  std::size_t length = kShortestId;
  for (std::size_t other = 0; other <= table; ++other) {
    const auto name = tables::tables()[other].name;
    SQLite::Statement neighbours(database.handle(),
                                 fmt::format("SELECT (SELECT max(id) FROM {0} WHERE id < ?1),"
                                             " (SELECT min(id) FROM {0} WHERE id > ?1)",
                                             name));
    for (const auto& id : ids) {
      storage::Use use(neighbours);
      use->bind(1, id);
      if (!use->executeStep()) continue;
      for (const int side : {0, 1}) {
        const std::string neighbour = use->getColumn(side).getString();
        length = std::max(length, common_length(id, neighbour) + 1);
      }
    }
  }
  return length;
}

std::string find_invocation(storage::Database& database, std::string_view typed) {
  std::string prefix(typed);
  std::transform(prefix.begin(), prefix.end(), prefix.begin(), [](char c) {
    return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const bool possible = !prefix.empty() && prefix.size() <= 36 &&
                        prefix.find_first_not_of("0123456789abcdef-") == std::string::npos;
  for (std::size_t table = 0; possible && table < tables::kTableCount; ++table) {
    const auto found = candidates(database, table, prefix);
    if (found.empty()) continue;
    const bool one_tree = std::all_of(found.begin(), found.end(), [&](const Candidate& each) {
      return each.invocation == found.front().invocation;
    });
    if (found.size() > 1 && !(one_tree && found.size() <= kCandidates)) {
      throw ambiguous(database, table, typed, found);
    }
    return found.front().invocation;
  }
  throw Error(ErrorKind::invalid_argument,
              fmt::format("find {} in {}: no invocation, event, job or log has an id with this "
                          "prefix; edo ls lists ids",
                          typed, database.path()));
}

Error without_invocation(const storage::Database& database, const std::string& id) {
  return {
      ErrorKind::invalid_argument,
      fmt::format("find {} in {}: the store has rows of this invocation, but not the invocation "
                  "itself; query them with edo sql",
                  id, database.path())};
}

}  // namespace edo::cli
