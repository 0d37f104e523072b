// The central database's side of a comparison: rows are sent as the text that is in the store, and
// PostgreSQL itself parses that text and compares it with its row.
//
// Belongs to one thread. All calls throw Error.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "replicator/postgres/connection.hpp"
#include "replicator/verify/rows.hpp"
#include "replicator/verify/verify.hpp"
#include "tables/model.hpp"

namespace edo::verify {

// A row that is missing or different in the central database.
struct Unequal {
  std::size_t row = 0;   // index in the compared rows
  bool missing = false;  // otherwise it is different
  // The version of its dead letter, if there is one.
  std::optional<std::int64_t> dead_letter;
  std::string error;  // why the central database cannot read it; empty if it can
};

// What prune() has removed in the central database, if this user may read it. Throws Error.
[[nodiscard]] Retention retention_of(postgres::Connection& central);

class Comparison {
 public:
  // `central` must be directed to the schema, and outlive it.
  Comparison(postgres::Connection& central, std::size_t table, std::string store_id);

  // The rows that are not equal in the central database, in the order given. A value that does not
  // fit its column makes its row unequal and does not disturb the others.
  [[nodiscard]] std::vector<Unequal> compare(std::span<const Row> rows);

  // The differences of a row that exists; values are shortened to 60 characters.
  [[nodiscard]] std::vector<ColumnDifference> differences(const Row& row);

  // Ids of rows of this store in (after, until] that started in the period: the first `limit` in
  // order.
  [[nodiscard]] std::vector<std::string> ids(const std::optional<std::string>& after,
                                             const std::optional<std::string>& until,
                                             std::size_t limit, const Period& period = {});

 private:
  void compare(std::span<const Row> rows, std::size_t first, std::vector<Unequal>& unequal);
  void compare_at_once(std::span<const Row> rows, std::size_t first, std::vector<Unequal>& unequal);
  Unequal look_up(const Row& row);

  postgres::Connection& central_;
  std::span<const tables::Column> columns_;
  std::string name_;
  std::string store_id_;
  std::string joined_;       // the rows sent, as s, beside those of the central database, as t
  std::string difference_;   // true where two rows disagree
  std::string dead_letter_;  // the version of a row sent among the dead letters
  bool sees_dead_letters_;   // whether the user may read them
};

}  // namespace edo::verify
