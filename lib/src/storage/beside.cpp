#include "storage/beside.hpp"

#include <filesystem>
#include <system_error>

namespace edo::storage {

std::string beside(const std::string& store, std::string_view suffix) {
  std::error_code failure;
  const std::string path = std::filesystem::canonical(store, failure).string();
  return (failure ? store : path) + std::string(suffix);
}

std::string folder_of(const std::string& store) {
  const auto folder = std::filesystem::path(beside(store, "")).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::string name_of(const std::string& store) {
  return std::filesystem::path(beside(store, "")).filename().string();
}

}  // namespace edo::storage
