#include "recorder/checkpoints.hpp"

#include <sqlite3.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <string>
#include <utility>

#include "storage/reserve.hpp"
#include "storage/side_files.hpp"

namespace edo::recorder {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

// A log of this size is emptied when the host takes a breath.
constexpr std::uint64_t kWorth = 4 * kMiB;
// Where there is little room, the log takes a part of it: all of it must fit into the store file.
constexpr std::uint64_t kPartOfRoom = 4;
constexpr std::uint64_t kSmallestBound = storage::kLogRoom / 2;
constexpr std::uint64_t kCommitsBetweenMeasures = 64;
constexpr std::uint64_t kBytesBetweenMeasures = kMiB / 2;
// With less the store file no longer grows. What is written between two measures must fit in.
constexpr std::uint64_t kLeastRoom = 2 * kMiB;

// A copy that took no longer than this leaves so little behind it that the rest can be written
// while others wait.
constexpr milliseconds kShort{100};
// After a reader was in the way of emptying the log, how much it grows before the next try.
constexpr std::uint64_t kStep = 4 * kMiB;
constexpr seconds kPatienceWithReaders{2};
constexpr seconds kPatienceWithDisk{1};
constexpr seconds kReportEvery{30};

std::string megabytes(std::uint64_t bytes) { return std::to_string(bytes / kMiB) + " MB"; }

}  // namespace

Checkpoints::Checkpoints(const Options& options)
    : options_(options),
      folder_(storage::folder_of(options.store)),
      bound_(0),
      worth_(0),
      hold_at_(0) {
  measure_disk();
}

void Checkpoints::measure_disk() {
  struct statvfs disk {};
  std::uint64_t room = UINT64_MAX;
  if (statvfs(folder_.c_str(), &disk) == 0) {
    room = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  }
  has_room_ = room >= kLeastRoom;
  bound_ = std::min(options_.max_wal_bytes, std::max(room / kPartOfRoom, kSmallestBound));
  worth_ = std::min(kWorth, bound_ / 2);
  if (stuck_since_ == steady_clock::time_point{}) hold_at_ = bound_;
  commits_measured_ = commits_;
  wal_measured_ = wal_bytes_;
}

void Checkpoints::committed(std::uint64_t wal_bytes) {
  ++commits_;
  if (wal_bytes < wal_bytes_) {
    // Somebody has begun the log anew.
    stuck_since_ = {};
    hold_at_ = bound_;
    wal_measured_ = 0;
  }
  wal_bytes_ = wal_bytes;
  if (commits_ - commits_measured_ >= kCommitsBetweenMeasures ||
      wal_bytes_ - wal_measured_ >= kBytesBetweenMeasures) {
    measure_disk();
  }
  if (hold_calls() == held_) return;
  held_ = !held_;
  held_since_ = steady_clock::now();
}

Checkpoints::Next Checkpoints::next() {
  const bool pauses = commits_ == seen_commits_;
  seen_commits_ = commits_;
  if (!are_wanted() || commits_ == copied_commits_) return Next::nothing;
  if (!pauses && wal_bytes_ < bound_ / 2) return Next::later;
  copied_commits_ = commits_;
  return Next::copy;
}

Checkpoints::Copied Checkpoints::copy(storage::Database& database) {
  Copied copied;
  const auto began = steady_clock::now();
  try {
    // A connection that has read nothing yet does not know of the log, and would do nothing.
    (void)database.integer("PRAGMA schema_version");
  } catch (const Error& failure) {
    copied.failure = failure;
    return copied;
  }
  int frames = 0;
  int saved = 0;
  const int code = sqlite3_wal_checkpoint_v2(database.handle().getHandle(), "main",
                                             SQLITE_CHECKPOINT_PASSIVE, &frames, &saved);
  copied.others_do = code == SQLITE_BUSY;
  copied.all = code == SQLITE_OK && saved == frames;
  if (code != SQLITE_OK && code != SQLITE_BUSY) copied.failure = database.error("checkpoint");
  copied.took = steady_clock::now() - began;
  return copied;
}

std::optional<Error> Checkpoints::copied(const Copied& copied, Session& session) {
  if (copied.others_do) {
    try_again();
    return std::nullopt;
  }
  if (copied.failure) return failed(*copied.failure);
  // What was committed by a call that ran meanwhile is left out as what a reader has in use.
  if (!copied.all && wal_bytes_ < bound_) return std::nullopt;
  if (!copied.all && copied.took >= kShort && !std::exchange(copies_again_, true)) {
    try_again();
    return std::nullopt;
  }
  copies_again_ = false;
  const bool pauses = copied.all && commits_ == copied_commits_;
  const bool is_long =
      wal_bytes_ >= bound_ || (copied.took < kShort && wal_bytes_ >= bound_ / 4 * 3);
  if (!pauses && !is_long) return std::nullopt;
  if (!session.restart_wal()) return give_way_to_readers();
  const bool was_held = held_ && steady_clock::now() - held_since_ > kPatienceWithDisk;
  committed(session.wal_bytes());
  copied_commits_ = seen_commits_ = commits_;
  // Else it was somebody who opens stores in this folder, or other work of this machine.
  const bool by_disk = copied.took >= kPatienceWithDisk / 2;
  return was_held && by_disk ? blame_disk(copied.took) : std::nullopt;
}

// Where waiting would not help.
void Checkpoints::grow() noexcept {
  hold_at_ = std::max(bound_, wal_bytes_ + kStep);
  held_ = false;
}

bool Checkpoints::is_news() noexcept {
  const auto now = steady_clock::now();
  if (now - reported_at_ < kReportEvery) return false;
  reported_at_ = now;
  return true;
}

std::optional<Error> Checkpoints::failed(const Error& why) {
  grow();
  return is_news() ? std::optional(why) : std::nullopt;
}

// A reader may stay for hours. So the log grows, and that is reported, unless the reader stays for
// a moment only.
std::optional<Error> Checkpoints::give_way_to_readers() {
  grow();
  const auto now = steady_clock::now();
  if (stuck_since_ == steady_clock::time_point{}) stuck_since_ = now;
  if (wal_bytes_ < bound_ || now - stuck_since_ <= kPatienceWithReaders) return std::nullopt;
  if (!is_news()) return std::nullopt;
  return Error(ErrorKind::busy, "checkpoint", options_.store,
               "a reader keeps " + megabytes(wal_bytes_) +
                   " of write-ahead log from being reused; find the process that "
                   "has had the file open for long (fuser -v " +
                   options_.store + ")");
}

std::optional<Error> Checkpoints::blame_disk(steady_clock::duration took) {
  if (!is_news()) return std::nullopt;
  return Error(ErrorKind::busy, "checkpoint", options_.store,
               "the disk took " +
                   std::to_string(std::chrono::duration_cast<milliseconds>(took).count()) +
                   " ms for a checkpoint, and calls waited for it, each for up to busyTimeout (" +
                   std::to_string(options_.busy_timeout.count()) +
                   " ms); record less, or use a faster disk");
}

void Checkpoints::forget_log() noexcept {
  wal_bytes_ = 0;
  wal_measured_ = 0;
  hold_at_ = bound_;
  held_ = false;
  stuck_since_ = {};
}

}  // namespace edo::recorder
