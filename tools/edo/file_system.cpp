#include "tools/edo/file_system.hpp"

#include <fmt/format.h>
#include <linux/magic.h>

#include <algorithm>
#include <array>

namespace edo::cli {
namespace {

struct Kind {
  std::uint32_t magic;
  std::string_view name;
};

// SQLite's WAL needs shared memory, which only processes of one machine have.
constexpr std::array<Kind, 9> kNetwork = {{{NFS_SUPER_MAGIC, "NFS"},
                                           {SMB_SUPER_MAGIC, "SMB"},
                                           {CIFS_SUPER_MAGIC, "CIFS"},
                                           {SMB2_SUPER_MAGIC, "SMB"},
                                           {V9FS_MAGIC, "9P"},
                                           {CEPH_SUPER_MAGIC, "Ceph"},
                                           {AFS_SUPER_MAGIC, "AFS"},
                                           {AFS_FS_MAGIC, "AFS"},
                                           {CODA_SUPER_MAGIC, "Coda"}}};

}  // namespace

Check judge_file_system(std::uint32_t kind) {
  const auto network = std::find_if(kNetwork.begin(), kNetwork.end(),
                                    [&](const Kind& each) { return each.magic == kind; });
  if (network != kNetwork.end()) {
    return {"file system", Verdict::problem,
            fmt::format("{}, a network file system, which damages a store that two machines open",
                        network->name),
            "record to a local disk and ship with edo-replicator"};
  }
  if (kind == FUSE_SUPER_MAGIC) {
    return {"file system", Verdict::warning, "FUSE, which may be a local or a network file system",
            "make sure that no other machine opens the store"};
  }
  return {"file system", Verdict::ok, "local"};
}

}  // namespace edo::cli
