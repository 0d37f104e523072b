// Copies of stores, which are whole or not there.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "storage/store.hpp"

namespace edo::cli {

// Whose a file is to be, and who may use it.
struct Ownership {
  mode_t mode = 0600;
  std::optional<uid_t> user = {};
  std::optional<gid_t> group = {};
};

// That of the file; for root, without such a file, the owner of the folder that it would be in.
[[nodiscard]] Ownership ownership_of(const std::string& path);

// What is at `path` belongs to somebody else than the process that made it from now on, as far as
// it may do that. Throws nothing.
void give_to(const std::string& path, const Ownership& owner) noexcept;

// A file that is made under another name beside its place, and removed unless it is put there.
class Draft {
 public:
  // `suffix` and the pid are what the name has at its end until then. Those that killed programs
  // have left are removed.
  Draft(const std::string& place, const std::string& suffix);
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  // On the disk, and at its place, unless something is there by now: Error (invalid_argument).
  void put();
  // It has been put there by other means.
  void is_placed() noexcept { placed_ = true; }

 private:
  const std::string place_;
  const std::string path_;
  bool placed_ = false;
};

// The state of the store at one moment, as one file without a log, into the file `to`, which is
// empty. Hosts go on recording. Throws Error.
void copy_pages(storage::Database& from, const std::string& to);

// The bytes of a file that nobody changes, into the file `to`, which is empty; read again and
// compared. Throws Error.
void copy_bytes(const std::string& from, const std::string& to);

// Throws Error (corrupt) unless the file is a store whose every page is sound, of a version that
// this program knows. It must have no log.
storage::StoreInfo check_copy(const std::string& path);

// zstd, whose frames begin with four bytes of their own (RFC 8878).
[[nodiscard]] bool is_compressed(const std::string& path);
void compress(const std::string& from, const std::string& to);
void decompress(const std::string& from, const std::string& to);

// Throws Error (full) if the file system of `place` has no room for so many bytes more.
void require_room(const std::string& place, std::int64_t bytes);

// On the disk. Throws Error.
void sync_file(const std::string& path);

}  // namespace edo::cli
