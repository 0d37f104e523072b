#include "replicator/ship/exporting.hpp"

#include <limits>
#include <set>
#include <tuple>
#include <vector>

#include "edo/error.hpp"
#include "replicator/sinks/receipt.hpp"

namespace edo::shipping {
namespace {

using batch::Batch;
using sinks::BatchFile;

// Table, id and version, which identify a state of a row.
using States = std::set<std::tuple<std::size_t, std::string, std::int64_t>>;

States states_of(const Batch& batch) {
  States states;
  for (std::size_t table = 0; table < batch.tables.size(); ++table) {
    const auto& rows = batch.tables[table];
    for (std::size_t row = 0; row < rows.size(); ++row) {
      states.emplace(table, base::to_string(rows.id(row)), rows.versions[row]);
    }
  }
  for (const auto& reject : batch.rejects) states.emplace(reject.table, reject.id, reject.version);
  return states;
}

// Compares the files of one store in a directory with the store.
class Settlement {
 public:
  Settlement(source::Source& source, sinks::Directory& directory)
      : source_(source),
        directory_(directory),
        store_id_(base::parse_uuid(source.info().store_id).value()),
        watermark_(source.outbox().watermark()) {
    for (auto& file : sinks::list_batches(directory).files) {
      if (file.store_id == store_id_) files_.push_back(std::move(file));
    }
    // When the store's sequence reaches these numbers again, its changes would look exported.
    const auto newest = source.outbox().newest();
    for (const auto& file : files_) {
      if (file.last_seq <= newest) continue;
      throw Error(ErrorKind::refused, "export", source.path(),
                  path_of(file) +
                      " has later changes than the store; check whether an older copy replaced the "
                      "store, use an empty directory, and see docs/replication.md");
    }
  }

  // Trims the outbox up to what the central database has, with `any` up to what the files have.
  // Removes the files that the central database has.
  void settle(bool any, Exported& exported) {
    const auto receipt = sinks::Receipt::read(directory_, store_id_);
    for (const auto& file : files_) {
      const bool taken = receipt.covers(file.first_seq, file.last_seq);
      if (!taken && !any) continue;
      if (file.first_seq - 1 > watermark_) break;
      if (file.last_seq > watermark_ && has_all(file)) {
        source_.trim(file.last_seq);
        exported.trimmed += file.last_seq - watermark_;
        watermark_ = file.last_seq;
      }
      if (taken) {
        directory_.remove(file.name);
        ++exported.acknowledged;
      }
    }
    if (exported.trimmed > 0) source_.checkpoint();
  }

  // The sequence number up to which the files have no gap.
  [[nodiscard]] std::int64_t exported_until() const {
    std::int64_t until = watermark_;
    for (const auto& file : files_) {
      if (file.first_seq - 1 > until) break;
      until = std::max(until, file.last_seq);
    }
    return until;
  }

 private:
  [[nodiscard]] std::string path_of(const BatchFile& file) const {
    return directory_.path() + "/" + file.name;
  }

  // Trimmed entries are lost, so the file must have all their rows. A file without rows only closes
  // a gap before the next ones.
  bool has_all(const BatchFile& file) {
    constexpr source::SliceLimits kAll{std::numeric_limits<std::int64_t>::max(),
                                       std::numeric_limits<std::size_t>::max()};
    const auto after = std::max(watermark_, file.first_seq - 1);
    const auto slice = source_.read(after, file.last_seq, kAll);
    const States here = slice ? states_of(*slice) : States();
    const States there = states_of(sinks::read_batch(directory_, file));
    if (there.empty()) return here.empty();
    for (const auto& state : here) {
      if (there.contains(state)) continue;
      throw Error(ErrorKind::refused, "export", source_.path(),
                  path_of(file) +
                      " differs from the changes of the store with the same numbers; if the store "
                      "was copied, use one directory for each copy");
    }
    return true;
  }

  source::Source& source_;
  sinks::Directory& directory_;
  base::Uuid store_id_;
  std::int64_t watermark_;
  std::vector<BatchFile> files_;
};

}  // namespace

Exported export_store(const std::string& path, sinks::Directory& directory,
                      const ExportOptions& options, const Stop& stop) {
  Exported exported;
  CycleOptions cycle;
  {
    source::Source source(path);
    Settlement settlement(source, directory);
    settlement.settle(options.trim, exported);
    cycle.after = settlement.exported_until();
  }
  cycle.limits = options.limits;
  cycle.on_progress = options.on_progress;
  cycle.trim = options.trim;
  sinks::FilesSink sink(directory, options.encode);
  exported.progress = ship_store(path, sink, cycle, stop);
  exported.bytes = sink.bytes_written();
  return exported;
}

}  // namespace edo::shipping
