// A descriptor whose locks must end with the process that took them: locks of an open file
// description live in forked children as well, so these close it.
#pragma once

#include <utility>

namespace edo::storage {

class Unshared {
 public:
  // `open` returns the descriptor, or -1. No fork() comes between its opening and its being known.
  template <typename Open>
  explicit Unshared(Open&& open) noexcept {
    before_fork();
    descriptor_ = std::forward<Open>(open)();
    add();
    after_fork();
  }
  Unshared(const Unshared&) = delete;
  Unshared& operator=(const Unshared&) = delete;
  ~Unshared();

  [[nodiscard]] int get() const noexcept { return descriptor_; }

  // Around fork(), and between these two in a child.
  static void before_fork() noexcept;
  static void after_fork() noexcept;
  static void drop_inherited() noexcept;

 private:
  void add() noexcept;

  int descriptor_ = -1;
  Unshared* next_ = nullptr;  // of all in this process
};

}  // namespace edo::storage
