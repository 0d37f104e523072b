// Applies batches to the central tables: the one way in for batches from a store, from the inbox
// and from files.
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
  std::size_t inserted = 0;   // new rows
  std::size_t updated = 0;    // rows that replaced an older version
  std::size_t unchanged = 0;  // rows that were there already
  std::size_t dead = 0;       // rows that the tables refuse, now dead letters
};

// Applies batches over one connection, which must be directed to a schema of the right
// version (postgres::use_schema). Belongs to one thread at a time; `connection` must outlive it.
class Applier {
 public:
  // `via` is written into the ledger: the way by which the batches arrived.
  Applier(postgres::Connection& connection, std::string_view via);

  // Applies the batch and its ledger entry in one transaction. An existing row changes only if the
  // batch has a higher version of it, so batches may come twice, out of order and from several
  // appliers at once. A row belongs to the store that brought it: the version of another store
  // becomes a dead letter. Within an open transaction, apply() is part of it.
  //
  // Throws Error: in_doubt (it may have been applied; applying it again is safe), busy (another
  // applier was in the way; try again), unavailable, full, denied, refused (row-level security
  // lets this user insert none of the rows, or the store would have more dead letters than its
  // quota).
  Applied apply(const batch::Batch& batch);

  // The same for a batch that keeps failing while others are applied. It is written in halves, and
  // a row that fails alone becomes a dead letter, even if the error blames the server. Throws that
  // failure if there are very many such rows.
  Applied apply_suspect(const batch::Batch& batch);

  // The same without the ledger, for single rows that are requeued.
  Applied apply_rows(const batch::Batch& batch);

 private:
  struct Plan;
  // A row that a table refuses.
  struct Refused {
    std::size_t table;
    std::size_t row;
    std::string error;
    bool not_insertable;  // row-level security does not let this user insert it either
  };
  // How to write new rows, from the fastest way to the one that always works: with COPY; with
  // INSERT, if the server does not copy, as with row-level security; upserted; or upserted around
  // the refused rows. Rows that are there in an older version are always upserted.
  enum class Way { copied, inserted, upserted, around };
  // The upserts that were sent, and what each of them counts as.
  using Counts = std::vector<std::size_t Applied::*>;

  Plan plan(const batch::Batch& batch);
  Applied apply(const batch::Batch& batch, bool in_ledger);
  // Whether the failure of one row makes it a dead letter, and whether a failure of several rows is
  // a reason to write them in halves.
  [[nodiscard]] bool is_of_row(const postgres::Failure& failure) const;
  [[nodiscard]] bool divides(const postgres::Failure& failure) const;
  // Adds to `last` the statements that can be sent together with the COMMIT.
  Applied carry_out(const batch::Batch& batch, Way way, postgres::Pipeline& last, Counts& counts);
  // The next way after one that has failed. Throws the failure if there is none.
  Way after(Way way, const postgres::Failure& failure);
  void copy_new(const batch::Batch& batch, const Plan& plan);
  void insert_new(const batch::Batch& batch, const Plan& plan);
  // These take the indexes of the rows of one table.
  std::size_t write_around(const batch::Batch& batch, std::size_t table,
                           std::span<const std::size_t> which, bool merges,
                           std::vector<Refused>& refused);
  // The column because of which the table refuses this row; empty if unknown.
  std::string refused_column(const batch::Batch& batch, std::size_t table,
                             std::span<const std::size_t> which);
  // Throws refused if the store's quota has no room for so many dead letters of this batch.
  void require_room(const batch::Batch& batch, std::size_t letters);
  void bury(const batch::Batch& batch, const std::vector<Refused>& refused,
            postgres::Pipeline& last) const;
  void record(const batch::Batch& batch, postgres::Pipeline& last) const;

  // Whether this applier can tell without a query that the central database does not have the row
  // yet.
  [[nodiscard]] bool looks_new(const batch::Batch& batch, std::size_t table, std::size_t row) const;
  // Learns from an applied batch whether such guesses work for the next one.
  void learn(const batch::Batch& batch, const Plan& plan);

  postgres::Connection& connection_;
  std::string via_;
  // Rows of this store that are younger than all applied rows are taken for new, without a query. A
  // wrong guess does no harm: the insert is refused, and the batch is upserted.
  base::Uuid store_id_{};
  std::array<std::int64_t, tables::kTableCount>
      youngest_{};  // created_at of the youngest applied row
  bool guesses_ = false;
  // How many dead letters the current batch may add; read when the first one comes.
  std::optional<std::size_t> most_letters_;
  bool suspects_ = false;  // the current batch has failed before, and others have not
  // What this user turned out not to be allowed to do.
  bool may_copy_ = true;
  OnConflict on_conflict_ = OnConflict::update;  // for the ledger and the dead letters
};

}  // namespace edo::apply
