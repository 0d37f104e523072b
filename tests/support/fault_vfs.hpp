// A layer between SQLite and the operating system that fails when it is told to.
//
// While a FaultVfs lives it is the default VFS (https://sqlite.org/vfs.html), so whatever opens a
// database meanwhile goes through it, without any option for that in the product.
#pragma once

#include <chrono>
#include <string>

namespace edo::testing {

enum class Fault {
  read,           // EIO
  write,          // EIO, nothing written
  short_write,    // EIO, the first half written
  full,           // ENOSPC, the first half written
  sync,           // fsync fails
  truncate,       // EIO
  shared_memory,  // the -shm file cannot be mapped
  lock,           // locks cannot be taken
  open,           // files cannot be opened
};

[[nodiscard]] std::string to_string(Fault fault);

class FaultVfs {
 public:
  // One at a time, and no connection may be open at its beginning or at its end.
  FaultVfs();
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;
  ~FaultVfs();

  // From now on the `nth` call that the fault is about (from 1) fails, and so do those after it
  // until `times` have failed.
  void arm(Fault fault, long nth, long times);
  // From now on a sync takes so long, and besides as long as the disk takes to write what has come
  // since the one before it, page by page where the pages are not in order.
  void slow_down(std::chrono::milliseconds sync, int operations_per_second);
  // Nothing fails any more, and nothing is slow.
  void heal();

  // While it lives, nothing fails for this thread, which wants to look at something.
  class Spared {
   public:
    Spared();
    Spared(const Spared&) = delete;
    Spared& operator=(const Spared&) = delete;
    ~Spared();
  };

  // Since arm(): calls that the fault is about, and those of them that failed.
  [[nodiscard]] long calls() const;
  [[nodiscard]] long failed() const;
};

}  // namespace edo::testing
