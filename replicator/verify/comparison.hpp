// The centre's side of a comparison: rows go there as the text that is in the store, and
// PostgreSQL itself reads that text and compares it with the row it has.
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

// A row that the centre has not, or has otherwise.
struct Unequal {
  std::size_t row = 0;   // index in what was compared
  bool missing = false;  // otherwise it is different
  // The version that is among the dead letters, if one is.
  std::optional<std::int64_t> dead_letter;
  std::string error;  // why the centre cannot read it; empty if it can
};

// What prune() has removed at the centre, as far as this user may know. Throws Error.
[[nodiscard]] Retention retention_of(postgres::Connection& centre);

class Comparison {
 public:
  // `centre` must be directed to the schema, and outlive it.
  Comparison(postgres::Connection& centre, std::size_t table, std::string store_id);

  // The rows that are not equal at the centre, in the order given. A value that does not fit its
  // column makes its row unequal and does not disturb the others.
  [[nodiscard]] std::vector<Unequal> compare(std::span<const Row> rows);

  // What differs in a row that is there; values are shortened to 60 characters.
  [[nodiscard]] std::vector<ColumnDifference> differences(const Row& row);

  // Ids of rows that came from this store, in (after, until] and started in the period, the first
  // `limit` in their order.
  [[nodiscard]] std::vector<std::string> ids(const std::optional<std::string>& after,
                                             const std::optional<std::string>& until,
                                             std::size_t limit, const Period& period = {});

 private:
  void compare(std::span<const Row> rows, std::size_t first, std::vector<Unequal>& unequal);
  void compare_at_once(std::span<const Row> rows, std::size_t first, std::vector<Unequal>& unequal);
  Unequal look_up(const Row& row);

  postgres::Connection& centre_;
  std::span<const tables::Column> columns_;
  std::string name_;
  std::string store_id_;
  std::string joined_;       // the rows sent, as s, beside those of the centre, as t
  std::string difference_;   // true where two rows disagree
  std::string dead_letter_;  // the version of a row sent among the dead letters
  bool sees_dead_letters_;   // whether the user may
};

}  // namespace edo::verify
