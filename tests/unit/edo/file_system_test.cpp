#include "tools/edo/file_system.hpp"

#include <linux/magic.h>

#include <catch2/catch.hpp>

namespace edo::cli {
namespace {

using Catch::Matchers::StartsWith;

TEST_CASE("a network file system is a problem, named, with a way out") {
  const auto [kind, name] = GENERATE(table<std::uint32_t, const char*>({
      {NFS_SUPER_MAGIC, "NFS, "},
      {SMB_SUPER_MAGIC, "SMB, "},
      {SMB2_SUPER_MAGIC, "SMB, "},  // as a signed number it is negative
      {CIFS_SUPER_MAGIC, "CIFS, "},
      {V9FS_MAGIC, "9P, "},
      {CEPH_SUPER_MAGIC, "Ceph, "},
      {AFS_SUPER_MAGIC, "AFS, "},
      {AFS_FS_MAGIC, "AFS, "},
      {CODA_SUPER_MAGIC, "Coda, "},
  }));
  const Check check = judge_file_system(kind);
  CHECK(check.verdict == Verdict::problem);
  CHECK_THAT(check.found, StartsWith(name));
  CHECK_FALSE(check.remedy.empty());
}

TEST_CASE("FUSE may be local or remote, and all others are local") {
  CHECK(judge_file_system(FUSE_SUPER_MAGIC).verdict == Verdict::warning);
  const auto local = GENERATE(as<std::uint32_t>{}, EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC,
                              BTRFS_SUPER_MAGIC, TMPFS_MAGIC, OVERLAYFS_SUPER_MAGIC, 0);
  const Check check = judge_file_system(local);
  CHECK(check.verdict == Verdict::ok);
  CHECK(check.remedy.empty());
}

}  // namespace
}  // namespace edo::cli
