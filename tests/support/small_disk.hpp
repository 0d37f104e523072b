// A file system of its own, to be filled up or made read-only.
#pragma once

#include <sys/mount.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "support/files.hpp"
#include "support/skip.hpp"

namespace edo::testing {

class SmallDisk {
 public:
  // Ends the test case as skipped where this user may not mount one.
  explicit SmallDisk(const std::string& size) {
    if (mount("tmpfs", directory_.path().c_str(), "tmpfs", 0, ("size=" + size).c_str()) != 0) {
      skip_test(std::string("this user may not mount a file system: ") + std::strerror(errno));
    }
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() { umount2(directory_.path().c_str(), MNT_DETACH); }

  [[nodiscard]] std::string operator/(std::string_view name) const { return directory_ / name; }

  // Takes all the space that is left.
  void fill() {
    std::ofstream ballast(directory_ / "ballast", std::ios::binary);
    const std::string block(4096, 'x');
    while (ballast.write(block.data(), 4096).flush()) {
    }
  }
  void make_space() { std::filesystem::remove(directory_ / "ballast"); }

  // Only while no file on it is open for writing.
  void make_read_only() {
    REQUIRE(mount(nullptr, directory_.path().c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) ==
            0);
  }

 private:
  TemporaryDirectory directory_;
};

}  // namespace edo::testing
