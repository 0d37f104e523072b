// Makes copies of stores, which are complete or not there.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "storage/store.hpp"

namespace edo::cli {

// Owner and permissions of a file.
struct Ownership {
  mode_t mode = 0600;
  std::optional<uid_t> user = {};
  std::optional<gid_t> group = {};
};

// The ownership of the file; if it does not exist and the user is root, that of its folder.
[[nodiscard]] Ownership ownership_of(const std::string& path);

// Gives the file at `path` to this owner, as far as the process may do that. Throws nothing.
void give_to(const std::string& path, const Ownership& owner) noexcept;

// A file that is written under another name beside its final path, and removed unless it is put
// there.
class Draft {
 public:
  // Until then the name ends in `suffix` and the pid. Drafts of killed programs are removed.
  Draft(const std::string& place, const std::string& suffix);
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  // Syncs the file and renames it to its path. Throws Error (invalid_argument) if a file exists
  // there.
  void put();
  // To be called if the draft was moved by other means.
  void is_placed() noexcept { placed_ = true; }

 private:
  const std::string place_;
  const std::string path_;
  bool placed_ = false;
};

// Copies the state of the store at one moment into the empty file `to`, without a WAL. Hosts
// continue to record. Throws Error.
void copy_pages(storage::Database& from, const std::string& to);

// Copies a file that no process changes into the empty file `to`, then reads it again and compares.
// Throws Error.
void copy_bytes(const std::string& from, const std::string& to);

// Throws Error (corrupt) unless the file is a sound store of a version that this program knows. It
// must have no WAL.
storage::StoreInfo check_copy(const std::string& path);

// Whether the file is zstd, whose frames begin with four magic bytes (RFC 8878).
[[nodiscard]] bool is_compressed(const std::string& path);
void compress(const std::string& from, const std::string& to);
void decompress(const std::string& from, const std::string& to);

// Throws Error (full) if the file system of `place` has no room for `bytes`.
void require_room(const std::string& place, std::int64_t bytes);

// Syncs the file to the disk. Throws Error.
void sync_file(const std::string& path);

}  // namespace edo::cli
