// A small file beside the store that keeps disk space free. Work that must succeed on a full disk
// (trimming, pruning, noting dropped calls) releases it and uses its space.
#pragma once

#include <sys/types.h>

#include <string>

#include "edo/error.hpp"

namespace edo::storage {

// The file is called like the store, links followed, with this at the end.
inline constexpr const char* kReserveSuffix = "-reserve";
inline constexpr off_t kReserveBytes = 1 << 20;
// Its first bytes are for storage/noted_drops.hpp, and never released.
inline constexpr off_t kReserveKept = 4096;

// Creates the reserve if it is missing. False if the disk has no space for all of it; then it is as
// large as possible.
bool make_reserve(const std::string& store) noexcept;

// Releases its space, except the part that is kept. False if there was none.
bool release_reserve(const std::string& store) noexcept;

// The same as make_reserve(), if a recorder has created one.
void refill_reserve(const std::string& store) noexcept;

// Allocates this much disk space for the write-ahead log, which exists, whatever part of it is in
// use: on a full disk, deleting rows makes space in the store file, but both the deletion and the
// rows that use that space go through the log. False if the disk has no space for it.
inline constexpr off_t kLogRoom = 512 << 10;
bool keep_room_for_log(const std::string& store) noexcept;

// Runs `work`; if the disk is full, releases the reserve and runs it again.
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
