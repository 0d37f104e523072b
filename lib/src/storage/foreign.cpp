#include "storage/foreign.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <span>
#include <string_view>
#include <system_error>
#include <vector>

#include "edo/error.hpp"
#include "storage/side_files.hpp"

namespace edo::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 6> kBeside = {"-wal",     "-shm",     "-journal",
                                                     "-writers", "-reserve", "-replicator"};
constexpr std::size_t kOfSqlite = 3;
constexpr int kLongestChain = 20;  // of links

bool is_in_group(gid_t group) {
  if (group == getegid()) return true;
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(getgroups(0, nullptr), 0)));
  const int count = getgroups(static_cast<int>(groups.size()), groups.data());
  if (count < 0) return false;
  const std::span<const gid_t> all(groups.data(), static_cast<std::size_t>(count));
  return std::find(all.begin(), all.end(), group) != all.end();
}

// Nothing of what is in it need be its owner's, or ours.
bool everybody_writes(const struct stat& folder) { return (folder.st_mode & S_IWOTH) != 0; }

bool is_trusted(uid_t user, const struct stat& folder) {
  return user == geteuid() || user == 0 || user == folder.st_uid;
}

Error refusal(const std::string& what, uid_t owner, const std::string& why) {
  return {ErrorKind::invalid_argument, "open", what,
          "it belongs to user " + std::to_string(owner) +
              " and is in a folder that everybody may write to, so " + why};
}

void refuse_link(const std::string& path) {
  struct stat link {};
  struct stat folder {};
  if (lstat(path.c_str(), &link) != 0 || !S_ISLNK(link.st_mode)) return;
  const std::string parent = fs::path(path).parent_path();
  if (stat(parent.empty() ? "." : parent.c_str(), &folder) != 0) return;
  if (!everybody_writes(folder) || is_trusted(link.st_uid, folder)) return;
  throw refusal("the link " + path, link.st_uid, "it may lead anywhere; name the file itself");
}

void refuse_store(const std::string& path, bool records) {
  struct stat store {};
  struct stat folder {};
  if (stat(path.c_str(), &store) != 0 || stat(folder_of(path).c_str(), &folder) != 0) return;
  if (!everybody_writes(folder) || is_trusted(store.st_uid, folder)) return;
  if ((store.st_mode & S_IWGRP) != 0 && is_in_group(store.st_gid)) return;
  if (geteuid() == 0 && !records) return;
  throw refusal(path, store.st_uid,
                "that user may have created it to read what is recorded; use a store in your own "
                "folder, or remove this one");
}

}  // namespace

void refuse_foreign(const std::string& path, bool writes, bool records) {
  refuse_link(path);
  if (writes) refuse_store(path, records);
  for (const auto suffix : std::span(kBeside).first(writes ? kBeside.size() : kOfSqlite)) {
    if (const auto fault = not_ours(path, suffix)) {
      throw Error(ErrorKind::invalid_argument, "open", path,
                  side_file(path, suffix) + " " + *fault +
                      ", so this program did not create it; remove it, or move it away if it may "
                      "be the write-ahead log of this store");
    }
  }
}

std::string without_links(const std::string& path) {
  fs::path target = path;
  std::error_code failure;
  for (int i = 0; i < kLongestChain && fs::is_symlink(fs::symlink_status(target, failure)); ++i) {
    const fs::path next = fs::read_symlink(target, failure);
    if (failure) return path;
    target = target.parent_path() / next;  // the right side alone where it is absolute
  }
  return target;
}

}  // namespace edo::storage
