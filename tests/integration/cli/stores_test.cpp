// What the commands do with files that are no usable store: one clear line, and the file as it was.
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <SQLiteCpp/SQLiteCpp.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "edo.hpp"
#include "sample_store.hpp"
#include "support/files.hpp"

namespace edo::testing {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
namespace fs = std::filesystem;

const std::vector<std::vector<std::string>> kReaders = {
    {"ls"},   {"ls", "logs", "--json"}, {"show", "0123"}, {"sql", "SELECT 1"},
    {"tail"}, {"stats", "--json"},      {"doctor"}};

// The command as an ordinary user, if the tests run as root, whom no mode of a file stops. The
// build may lie where only root may enter, so an ordinary user runs a copy.
Result as_ordinary_user(std::vector<std::string> arguments) {
  if (geteuid() != 0) return edo(std::move(arguments));
  static const TemporaryDirectory directory;
  static const std::string copy = [] {
    fs::permissions(directory.path(), fs::perms::owner_all | fs::perms::others_exec);
    fs::copy_file(edo_path(), directory / "edo");
    return directory / "edo";
  }();
  arguments.insert(arguments.begin(),
                   {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", copy});
  return run({.argv = std::move(arguments), .environment = plain_environment()});
}

void give_to_ordinary_user(const fs::path& path) {
  if (geteuid() == 0) REQUIRE(chown(path.c_str(), 65534, 65534) == 0);
}

TEST_CASE("files that are not stores are refused in one line and left as they were") {
  const TemporaryDirectory directory;
  const std::string path = directory / "x.db";
  std::string expected;
  SECTION("an empty file") {
    write_file(path, "");
    expected = "empty";
  }
  SECTION("a text") {
    write_file(path, "hello\n");
    expected = "not an SQLite database";
  }
  SECTION("many bytes that are none") {
    write_file(path, std::string(100'000, 'x'));
    expected = "not an SQLite database";
  }
  SECTION("somebody else's database") {
    SQLite::Database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
        .exec("CREATE TABLE mine (x); INSERT INTO mine VALUES (1)");
    expected = "not an observability store";
  }
  SECTION("a store of a newer version") {
    REQUIRE(edo({"init", "--store", path}).exit_code == 0);
    SQLite::Database(path, SQLite::OPEN_READWRITE).exec("UPDATE store SET schema_version = 9999");
    expected = "upgrade the program";
  }
  const std::string before = read_file(path);
  auto commands = kReaders;
  if (expected != "empty") commands.push_back({"init"});
  for (auto command : commands) {
    CAPTURE(command);
    command.insert(command.end(), {"--store", path});
    const Result result = edo(command);
    INFO(result.err);
    CHECK(failed_clearly(result));
    CHECK_THAT(result.err,
               StartsWith("edo " + command.front() + ": ") && Contains(path) && Contains(expected));
    CHECK(read_file(path) == before);
  }
}

TEST_CASE("paths that lead to no file are refused in one line") {
  const TemporaryDirectory directory;
  write_file(directory / "file", "");
  fs::create_symlink("loop", fs::path(directory.path()) / "loop");
  const std::pair<std::string, const char*> paths[] = {
      {directory / "missing.db", "no such store"}, {directory.path(), "directory"},
      {"/dev/null", "not a regular file"},         {directory / "file/below", "Not a directory"},
      {directory / "loop", "symbolic links"},
  };
  for (const auto& [path, expected] : paths) {
    for (auto command : kReaders) {
      CAPTURE(command, path);
      command.insert(command.end(), {"--store", path});
      const Result result = edo(command);
      INFO(result.err);
      CHECK(failed_clearly(result));
      CHECK_THAT(result.err, Contains(path) && Contains(expected));
    }
  }
  CHECK_FALSE(fs::exists(directory / "missing.db"));
  const Result init = edo({"init", "--store", directory / "no/such/directory.db"});
  CHECK(failed_clearly(init));
  CHECK_THAT(init.err, Contains("directory that exists"));
}

TEST_CASE("an unreadable file is refused") {
  const TemporaryDirectory directory;
  const std::string path = directory / "t.db";
  fs::permissions(directory.path(), fs::perms::all);
  REQUIRE(edo({"init", "--store", path}).exit_code == 0);
  fs::permissions(path, fs::perms::none);
  give_to_ordinary_user(path);
  for (auto command : kReaders) {
    command.insert(command.end(), {"--store", path});
    const Result result = as_ordinary_user(command);
    INFO(result.err);
    CHECK(failed_clearly(result));
    CHECK_THAT(result.err, Contains(path) && Contains("Permission denied"));
  }
}

TEST_CASE("a store in a read-only directory can be read once its log is empty") {
  const TemporaryDirectory directory;
  // The characters that mean something in a URI.
  const fs::path folder = fs::path(directory.path()) / "100%25?a=1#b";
  fs::create_directory(folder);
  const std::string path = folder / "t.db";
  fs::permissions(directory.path(), fs::perms::all);
  SampleStore store(path);

  const auto freeze = [&] {
    for (const auto& entry : fs::directory_iterator(folder)) {
      give_to_ordinary_user(entry.path());
      fs::permissions(entry.path(), fs::perms::owner_read);
    }
    give_to_ordinary_user(folder);
    fs::permissions(folder, fs::perms::owner_read | fs::perms::owner_exec);
  };

  const auto files = [&] {
    return std::set<fs::path>(fs::directory_iterator(folder), fs::directory_iterator());
  };

  SECTION("after its writers have closed it") {
    store.close();
    freeze();
    const std::string before = read_file(path);
    const auto files_before = files();
    for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
             {"ls"}, {"show", store.orders}, {"sql", "SELECT * FROM invocations"}}) {
      auto arguments = command;
      arguments.insert(arguments.end(), {"--store", path});
      const Result result = as_ordinary_user(arguments);
      INFO(result.err);
      CHECK(result.exit_code == 0);
      CHECK_THAT(result.out, Contains("orders"));
    }
    CHECK(read_file(path) == before);
    CHECK(files() == files_before);
  }
  SECTION("but not while part of it is in a log that cannot be followed") {
    REQUIRE(fs::file_size(path + "-wal") > 0);
    fs::create_directory(fs::path(directory.path()) / "copy");
    const std::string copy = directory / "copy/t.db";
    fs::copy(path, copy);
    fs::copy(path + "-wal", copy + "-wal");
    for (const auto& each : {copy, copy + "-wal", directory / "copy"}) {
      give_to_ordinary_user(each);
      fs::permissions(each, fs::perms::owner_read | fs::perms::owner_exec);
    }
    const Result result = as_ordinary_user({"ls", "--store", copy});
    INFO(result.err);
    CHECK(failed_clearly(result));
    CHECK_THAT(result.err, Contains("-wal"));
  }
}

TEST_CASE("readers leave a store as it was") {
  const TemporaryDirectory directory;
  SampleStore store(directory / "t.db");
  store.close();
  const std::string before = read_file(store.path);
  for (auto command : {std::vector<std::string>{"ls", "jobs"},
                       {"show", store.orders},
                       {"sql", "SELECT * FROM dashboard_stats"},
                       {"stats"},
                       {"doctor"},
                       {"init"}}) {
    CAPTURE(command);
    command.insert(command.end(), {"--store", store.path});
    CHECK(edo(command).exit_code == 0);
    CHECK(read_file(store.path) == before);
  }
}

TEST_CASE("init creates a store for its owner alone, and only once") {
  const TemporaryDirectory directory;
  const std::string path = directory / "t.db";
  const Result made = edo({"init", "--store", path, "--label", "edge-7", "--json"});
  REQUIRE(made.exit_code == 0);
  const auto first = nlohmann::json::parse(made.out);
  CHECK(first["path"] == path);
  CHECK(first["created"] == true);
  CHECK(first["host_label"] == "edge-7");
  CHECK(first["schema_version"] == 3);
  CHECK(first["store_id"].get<std::string>().size() == 36);
  struct stat found {};
  REQUIRE(stat(path.c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0600);

  const Result again = edo({"init", "--label", "other", "--json"}, {{"EDO_STORE", path}});
  REQUIRE(again.exit_code == 0);
  const auto second = nlohmann::json::parse(again.out);
  CHECK(second["created"] == false);
  CHECK(second["host_label"] == "edge-7");
  CHECK(second["store_id"] == first["store_id"]);
  CHECK_THAT(edo({"init", "--store", path}).out, Contains("exists already"));

  write_file(directory / "empty.db", "");
  CHECK_THAT(edo({"init", "--store", directory / "empty.db"}).out, StartsWith("Created the store"));
  CHECK(edo({"ls", "--store", directory / "empty.db"}).exit_code == 0);
}

TEST_CASE("the store is telemetry.db in the current directory unless something names another") {
  const TemporaryDirectory directory;
  const auto in_directory = [&](std::vector<std::string> arguments, Environment more = {}) {
    arguments.insert(arguments.begin(), edo_path());
    return run({.argv = arguments,
                .environment = plain_environment(std::move(more)),
                .directory = directory.path()});
  };
  REQUIRE(in_directory({"init"}).exit_code == 0);
  CHECK(fs::exists(directory / "telemetry.db"));
  REQUIRE(in_directory({"init"}, {{"EDO_STORE", "env.db"}}).exit_code == 0);
  CHECK(fs::exists(directory / "env.db"));
  REQUIRE(in_directory({"init", "--store", "flag.db"}, {{"EDO_STORE", "env2.db"}}).exit_code == 0);
  CHECK(fs::exists(directory / "flag.db"));
  CHECK_FALSE(fs::exists(directory / "env2.db"));
}

}  // namespace
}  // namespace edo::testing
