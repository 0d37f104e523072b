#include "storage/reserve.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "support/files.hpp"
#include "support/small_disk.hpp"

namespace edo::storage {
namespace {

namespace fs = std::filesystem;
using testing::TemporaryDirectory;

TEST_CASE("the reserve takes real space and gives it back") {
  const TemporaryDirectory directory;
  const std::string store = directory / "telemetry.db";
  const std::string file = store + kReserveSuffix;
  REQUIRE(make_reserve(store));
  struct stat found {};
  REQUIRE(stat(file.c_str(), &found) == 0);
  CHECK(found.st_size == kReserveBytes);
  CHECK(found.st_blocks * 512 >= kReserveBytes);  // no file of holes
  CHECK((found.st_mode & 07777) == 0600);
  CHECK(make_reserve(store));
  CHECK(release_reserve(store));
  CHECK(fs::file_size(file) == kReserveKept);
  CHECK_FALSE(release_reserve(store));
}

TEST_CASE("a store has one reserve, whichever of its names is used") {
  const TemporaryDirectory directory;
  const std::string store = directory / "telemetry.db";
  testing::write_file(store, "");
  const std::string link = directory / "link.db";
  fs::create_symlink(store, link);
  REQUIRE(make_reserve(link));
  CHECK(fs::exists(store + kReserveSuffix));
  CHECK_FALSE(fs::exists(link + kReserveSuffix));
  CHECK(release_reserve(link));
  CHECK(fs::file_size(store + kReserveSuffix) == kReserveKept);
}

TEST_CASE("no reserve where there can be no file") {
  const TemporaryDirectory directory;
  CHECK_FALSE(make_reserve(directory / "none/telemetry.db"));
  CHECK_FALSE(release_reserve(directory / "none/telemetry.db"));
}

TEST_CASE("on a disk with little room the reserve is as large as it can be") {
  testing::SmallDisk disk("512k");
  const std::string store = disk / "telemetry.db";
  CHECK_FALSE(make_reserve(store));
  const auto size = static_cast<off_t>(fs::file_size(store + kReserveSuffix));
  CHECK(size > 400'000);
  CHECK(size < kReserveBytes);
  CHECK(release_reserve(store));
}

TEST_CASE("work that finds the disk full is done again in the room of the reserve") {
  const TemporaryDirectory directory;
  const std::string store = directory / "telemetry.db";
  int runs = 0;
  const auto full_once = [&] {
    if (++runs == 1) throw Error(ErrorKind::full, "no space");
  };
  SECTION("with a reserve") {
    REQUIRE(make_reserve(store));
    with_headroom(store, full_once);
    CHECK(runs == 2);
    CHECK(fs::file_size(store + kReserveSuffix) == kReserveKept);
  }
  SECTION("without one") {
    CHECK_THROWS_AS(with_headroom(store, full_once), Error);
    CHECK(runs == 1);
  }
  SECTION("other failures are not about room") {
    REQUIRE(make_reserve(store));
    CHECK_THROWS_AS(with_headroom(store, [&] { throw Error(ErrorKind::io, "broken"); }), Error);
    CHECK(fs::file_size(store + kReserveSuffix) == kReserveBytes);
  }
}

}  // namespace
}  // namespace edo::storage
