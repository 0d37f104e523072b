// What somebody else has put where our files are to be, or are.
#include "storage/foreign.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "edo/error.hpp"
#include "storage/recorder_lock.hpp"
#include "storage/reserve.hpp"
#include "storage/side_files.hpp"
#include "storage/store.hpp"
#include "support/as_user.hpp"
#include "support/files.hpp"

namespace edo::storage {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using testing::as_user;
using testing::kAlice;
using testing::kMallory;
using testing::TemporaryDirectory;

constexpr OpenOptions kRecord{.access = Access::create};
constexpr OpenOptions kShip{.access = Access::read_write};

// Everybody may write to it, and only the owner of a file remove it.
class SharedFolder {
 public:
  SharedFolder() { REQUIRE(chmod(directory_.path().c_str(), 01777) == 0); }
  [[nodiscard]] std::string operator/(std::string_view name) const { return directory_ / name; }

 private:
  TemporaryDirectory directory_;
};

std::string opened_by(uid_t user, const std::string& store, OpenOptions options, gid_t group = 0) {
  return as_user(
      user,
      [&] {
        (void)open_store(store, options);
        return "opened";
      },
      group);
}

// As a descriptor, or the errno as a negative number.
int descriptor_or_errno(const std::string& store, int flags) {
  const int file = open_side_file(store, "-x", flags);
  return file >= 0 ? file : -errno;
}

TEST_CASE("a file beside a store is made like the store, and found again") {
  const TemporaryDirectory directory;
  const std::string store = directory / "t.db";
  CHECK(descriptor_or_errno(store, O_RDWR) == -ENOENT);
  CHECK(not_ours(store, "-x") == std::nullopt);
  mode_t mode = 0600;
  SECTION("without a store, for its owner alone") {}
  SECTION("for those who may use the store") {
    testing::write_file(store, "");
    mode = 0660;
    REQUIRE(chmod(store.c_str(), mode) == 0);
  }
  const mode_t mask = umask(077);
  const int file = open_side_file(store, "-x", O_RDWR | O_CREAT);
  umask(mask);
  REQUIRE(file >= 0);
  struct stat found {};
  REQUIRE(fstat(file, &found) == 0);
  CHECK((found.st_mode & 07777) == mode);
  CHECK((fcntl(file, F_GETFD) & FD_CLOEXEC) != 0);
  ::close(file);
  const int again = open_side_file(store, "-x", O_RDWR | O_CREAT);
  CHECK(again >= 0);
  ::close(again);
}

TEST_CASE("root makes files beside a store for the store's owner") {
  if (geteuid() != 0) testing::skip_test("only root can");
  const TemporaryDirectory directory;
  const std::string store = directory / "t.db";
  testing::write_file(store, "");
  REQUIRE(chown(store.c_str(), kAlice, kAlice) == 0);
  const int file = open_side_file(store, "-x", O_RDWR | O_CREAT);
  REQUIRE(file >= 0);
  struct stat found {};
  REQUIRE(fstat(file, &found) == 0);
  CHECK(found.st_uid == kAlice);
  CHECK(found.st_gid == kAlice);
  ::close(file);
}

TEST_CASE("what is planted beside a store is neither followed, waited on nor written to") {
  const TemporaryDirectory directory;
  const std::string store = directory / "t.db";
  const std::string victim = directory / "victim";
  (void)open_store(store, kRecord);
  testing::write_file(victim, "precious");
  const std::string suffix =
      GENERATE(as<std::string>{}, "-writers", "-reserve", "-replicator", "-wal", "-shm");
  const std::string planted = store + suffix;
  std::string fault;
  SECTION("a link") {
    fs::create_symlink(victim, planted);
    fault = "is a symbolic link";
  }
  SECTION("a link to nothing") {
    fs::create_symlink(directory / "none", planted);
    fault = "is a symbolic link";
  }
  SECTION("a named pipe") {
    REQUIRE(mkfifo(planted.c_str(), 0600) == 0);
    fault = "is not a regular file";
  }
  SECTION("a folder") {
    fs::create_directory(planted);
    fault = "is not a regular file";
  }
  CAPTURE(suffix);
  CHECK(not_ours(store, suffix) == fault);
  CHECK(open_side_file(store, suffix, O_RDWR | O_CREAT) == -1);
  CHECK_THROWS_WITH(
      open_store(store, kRecord),
      StartsWith("open " + store + ": " + planted + " " + fault) && Contains("remove it"));
  CHECK_THROWS_AS(open_store(store, kShip), Error);
  if (suffix == "-wal" || suffix == "-shm") CHECK_THROWS_AS(open_store(store, {}), Error);
  const RecorderLock lock(store, 1);
  CHECK(holds_lock(store, 1) == (suffix == "-writers" ? std::nullopt : std::optional(true)));
  CHECK(make_reserve(store) == (suffix != "-reserve"));
  CHECK(testing::read_file(victim) == "precious");
  CHECK_FALSE(fs::exists(directory / "none"));
}

TEST_CASE("in a shared folder a file of another user, or with another name, is not ours") {
  const SharedFolder folder;
  const std::string store = folder / "t.db";
  REQUIRE(opened_by(kAlice, store, kRecord) == "opened");
  const std::string suffix = GENERATE(as<std::string>{}, "-writers", "-reserve", "-wal");
  CAPTURE(suffix);
  SECTION("of another user") {
    REQUIRE(as_user(kMallory, [&] {
              testing::write_file(store + suffix, "");
              REQUIRE(chmod((store + suffix).c_str(), 0666) == 0);
              return "made";
            }) == "made");
    CHECK_THAT(opened_by(kAlice, store, kRecord),
               Contains(suffix + " belongs to user " + std::to_string(kMallory)));
    CHECK_THAT(opened_by(0, store, kShip), Contains("belongs to user"));
  }
  SECTION("of its own user, but something else") {
    REQUIRE(as_user(kAlice, [&] {
              testing::write_file(folder / "precious", "precious");
              fs::create_hard_link(folder / "precious", store + suffix);
              return "made";
            }) == "made");
    CHECK_THAT(opened_by(kAlice, store, kRecord), Contains(suffix + " has another name"));
  }
  SECTION("of root, whom all may trust") {
    testing::write_file(store + suffix, "");
    REQUIRE(chmod((store + suffix).c_str(), 0666) == 0);
    CHECK(opened_by(kAlice, store, kRecord) == "opened");
  }
}

TEST_CASE("a store that another user put into a shared folder is refused") {
  const SharedFolder folder;
  const std::string store = folder / "t.db";
  REQUIRE(opened_by(kMallory, store, kRecord) == "opened");
  REQUIRE(chmod(store.c_str(), 0666) == 0);
  const std::string owner = "it belongs to user " + std::to_string(kMallory);
  CHECK_THAT(opened_by(kAlice, store, kRecord),
             StartsWith("open " + store + ": " + owner) && Contains("your own folder"));
  CHECK_THAT(opened_by(kAlice, store, kShip), Contains(owner));
  CHECK_THAT(opened_by(0, store, kRecord), Contains(owner));
  // Who names it to look at it wants that, and so does root's replicator.
  CHECK(opened_by(0, store, kShip) == "opened");
  CHECK(opened_by(kMallory, store, kRecord) == "opened");
  CHECK(opened_by(kAlice, store, {}) == "opened");
  // SQLite has made them for her as a reader; her -wal is none to record into.
  for (const char* suffix : {"-wal", "-shm"}) fs::remove(store + suffix);
  // In a folder of hers all is as she wants it.
  REQUIRE(chown(folder_of(store).c_str(), kMallory, kMallory) == 0);
  CHECK(opened_by(kAlice, store, kRecord) == "opened");
}

TEST_CASE("a store that a group shares is for all of the group") {
  constexpr gid_t kGroup = 61100;
  const SharedFolder folder;
  const std::string store = folder / "t.db";
  REQUIRE(opened_by(kMallory, store, kRecord, kGroup) == "opened");
  REQUIRE(chown(store.c_str(), kMallory, kGroup) == 0);
  REQUIRE(chmod(store.c_str(), 0660) == 0);
  const auto record = [&] {
    const Database database = open_store(store, kRecord);
    const RecorderLock lock(store, 2);
    (void)make_reserve(store);
    return std::string(holds_lock(store, 2) == true ? "recorded" : "no lock");
  };
  CHECK(as_user(kAlice, record, kGroup) == "recorded");
  CHECK(as_user(kMallory, record, kGroup) == "recorded");
  CHECK(as_user(kAlice, record, kGroup) == "recorded");
  CHECK_THAT(opened_by(kAlice, store, kRecord), Contains("belongs to user"));
}

TEST_CASE("a link that another user put into a shared folder is not followed") {
  const SharedFolder folder;
  const TemporaryDirectory hers;
  REQUIRE(chown(hers.path().c_str(), kMallory, kMallory) == 0);
  REQUIRE(chmod(hers.path().c_str(), 0755) == 0);
  const std::string link = folder / "t.db";
  REQUIRE(as_user(kMallory, [&] {
            fs::create_symlink(hers / "t.db", link);
            return "made";
          }) == "made");
  // The kernel may be the first to refuse it (fs.protected_symlinks).
  const std::string refused = opened_by(kAlice, link, kRecord);
  CHECK_THAT(refused, Contains("the link " + link + ": it belongs to user"));
  CHECK_THAT(opened_by(0, link, kRecord), Contains("the link " + link));
}

TEST_CASE("a link that leads to no store yet has the store made where it leads") {
  const TemporaryDirectory directory;
  fs::create_directory(directory / "disk");
  fs::create_symlink("disk/real.db", directory / "t.db");
  (void)open_store(directory / "t.db", kRecord);
  CHECK(fs::is_regular_file(directory / "disk/real.db"));
  CHECK(fs::is_symlink(directory / "t.db"));
}

}  // namespace
}  // namespace edo::storage
