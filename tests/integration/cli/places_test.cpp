// edo rotate, backup and restore, and what doctor says of stores that were moved without them.
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <SQLiteCpp/SQLiteCpp.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "edo.hpp"
#include "old_store.hpp"
#include "sample_store.hpp"
#include "storage/snapshot.hpp"
#include "support/as_user.hpp"
#include "support/files.hpp"
#include "support/small_disk.hpp"
#include "support/wait.hpp"

namespace edo::testing {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using Json = nlohmann::json;
namespace fs = std::filesystem;

// Except the replicator's lock file, which stays once it exists.
std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    if (!name.ends_with("-replicator")) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

// The answer to --json of a command that has succeeded.
Json answer(std::vector<std::string> arguments) {
  arguments.emplace_back("--json");
  const Result result = edo(arguments);
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  return Json::parse(result.out);
}

struct stat file(const std::string& path) {
  struct stat found {};
  REQUIRE(stat(path.c_str(), &found) == 0);
  return found;
}

// Refused in one line with these words, and the store as it was, with nothing new beside it.
void check_refused(const std::vector<std::string>& arguments, const std::string& store,
                   const std::string& words, int code = 1) {
  CAPTURE(arguments);
  const std::string folder = fs::path(store).parent_path();
  const auto names = names_in(folder);
  const std::string before = fs::exists(store) ? read_file(store) : "";
  const Result result = edo(arguments);
  CHECK(failed_clearly(result, code));
  CHECK_THAT(result.err, Contains(words));
  CHECK((fs::exists(store) ? read_file(store) : "") == before);
  CHECK(names_in(folder) == names);
}

// A host that records without end.
class Host {
 public:
  explicit Host(const std::string& store)
      : process_(Command{.argv = {EDO_CRASH_HOST, store, "1", "1"}}) {
    REQUIRE(process_.wait_for_output("\n"));
  }
  Process& operator*() { return process_; }
  Process* operator->() { return &process_; }

 private:
  Process process_;
};

TEST_CASE("rotate moves a store aside under a name with the time, whole") {
  const TemporaryDirectory directory;
  const std::string store = directory / "telemetry.db";
  std::optional<SampleStore> sample(store);
  const auto rows_before = count(store, "invocations");
  sample->close();
  sample.reset();
  (void)record_and_die(store, "last");  // which is in the log alone
  const Result result = edo({"rotate", store});
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  CHECK_THAT(result.out, StartsWith("Moved " + store + " to " + (directory / "telemetry-2")) &&
                             Contains("The file has all rows") &&
                             Contains("  edo-replicator run --once --store "));
  CHECK_FALSE(fs::exists(store));
  const auto names = names_in(directory.path());
  REQUIRE(names.size() == 3);
  CHECK_THAT(names[0], Catch::Matchers::Matches(R"(telemetry-\d{8}T\d{6}Z\.db)"));
  CHECK(names[1] == names[0] + "-writers");
  CHECK(names[2] == "telemetry.db-reserve");
  const std::string aside = directory / names[0];
  CHECK(count(aside, "invocations") == rows_before + 1);
  CHECK(integrity(aside) == "ok");
  const Result again = edo({"rotate", store});
  CHECK(failed_clearly(again));
  CHECK_THAT(again.err, Contains("no such store; the last store moved away") && Contains(aside));
}

TEST_CASE("a store is named as an argument, with --store, or by the environment") {
  const TemporaryDirectory directory;
  const std::string store = directory / "t.db";
  const auto make = [&] { REQUIRE(edo({"init", "--store", store}).exit_code == 0); };
  make();
  CHECK(answer({"rotate", store, directory / "1.db"})["moved_to"] == directory / "1.db");
  make();
  CHECK(answer({"rotate", "--store", store, directory / "2.db"})["moved_to"] == directory / "2.db");
  make();
  const Result by_environment = edo({"rotate"}, {{"EDO_STORE", store}});
  CHECK(by_environment.exit_code == 0);
  make();
  const Result both =
      edo({"rotate", store, directory / "3.db"}, {{"EDO_STORE", directory / "x.db"}});
  CHECK(both.exit_code == 0);
  make();
  check_refused({"rotate", "--store", store, store, directory / "4.db"}, store, "named twice", 2);
  check_refused({"restore", "--store", store, directory / "1.db", store}, store, "named twice", 2);
  CHECK(edo({"restore", directory / "1.db", "--store", store}).exit_code == 0);
  CHECK(edo({"backup", "--store", store, directory / "5.db"}).exit_code == 0);
  fs::create_directory(directory / "folder");
  CHECK_THAT(answer({"rotate", store, directory / "folder"})["moved_to"].get<std::string>(),
             StartsWith(directory / "folder/t-2"));
}

TEST_CASE("a refused rotation leaves the store as it was") {
  const TemporaryDirectory directory;
  fs::create_directory(directory / "here");
  const std::string store = directory / "here/t.db";
  { SampleStore(store).close(); }
  const std::string to = directory / "to.db";
  SECTION("nothing is overwritten") {
    const std::string suffix = GENERATE(as<std::string>{}, "", "-wal", "-shm", "-journal");
    write_file(to + suffix, "precious");
    check_refused({"rotate", store, to}, store, "nothing is ever overwritten");
    CHECK(read_file(to + suffix) == "precious");
  }
  SECTION("not even through a link") {
    fs::create_symlink(directory / "none", to);
    check_refused({"rotate", store, to}, store, "nothing is ever overwritten");
  }
  SECTION("no folder") {
    check_refused({"rotate", store, directory / "none/t.db"}, store, "create it first");
  }
  SECTION("no store") {
    const std::string text = directory / "here/x.db";
    write_file(text, "hello\n");
    check_refused({"rotate", text, to}, text, "not an SQLite database");
    check_refused({"rotate", directory / "here/none.db", to}, directory / "here/none.db",
                  "no such store; name a store");
  }
  SECTION("a reader of an old state") {
    storage::Database reader = open_to_look(store);
    const storage::Snapshot snapshot(reader);
    (void)reader.integer("SELECT count(*) FROM invocations");
    open_to_change(store).execute("UPDATE store SET host_label = 'new'");
    check_refused({"rotate", store, to, "--lock-timeout", "100ms"}, store,
                  "reader of an older snapshot");
  }
  SECTION("a replicator that ships the store") {
    const int lock = ::open((store + "-replicator").c_str(), O_RDWR | O_CREAT, 0600);
    REQUIRE(flock(lock, LOCK_EX) == 0);
    check_refused({"rotate", store, to, "--lock-timeout", "100ms"}, store,
                  "another replicator ships it");
    ::close(lock);
  }
  CHECK(integrity(store) == "ok");
  CHECK(fs::exists(store));
}

TEST_CASE("a store is rotated through a link to it, and the next one is made where it leads") {
  const TemporaryDirectory directory;
  fs::create_directory(directory / "disk");
  const std::string store = directory / "disk/real.db";
  const std::string link = directory / "t.db";
  { SampleStore(store).close(); }
  fs::create_symlink(store, link);
  Host host(link);
  const Json moved = answer({"rotate", link});
  CHECK_THAT(moved["moved_to"].get<std::string>(), StartsWith(directory / "disk/real-2"));
  REQUIRE(eventually([&] { return fs::exists(store); }));
  CHECK(fs::is_symlink(link));
  const auto told = host->out().size();
  CHECK(eventually([&] { return host->out().size() > told; }));
}

// How many invocations a server tells of.
std::size_t served(const std::string& url) {
  const Result result =
      run({.argv = {"python3", "-c",
                    "import sys, urllib.request as r; print(r.urlopen(r.Request(sys.argv[1] + "
                    "'/v1/graphql', b'{\"query\": \"{invocations{id}}\"}', {'content-type': "
                    "'application/json'})).read().decode())",
                    url}});
  INFO(result.out + result.err);
  return Json::parse(result.out)["data"]["invocations"].size();
}

TEST_CASE("the server shows the store that is at the path after a rotation") {
  const TemporaryDirectory directory;
  const std::string store = directory / "t.db";
  { SampleStore(store).close(); }
  Process server(
      {.argv = {edo_path(), "serve", "--store", store, "--listen", "127.0.0.1:0", "--json"},
       .environment = plain_environment()});
  REQUIRE(server.wait_for_output("\n"));
  const std::string url = Json::parse(server.out())["url"];
  REQUIRE(served(url) == static_cast<std::size_t>(count(store, "invocations")));
  REQUIRE(edo({"backup", store, directory / "copy.db"}).exit_code == 0);
  (void)record_and_die(store, "more");
  REQUIRE(edo({"restore", directory / "copy.db", store, "--lock-timeout", "5s"}).exit_code == 0);
  CHECK(served(url) == static_cast<std::size_t>(count(store, "invocations")));
}

TEST_CASE("a store that cannot be copied to another disk stays whole beside its place") {
  const TemporaryDirectory directory;
  const std::string store = directory / "t.db";
  OldStore old(store);
  old.record(400, 1);
  SmallDisk disk("512k");
  check_refused({"rotate", store, disk / "t.db"}, store, "it needs ");
  CHECK(count(store, "invocations") == 400);
}

TEST_CASE("a moved or copied store has the owner of the original") {
  if (geteuid() != 0) skip_test("only root can give files away");
  const TemporaryDirectory directory;
  const SmallDisk disk("8m");
  const std::string store = directory / "t.db";
  { SampleStore(store).close(); }
  REQUIRE(edo({"backup", store, directory / "copy"}).exit_code == 0);
  CHECK((file(directory / "copy").st_mode & 07777) == 0600);
  CHECK(file(directory / "copy").st_uid == 0);
  REQUIRE(chown(store.c_str(), kAlice, kAlice) == 0);
  REQUIRE(chmod(store.c_str(), 0640) == 0);
  const auto check = [](const std::string& path) {
    CAPTURE(path);
    CHECK(file(path).st_uid == kAlice);
    CHECK(file(path).st_gid == kAlice);
    CHECK((file(path).st_mode & 07777) == 0640);
  };
  REQUIRE(edo({"restore", directory / "copy", store}).exit_code == 0);
  check(store);
  const Json moved = answer({"rotate", store, disk / "t.db"});
  CHECK(moved["copied"] == true);
  check(disk / "t.db");
  // Where there is no store yet, the owner of the folder gets it.
  REQUIRE(chown(directory.path().c_str(), kMallory, kMallory) == 0);
  REQUIRE(edo({"restore", disk / "t.db", store}).exit_code == 0);
  CHECK(file(store).st_uid == kMallory);
  CHECK((file(store).st_mode & 07777) == 0600);
}

TEST_CASE("a backup is whole, compressed where its name says so, and goes through a pipe") {
  const TemporaryDirectory directory;
  const std::string store = directory / "t.db";
  const SampleStore sample(store);  // open, with a log
  const auto invocations = count(store, "invocations");
  const std::string plain = directory / "copy.db";
  const std::string packed = directory / "copy.db.zst";
  const Json first = answer({"backup", store, plain});
  CHECK(first["compressed"] == false);
  CHECK(first["copy"] == plain);
  const Json second = answer({"backup", store, packed});
  CHECK(second["compressed"] == true);
  CHECK(second["bytes"] < first["bytes"]);
  CHECK((file(packed).st_mode & 07777) == 0600);
  const Result piped = edo({"backup", store, "-"});
  REQUIRE(piped.exit_code == 0);
  write_file(directory / "piped.db", piped.out);
  CHECK(fs::exists(answer({"backup", store})["copy"].get<std::string>()));
  for (const auto& copy : {plain, packed, directory / "piped.db"}) {
    const std::string restored = directory / "restored.db";
    const Result result = edo({"restore", copy, restored});
    INFO(result.err);
    REQUIRE(result.exit_code == 0);
    CHECK(integrity(restored) == "ok");
    CHECK(count(restored, "invocations") == invocations);
    CHECK(value(restored, "SELECT store_id FROM store") ==
          value(store, "SELECT store_id FROM store"));
    fs::remove(restored);
  }
  CHECK(count(plain, "invocations") == invocations);
  check_refused({"backup", store, packed}, packed, "nothing is ever overwritten");
  CHECK(edo({"backup", store, "-", "--json"}).exit_code == 2);
  CHECK_THAT(edo_on_terminal({"backup", store, "-"}).err,
             Contains("cannot be written to a terminal"));
  write_file(directory / "text", "hello");
  check_refused({"backup", directory / "text", directory / "x"}, directory / "text",
                "not an SQLite database");
}

TEST_CASE("a backup that finds the disk full leaves nothing") {
  const TemporaryDirectory directory;
  const std::string store = directory / "t.db";
  OldStore(store).record(400, 1);
  SmallDisk disk("512k");
  const Result result = edo({"backup", store, disk / "copy.db"});
  CHECK(failed_clearly(result));
  CHECK(fs::is_empty(fs::path(disk / "copy.db").parent_path()));
}

TEST_CASE("restore accepts only sound stores of known versions, and otherwise keeps the old one") {
  const TemporaryDirectory directory;
  fs::create_directory(directory / "here");
  const std::string store = directory / "here/t.db";
  const std::string backup = directory / "backup";
  { SampleStore(store).close(); }
  OldStore(backup).record(300, 1);
  REQUIRE(open_to_change(backup).integer("PRAGMA wal_checkpoint(TRUNCATE)") == 0);
  std::string words;
  SECTION("none") {
    fs::remove(backup);
    words = "name a copy of a store";
  }
  SECTION("a folder") {
    fs::remove(backup);
    fs::create_directory(backup);
    words = "not a regular file";
  }
  SECTION("empty") {
    write_file(backup, "");
    words = "empty";
  }
  SECTION("a text") {
    write_file(backup, std::string(10'000, 'x'));
    words = "not an SQLite database";
  }
  SECTION("somebody else's") {
    fs::remove(backup);
    SQLite::Database(backup, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
        .exec("CREATE TABLE x(y)");
    words = "not an observability store";
  }
  SECTION("a page is damaged") {
    std::string bytes = read_file(backup);
    bytes.replace(20 * 4096, 4096, 4096, '\x5a');
    write_file(backup, bytes);
    words = "backup: ";
  }
  SECTION("its end is missing") {
    fs::resize_file(backup, fs::file_size(backup) / 2);
    words = "backup: ";
  }
  SECTION("a compressed one whose end is missing") {
    REQUIRE(edo({"backup", backup, directory / "z.zst"}).exit_code == 0);
    fs::remove(backup);
    fs::rename(directory / "z.zst", backup);
    fs::resize_file(backup, fs::file_size(backup) - 10);
    words = "the file is truncated";
  }
  SECTION("a compressed one that is damaged") {
    REQUIRE(edo({"backup", backup, directory / "z.zst"}).exit_code == 0);
    std::string bytes = read_file(directory / "z.zst");
    bytes[bytes.size() / 2] ^= 1;
    write_file(backup, bytes);
    words = "decompress " + backup;
  }
  SECTION("of a newer version") {
    SQLite::Database(backup, SQLite::OPEN_READWRITE).exec("UPDATE store SET schema_version = 9999");
    words = "upgrade the program";
  }
  check_refused({"restore", backup, store}, store, words);
}

TEST_CASE("restore refuses a path where no store can be") {
  const TemporaryDirectory directory;
  fs::create_directory(directory / "here");
  const std::string store = directory / "here/t.db";
  const std::string backup = directory / "backup";
  { SampleStore(backup).close(); }
  check_refused({"restore", backup, backup}, backup, "the same file", 2);
  fs::create_hard_link(backup, store);
  check_refused({"restore", backup, store}, store, "the same file", 2);
  fs::remove(store);
  SQLite::Database(store, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE x (y)");
  check_refused({"restore", backup, store}, store, "not an observability store");
  CHECK(edo({"restore", backup, directory / "none/t.db"}).exit_code == 1);
  SmallDisk disk("64k");
  const Result full = edo({"restore", backup, disk / "t.db"});
  CHECK(failed_clearly(full));
  CHECK_THAT(full.err, Contains("it needs"));
  CHECK(fs::is_empty(fs::path(disk / "t.db").parent_path()));
}

TEST_CASE("restore includes the WAL of the copy, and keeps the old store with its own WAL") {
  const TemporaryDirectory directory;
  const std::string store = directory / "t.db";
  const std::string backup = directory / "backup";
  const auto wanted = record_and_die(backup, "wanted");
  const auto old = record_and_die(store, "old");
  REQUIRE(fs::file_size(backup + "-wal") > 0);
  REQUIRE(fs::file_size(store + "-wal") > 0);
  const Json restored = answer({"restore", backup, store});
  CHECK(value(store, "SELECT id FROM invocations") == wanted);
  CHECK(value(backup, "SELECT id FROM invocations") == wanted);
  const std::string aside = restored["old_store"];
  CHECK(value(aside, "SELECT id FROM invocations") == old);
  CHECK(restored["old_store_damaged"] == false);
  CHECK(restored["store_id"] == value(store, "SELECT store_id FROM store"));
  const Json discarded = answer({"restore", backup, store, "--discard-old"});
  CHECK(discarded["old_store"].is_null());
  CHECK(value(store, "SELECT id FROM invocations") == wanted);
}

TEST_CASE("no frame of a WAL that is left at the path reaches a restored store") {
  const TemporaryDirectory directory;
  const std::string store = directory / "t.db";
  const std::string backup = directory / "backup";
  { SampleStore(backup).close(); }
  const auto invocations = count(backup, "invocations");
  (void)record_and_die(store, "old");
  const std::string log = read_file(store + "-wal");
  REQUIRE_FALSE(log.empty());
  SECTION("of a store that is gone") {
    fs::remove(store);
    const Json restored = answer({"restore", backup, store});
    CHECK(restored["old_store"].is_null());
    CHECK(restored["left_wal"] == store + "-wal-left");
    CHECK(read_file(store + "-wal-left") == log);
  }
  SECTION("of a store that is damaged") {
    write_file(store, std::string(50'000, 'x'));
    write_file(store + "-wal", "no log at all");
    const Json restored = answer({"restore", backup, store});
    CHECK(restored["old_store_damaged"] == true);
    const std::string aside = restored["old_store"];
    CHECK(read_file(aside) == std::string(50'000, 'x'));
    CHECK(read_file(aside + "-wal") == "no log at all");
  }
  SECTION("a journal of another program") {
    fs::remove(store + "-wal");
    fs::remove(store);
    write_file(store + "-journal", "whatever this is");
    (void)answer({"restore", backup, store});
    CHECK_FALSE(fs::exists(store + "-journal"));
  }
  CHECK(integrity(store) == "ok");
  CHECK(count(store, "invocations") == invocations);
}

TEST_CASE("a copy of an older version is restored as it is") {
  const TemporaryDirectory directory;
  make_first_version(directory / "old");
  const Json restored = answer({"restore", directory / "old", directory / "t.db"});
  CHECK(restored["schema_version"] == 1);
  CHECK(value(directory / "t.db", "SELECT schema_version FROM store") == "1");
}

const Json& check_of(const Json& report, const std::string& name) {
  for (const auto& each : report["checks"]) {
    if (each["check"] == name) return each;
  }
  throw std::runtime_error("no check is called " + name);
}

Json doctor(const std::string& store) {
  return Json::parse(edo({"doctor", "--json", "--store", store}).out);
}

// A host that has recorded, hangs, and continues to record when it is resumed.
class HangingHost {
 public:
  explicit HangingHost(const std::string& store) : pid_(fork()) {
    if (pid_ == 0) {
      Recorder recorder({.store = store});
      for (;;) {
        auto invocation = recorder.start_invocation({.source_function = "orders"});
        (void)invocation.complete();
        raise(SIGSTOP);
      }
    }
    wait_until_it_hangs();
  }
  HangingHost(const HangingHost&) = delete;
  HangingHost& operator=(const HangingHost&) = delete;
  ~HangingHost() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  [[nodiscard]] std::string name() const { return "integration_cli, pid " + std::to_string(pid_); }
  // One more invocation.
  void go_on() const {
    REQUIRE(kill(pid_, SIGCONT) == 0);
    wait_until_it_hangs();
  }

 private:
  void wait_until_it_hangs() const {
    int status = 0;
    REQUIRE(waitpid(pid_, &status, WUNTRACED) == pid_);
    REQUIRE(WIFSTOPPED(status));
  }

  pid_t pid_;
};

TEST_CASE("doctor names a host that records into a store that was moved away") {
  const TemporaryDirectory directory;
  const std::string store = directory / "t.db";
  const std::string away = directory / "away.db";
  const HangingHost host(store);
  CHECK(check_of(doctor(store), "open files")["verdict"] == "ok");
  SECTION("at its new place and at the old one") {
    fs::rename(store, away);
    const Result here = edo({"doctor", "--store", store});
    CHECK(failed_clearly(here));
    CHECK_THAT(here.err, Contains("no such store; " + host.name()) && Contains(away));
  }
  SECTION("where another one is by now") {
    fs::rename(store, away);
    { SampleStore(directory / "other").close(); }
    fs::rename(directory / "other", store);
    const Result here = edo({"doctor", "--store", store});
    CHECK(here.exit_code == 1);
    CHECK_THAT(here.out, Contains(host.name()) && Contains(away));
  }
  SECTION("where one was put over it") {
    write_file(directory / "new", read_file(store));
    fs::rename(directory / "new", store);
    const Json here = check_of(doctor(store), "open files");
    CHECK(here["verdict"] == "problem");
    CHECK_THAT(here["found"].get<std::string>(),
               StartsWith(host.name()) && Contains("was replaced"));
  }
  SECTION("whose log was removed") {
    fs::rename(store + "-wal", directory / "elsewhere-wal");
    const Json here = check_of(doctor(store), "open files");
    CHECK(here["verdict"] == "problem");
    CHECK_THAT(here["found"].get<std::string>(),
               StartsWith(host.name()) &&
                   Contains("has this store open, but " + (directory / "elsewhere-wal") +
                            " as its write-ahead log"));
    fs::rename(directory / "elsewhere-wal", store + "-wal");
  }
  host.go_on();
  host.go_on();
  CHECK(check_of(doctor(store), "open files")["verdict"] == "ok");
}

TEST_CASE("doctor names what was left beside a store") {
  const TemporaryDirectory directory;
  const std::string store = directory / "t.db";
  const SampleStore sample(store);
  CHECK(check_of(doctor(store), "left files")["found"] == "none");
  for (const char* suffix :
       {"-wal-left", "-rescued-2026-10-18T09:30:00.000000Z", "-restoring-999999999", "-backup-1"}) {
    write_file(store + suffix, "x");
  }
  const Json check = check_of(doctor(store), "left files");
  CHECK(check["verdict"] == "warning");
  const std::string found = check["found"];
  CHECK_THAT(found,
             Contains(store + "-wal-left (the write-ahead log of a store that was moved away"));
  CHECK_THAT(found, Contains("-rescued-2026") && Contains("-restoring-999999999"));
  CHECK_THAT(found, !Contains("-backup-1"));  // pid 1 may be making it
  CHECK_THAT(
      check["remedy"].get<std::string>(),
      Contains("named like the store with -wal at the end") && Contains("run --once --store"));
}

TEST_CASE("doctor names a WAL without a store") {
  const TemporaryDirectory directory;
  const std::string store = directory / "t.db";
  (void)record_and_die(store, "orders");
  fs::rename(store, directory / "away.db");
  const Result result = edo({"doctor", "--store", store});
  CHECK(failed_clearly(result));
  CHECK_THAT(result.err,
             Contains(store + "-wal is the write-ahead log of a store that was moved or removed") &&
                 Contains("edo restore"));
}

TEST_CASE("doctor names foreign files beside a store") {
  const TemporaryDirectory directory;
  const std::string store = directory / "t.db";
  const SampleStore sample(store);
  for (const char* suffix : {"-writers", "-reserve", "-replicator"}) {
    fs::remove(store + suffix);
    fs::create_symlink("/etc/passwd", store + suffix);
    const Json check = check_of(doctor(store), "permissions");
    CHECK(check["verdict"] == "problem");
    CHECK_THAT(check["found"].get<std::string>(),
               StartsWith(store + suffix + " is a symbolic link"));
    CHECK(check["remedy"] == "remove " + store + suffix);
    fs::remove(store + suffix);
  }
}

}  // namespace
}  // namespace edo::testing
