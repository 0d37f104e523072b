#include "tools/edo/holders.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include "storage/side_files.hpp"
#include "tools/program/text.hpp"

namespace edo::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDeleted = " (deleted)";

std::vector<OpenedFile> files_of(const fs::path& process) {
  std::vector<OpenedFile> files;
  std::error_code ignored;
  for (fs::directory_iterator at(process / "fd", ignored), end; at != end; at.increment(ignored)) {
    std::string target = fs::read_symlink(at->path(), ignored);
    struct stat found {};
    if (ignored || !target.starts_with('/') || stat(at->path().c_str(), &found) != 0) continue;
    if (!S_ISREG(found.st_mode)) continue;
    OpenedFile file{{found.st_dev, found.st_ino}, std::move(target), found.st_nlink == 0};
    if (file.path.ends_with(kDeleted)) {
      file.deleted = true;
      file.path.resize(file.path.size() - kDeleted.size());
    }
    files.push_back(std::move(file));
  }
  return files;
}

std::string program_of(const fs::path& process) {
  std::ifstream file(process / "comm");
  std::string name;
  std::getline(file, name);
  return name;
}

}  // namespace

std::optional<FileId> file_id(const std::string& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0) return std::nullopt;
  return FileId{found.st_dev, found.st_ino};
}

std::string describe(const Holder& holder) {
  return fmt::format("{}, pid {}", printable(holder.program), holder.pid);
}

std::vector<Holder> holders_of(const std::string& store) {
  std::vector<std::string> paths;
  std::vector<FileId> ids;
  for (const char* suffix : {"", "-wal", "-shm"}) {
    paths.push_back(fs::absolute(storage::side_file(store, suffix)).lexically_normal());
    if (const auto id = file_id(paths.back())) ids.push_back(*id);
  }
  const auto concerns = [&](const OpenedFile& file) {
    const bool was_here =
        file.deleted && std::find(paths.begin(), paths.end(), file.path) != paths.end();
    return was_here || std::find(ids.begin(), ids.end(), file.id) != ids.end();
  };
  std::vector<Holder> holders;
  std::error_code ignored;
  for (fs::directory_iterator at("/proc", ignored), end; at != end; at.increment(ignored)) {
    const pid_t pid = std::atoi(at->path().filename().c_str());
    if (pid <= 0 || pid == getpid()) continue;
    auto files = files_of(at->path());
    if (std::none_of(files.begin(), files.end(), concerns)) continue;
    holders.push_back({pid, program_of(at->path()), std::move(files)});
  }
  return holders;
}

}  // namespace edo::cli
