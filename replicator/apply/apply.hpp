// Puts a batch into the central tables. The one way in, whether the batch comes straight from a
// store, from the inbox or from a file.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "replicator/apply/statements.hpp"
#include "replicator/batch/batch.hpp"
#include "replicator/postgres/connection.hpp"
#include "replicator/postgres/pipeline.hpp"

namespace edo::apply {

struct Applied {
  std::size_t inserted = 0;   // rows that the centre did not have
  std::size_t updated = 0;    // rows that it had in an older version
  std::size_t unchanged = 0;  // rows that it had already
  std::size_t dead = 0;       // rows that its tables refuse, which are dead letters now
};

// Applies batches over one connection, which must be directed to a schema of the right
// version (postgres::use_schema). Belongs to one thread at a time; `connection` must outlive it.
class Applier {
 public:
  // `via` goes into the ledger: how the batches came here.
  Applier(postgres::Connection& connection, std::string_view via);

  // Applies the batch in one transaction, with its line in the ledger. A row that is there already
  // changes only if the batch has a higher version of it, so batches may come twice, out of order
  // and from several appliers at once. A row that another store has brought is that store's: it
  // stays as it is, and what came of it is a dead letter. Within an open transaction it becomes
  // part of that.
  //
  // Throws Error: in_doubt (it may have been applied; applying it again is safe), busy (another
  // applier was in the way; try again), unavailable, full, denied, refused (row-level security
  // lets this user insert none of the rows, or the store would have more dead letters than its
  // quota).
  Applied apply(const batch::Batch& batch);

  // The same for a batch that keeps failing while the centre takes others: it is written in halves,
  // and a row that fails alone becomes a dead letter even where the server only says that it is in
  // trouble. Throws that failure if there are very many such rows.
  Applied apply_suspect(const batch::Batch& batch);

  // The same without the ledger, for rows that come again on their own.
  Applied apply_rows(const batch::Batch& batch);

 private:
  struct Plan;
  // A row that a table refuses.
  struct Refused {
    std::size_t table;
    std::size_t row;
    std::string error;
    bool not_insertable;  // the policies of row-level security do not even let the user insert it
  };
  // How to treat rows that are new, from the fastest way to the one that always works: with COPY,
  // with INSERT (where the server does not copy, as with row-level security), upserted, or upserted
  // around those that are refused. Rows that are there in an older version are always upserted.
  enum class Way { copied, inserted, upserted, around };
  // Upserts that were sent, and what each of them counts as.
  using Counts = std::vector<std::size_t Applied::*>;

  Plan plan(const batch::Batch& batch);
  Applied apply(const batch::Batch& batch, bool in_ledger);
  // Whether the failure of one row makes it a dead letter, and whether that of several is a reason
  // to write them in halves.
  [[nodiscard]] bool is_of_row(const postgres::Failure& failure) const;
  [[nodiscard]] bool divides(const postgres::Failure& failure) const;
  // Adds to `last` what can go to the server together with the end of the transaction.
  Applied carry_out(const batch::Batch& batch, Way way, postgres::Pipeline& last, Counts& counts);
  // The next way after one that has failed. Throws the failure if there is none.
  Way after(Way way, const postgres::Failure& failure);
  void copy_new(const batch::Batch& batch, const Plan& plan);
  void insert_new(const batch::Batch& batch, const Plan& plan);
  // These take the numbers of the rows of one table.
  std::size_t write_around(const batch::Batch& batch, std::size_t table,
                           std::span<const std::size_t> which, bool merges,
                           std::vector<Refused>& refused);
  // The column that makes a table refuse this one row, empty if it cannot be told.
  std::string refused_column(const batch::Batch& batch, std::size_t table,
                             std::span<const std::size_t> which);
  // Throws refused if the store may not have that many dead letters of this batch.
  void require_room(const batch::Batch& batch, std::size_t letters);
  void bury(const batch::Batch& batch, const std::vector<Refused>& refused,
            postgres::Pipeline& last) const;
  void record(const batch::Batch& batch, postgres::Pipeline& last) const;

  // Whether the centre cannot have the row yet, as far as this applier can tell without asking.
  [[nodiscard]] bool looks_new(const batch::Batch& batch, std::size_t table, std::size_t row) const;
  // Learns from a batch that was applied whether such guesses will do for the next one.
  void learn(const batch::Batch& batch, const Plan& plan);

  postgres::Connection& connection_;
  std::string via_;
  // Rows of this store that are younger than any applied before need not be asked for. A wrong
  // guess is no error: the row is inserted twice, which is refused, and the batch is upserted.
  base::Uuid store_id_{};
  std::array<std::int64_t, tables::kTableCount> youngest_{};  // created_at of those applied
  bool guesses_ = false;
  // How many dead letters may come of the batch at hand; known once there is one.
  std::optional<std::size_t> most_letters_;
  bool suspects_ = false;  // the batch at hand has failed before, and others have not
  // What the centre has turned out not to let this user do.
  bool may_copy_ = true;
  OnConflict on_conflict_ = OnConflict::update;  // of the ledger and the dead letters
};

}  // namespace edo::apply
