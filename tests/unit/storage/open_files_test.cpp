#include "storage/open_files.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <string>

#include "storage/store.hpp"
#include "support/files.hpp"
#include "support/skip.hpp"

namespace edo::storage {
namespace {

using testing::TemporaryDirectory;

OpenOptions creating() {
  OpenOptions options;
  options.access = Access::create;
  return options;
}

std::string problem(const std::string& path) {
  try {
    const Database database = open_store(path, creating());
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::invalid_argument);
    return error.what();
  }
  return "";
}

TEST_CASE("a file that something else in this process has open is refused") {
  const TemporaryDirectory directory;
  const std::string path = directory / "telemetry.db";
  { const Database database = open_store(path, creating()); }
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  REQUIRE(file >= 0);
  CHECK(problem(path).find("another library in this process") != std::string::npos);
  // Under another name it is still the same file.
  const std::string link = directory / "link.db";
  REQUIRE(symlink(path.c_str(), link.c_str()) == 0);
  CHECK_FALSE(problem(link).empty());
  CHECK(problem(directory / "other.db").empty());
  close(file);
  CHECK(problem(path).empty());
  CHECK(problem(link).empty());
}

TEST_CASE("our own connections do not refuse each other, in whatever order they end") {
  const TemporaryDirectory directory;
  const std::string path = directory / "telemetry.db";
  std::optional<Database> first(open_store(path, creating()));
  std::optional<Database> second(open_store(path, creating()));
  first.reset();
  CHECK(problem(path).empty());
  Database moved = std::move(*second);
  second.reset();
  CHECK(problem(path).empty());
  CHECK(moved.integer("SELECT count(*) FROM store") == 1);
}

TEST_CASE("a missing file has no owner") {
  const TemporaryDirectory directory;
  CHECK_NOTHROW(OpenFile(directory / "none.db"));
}

TEST_CASE("a second SQLite in this process is noticed") {
  const std::unique_ptr<void, int (*)(void*)> library(
      dlopen("libsqlite3.so.0", RTLD_NOW | RTLD_LOCAL), &dlclose);
  if (!library) testing::skip_test(dlerror());
  struct sqlite3;
  const auto open_other =
      reinterpret_cast<int (*)(const char*, sqlite3**)>(dlsym(library.get(), "sqlite3_open"));
  const auto execute = reinterpret_cast<int (*)(sqlite3*, const char*, void*, void*, char**)>(
      dlsym(library.get(), "sqlite3_exec"));
  const auto close_other =
      reinterpret_cast<int (*)(sqlite3*)>(dlsym(library.get(), "sqlite3_close"));
  REQUIRE(open_other != nullptr);
  REQUIRE(execute != nullptr);
  REQUIRE(close_other != nullptr);

  const TemporaryDirectory directory;
  const std::string path = directory / "telemetry.db";
  { const Database database = open_store(path, creating()); }
  sqlite3* other = nullptr;
  REQUIRE(open_other(path.c_str(), &other) == 0);
  REQUIRE(execute(other, "SELECT count(*) FROM store", nullptr, nullptr, nullptr) == 0);
  CHECK(problem(path).find("another library in this process") != std::string::npos);
  REQUIRE(close_other(other) == 0);
  CHECK(problem(path).empty());
}

}  // namespace
}  // namespace edo::storage
