// A small file beside the store that holds a little disk space, so that what must work on a full
// disk (trimming, pruning, noting a loss) can: the file is given up and the work done in its room.
#pragma once

#include <sys/types.h>

#include <string>

#include "edo/error.hpp"

namespace edo::storage {

// The file is called like the store, links followed, with this at the end.
inline constexpr const char* kReserveSuffix = "-reserve";
inline constexpr off_t kReserveBytes = 1 << 20;
// Its first bytes are for storage/losses.hpp, and never given up.
inline constexpr off_t kReserveKept = 4096;

// Makes the reserve if it is missing. False when there is not room for all of it; then it is as
// large as it can be.
bool make_reserve(const std::string& store) noexcept;

// Gives its space back to the disk, but for what is kept. False when there was none to give.
bool release_reserve(const std::string& store) noexcept;

// The same as make_reserve(), where a recorder has made one.
void refill_reserve(const std::string& store) noexcept;

// Sees to it that the write-ahead log, which exists, has this much of the disk, however much of it
// is in use: what is deleted from a store leaves room in its file, but is deleted through the log,
// and so is what then takes that room. False where that is not to be had.
inline constexpr off_t kLogRoom = 512 << 10;
bool keep_room_for_log(const std::string& store) noexcept;

// Runs `work`; if the disk is full, again in the room of the reserve.
template <typename Work>
auto with_headroom(const std::string& store, Work&& work) {
  try {
    return work();
  } catch (const Error& failure) {
    if (failure.kind() != ErrorKind::full || !release_reserve(store)) throw;
  }
  return work();
}

}  // namespace edo::storage
