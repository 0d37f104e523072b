// Keeps the write-ahead log of a store within its bound.
//
// A checkpoint writes the log into the store file and waits for the disk, which may take seconds.
// So the thread beside the calls makes it, and the calls go on meanwhile; only when the log has
// reached its bound do they wait for it, each for as long as a call may wait. When all of the log
// is in the store file, that thread also begins the log anew, since whoever does waits for the
// disk.
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

// All but copy() belongs to whoever leads.
class Checkpoints {
 public:
  explicit Checkpoints(const Options& options);

  // A commit has made the log this long, in bytes.
  void committed(std::uint64_t wal_bytes);
  // Whether the thread beside has something to do.
  [[nodiscard]] bool are_wanted() const noexcept { return wal_bytes_ >= worth_; }
  // Whether calls must wait until the log is shorter.
  [[nodiscard]] bool hold_calls() const noexcept { return wal_bytes_ >= hold_at_; }

  // Looks at how much room the disk has, which is done after some commits as well.
  void measure_disk();
  // Whether the store file may grow. What is in its log must still fit in, and the log itself.
  [[nodiscard]] bool has_room() const noexcept { return has_room_; }

  enum class Next { nothing, later, copy };
  // What the thread beside is to do now. A host that records at full speed is left alone until the
  // log has half of its bound; one that pauses has its log emptied in the pause.
  [[nodiscard]] Next next();

  struct Copied {
    bool others_do = false;  // nothing was copied, because another process makes a checkpoint
    bool all = false;        // of what the log held when the copy began
    std::optional<Error> failure = {};
    std::chrono::steady_clock::duration took{};
  };
  // Writes the log into the store file. The thread beside's, on its own connection, while others
  // lead.
  [[nodiscard]] static Copied copy(storage::Database& database);

  // It cannot be made now.
  void try_again() noexcept { copied_commits_ = 0; }

  // After that: begins the log anew, if that is due and nobody is in the way. Returns what must be
  // reported, if anything.
  [[nodiscard]] std::optional<Error> copied(const Copied& copied, Session& session);

  // The same where it could not even begin.
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
