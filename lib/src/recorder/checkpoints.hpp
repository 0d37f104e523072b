// Keeps the write-ahead log of a store within its bound.
//
// A checkpoint writes the log into the store file and waits for the disk, which may take seconds.
// So the maintenance thread makes it while calls continue. Calls wait for it only when the log has
// reached its bound, each for busyTimeout at most. When all of the log is in the store file, that
// thread also restarts the log, because a restart waits for the disk.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "edo/error.hpp"
#include "edo/options.hpp"
#include "recorder/session.hpp"
#include "storage/database.hpp"

namespace edo::recorder {

// Everything except copy() belongs to the leader of the commit group.
class Checkpoints {
 public:
  explicit Checkpoints(const Options& options);

  // A commit has made the log this long, in bytes.
  void committed(std::uint64_t wal_bytes);
  // Whether the maintenance thread has something to do.
  [[nodiscard]] bool are_wanted() const noexcept { return wal_bytes_ >= worth_; }
  // Whether calls must wait until the log is shorter.
  [[nodiscard]] bool hold_calls() const noexcept { return wal_bytes_ >= hold_at_; }

  // Measures the free space of the disk. committed() does so after some commits.
  void measure_disk();
  // Whether the store file may grow: the disk must still have space for what is in the log, and for
  // the log itself.
  [[nodiscard]] bool has_room() const noexcept { return has_room_; }

  enum class Next { nothing, later, copy };
  // What the maintenance thread does now. While a host records at full speed, there is no
  // checkpoint until the log has half of its bound; when it pauses, the log is emptied in the
  // pause.
  [[nodiscard]] Next next();

  struct Copied {
    bool others_do = false;  // nothing was copied, because another process makes a checkpoint
    bool all = false;        // of what the log held when the copy began
    std::optional<Error> failure = {};
    std::chrono::steady_clock::duration took{};
  };
  // Writes the log into the store file. The maintenance thread calls it without the lead, on its
  // own connection.
  [[nodiscard]] static Copied copy(storage::Database& database);

  // The checkpoint cannot be made now, so next() asks for it again.
  void try_again() noexcept { copied_commits_ = 0; }

  // After copy(): restarts the log if that is due and no reader prevents it. Returns what must be
  // reported, if anything.
  [[nodiscard]] std::optional<Error> copied(const Copied& copied, Session& session);

  // The same if the checkpoint could not even begin.
  [[nodiscard]] std::optional<Error> failed(const Error& why);

  // The session has ended, or its log has been emptied.
  void forget_log() noexcept;

 private:
  void grow() noexcept;
  [[nodiscard]] bool is_news() noexcept;
  [[nodiscard]] std::optional<Error> give_way_to_readers();
  [[nodiscard]] std::optional<Error> blame_disk(std::chrono::steady_clock::duration took);

  const Options& options_;
  const std::string folder_;
  std::uint64_t bound_;    // bytes; less than the option's where the disk has little room
  std::uint64_t worth_;    // a checkpoint, in bytes
  std::uint64_t hold_at_;  // bytes
  bool has_room_ = true;
  std::uint64_t wal_bytes_ = 0;
  std::uint64_t commits_ = 0;
  std::uint64_t commits_measured_ = 0;
  std::uint64_t wal_measured_ = 0;  // bytes
  std::uint64_t seen_commits_ = 0;
  std::uint64_t copied_commits_ = 0;
  bool held_ = false;
  bool copies_again_ = false;  // because the copy before did not get all
  std::chrono::steady_clock::time_point held_since_;
  std::chrono::steady_clock::time_point stuck_since_;  // because of readers; the clock's epoch: not
  std::chrono::steady_clock::time_point reported_at_;
};

}  // namespace edo::recorder
