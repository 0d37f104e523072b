#include "replicator/ship/importing.hpp"

#include <map>
#include <optional>

#include "replicator/postgres/failure.hpp"
#include "replicator/sinks/receipt.hpp"

namespace edo::shipping {
namespace {

using sinks::BatchFile;

// After so many files in a row on which the central database fails, the failure is its own.
constexpr int kTroubledInARow = 3;

class Import {
 public:
  Import(sinks::Directory& directory, sinks::Sink& sink, const ImportOptions& options,
         const Stop& stop)
      : directory_(directory), sink_(sink), options_(options), stop_(stop) {}

  Imported run() {
    const auto [files, foreign] = sinks::list_batches(directory_);
    for (const auto& name : foreign) {
      skip(name, directory_.path() + "/" + name +
                     ": no export created this file; remove it from the directory");
    }
    std::map<base::Uuid, std::vector<BatchFile>> stores;
    for (const auto& store_id : sinks::Receipt::stores_in(directory_)) stores[store_id];
    for (const auto& file : files) {
      progress().backlog += file.last_seq - file.first_seq + 1;
      stores[file.store_id].push_back(file);
    }
    for (const auto& [store_id, of_store] : stores) {
      if (stop_.requested()) break;
      take_store(store_id, of_store);
    }
    // If the central database applied other files, the failures were caused by these files.
    if (trouble_ && progress().batches == 0) throw *trouble_;
    progress().finished = !stop_.requested();
    progress().elapsed = std::chrono::steady_clock::now() - began_;
    return std::move(imported_);
  }

 private:
  Progress& progress() noexcept { return imported_.progress; }

  void skip(const std::string& name, const std::string& error) {
    imported_.skipped.push_back({name, error});
  }

  // Imports the files of one store in order; none of them if its receipt is unreadable, because
  // then earlier imports are unknown.
  void take_store(const base::Uuid& store_id, const std::vector<BatchFile>& files) {
    sinks::Receipt receipt(store_id);
    try {
      receipt = sinks::Receipt::read(directory_, store_id);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::corrupt && error.kind() != ErrorKind::refused) throw;
      skip(sinks::Receipt::name_of(store_id), error.what());
      return;
    }
    if (files.empty()) {
      find_lost(receipt);
      return;
    }
    const sinks::Receipt earlier = receipt;
    try {
      take_files(files, receipt);
    } catch (const Error&) {
      write(receipt);
      throw;
    }
    write(receipt);
    find_lost(earlier);
  }

  // Compares what the central database has with what earlier imports brought. A restored central
  // database has less, unless the files that are still here brought it again.
  void find_lost(const sinks::Receipt& earlier) {
    if (stop_.requested()) return;
    const auto known = sink_.state(base::to_string(earlier.store_id()));
    if (!known) return;
    const auto imported = earlier.imported_after(known->reached);
    if (imported == known->reached) return;
    imported_.lost.push_back({earlier.store_id(), known->reached + 1, imported});
  }

  void take_files(const std::vector<BatchFile>& files, sinks::Receipt& receipt) {
    std::int64_t reached = std::max(receipt.last_seq(), files.front().first_seq - 1);
    for (const auto& file : files) {
      if (stop_.requested()) return;
      if (file.first_seq - 1 > reached) {
        imported_.gaps.push_back({file.store_id, reached + 1, file.first_seq - 1});
      }
      reached = std::max(reached, file.last_seq);
      if (take(file)) receipt.add(file.first_seq, file.last_seq);
      progress().changes += file.last_seq - file.first_seq + 1;
      progress().elapsed = std::chrono::steady_clock::now() - began_;
      if (options_.on_progress) options_.on_progress(progress());
    }
  }

  bool take(const BatchFile& file) {
    std::optional<batch::Batch> batch;
    try {
      batch = sinks::read_batch(directory_, file, options_.limits);
    } catch (const Error& error) {
      skip(file.name, error.what());
      return false;
    }
    sinks::Shipped shipped;
    try {
      shipped = ship_batch(*batch, sink_, options_.attempts, stop_);
      troubled_in_a_row_ = 0;
    } catch (const postgres::Failure& failure) {
      if (failure.kind() != ErrorKind::refused) {
        if (!postgres::may_follow_batch(failure.sqlstate())) throw;
        if (++troubled_in_a_row_ >= kTroubledInARow) throw;
        if (!trouble_) trouble_ = failure;
      }
      skip(file.name, directory_.path() + "/" + file.name + ": " + failure.what());
      return false;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::refused) throw;
      skip(file.name, directory_.path() + "/" + file.name + ": " + error.what());
      return false;
    }
    progress().add(*batch, shipped);
    return true;
  }

  void write(const sinks::Receipt& receipt) {
    if (receipt.last_seq() > 0) receipt.write(directory_, base::Clock::system().now());
  }

  sinks::Directory& directory_;
  sinks::Sink& sink_;
  const ImportOptions& options_;
  const Stop& stop_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::optional<postgres::Failure> trouble_;  // why the first of the skipped files failed
  int troubled_in_a_row_ = 0;
  Imported imported_;
};

}  // namespace

Imported import_directory(sinks::Directory& directory, sinks::Sink& sink,
                          const ImportOptions& options, const Stop& stop) {
  sink.prepare();
  return Import(directory, sink, options, stop).run();
}

}  // namespace edo::shipping
