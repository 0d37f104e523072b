#include "storage/unshared.hpp"

#include <unistd.h>

#include <mutex>

namespace edo::storage {
namespace {

std::mutex mutex;
Unshared* all = nullptr;

}  // namespace

void Unshared::before_fork() noexcept { mutex.lock(); }
void Unshared::after_fork() noexcept { mutex.unlock(); }

void Unshared::add() noexcept {
  next_ = all;
  all = this;
}

Unshared::~Unshared() {
  const std::lock_guard lock(mutex);
  Unshared** here = &all;
  while (*here != nullptr && *here != this) here = &(*here)->next_;
  if (*here == nullptr) return;  // Inherited, and closed already.
  *here = next_;
  if (descriptor_ >= 0) ::close(descriptor_);
}

void Unshared::drop_inherited() noexcept {
  for (Unshared* one = all; one != nullptr; one = one->next_) {
    if (one->descriptor_ >= 0) ::close(one->descriptor_);
    one->descriptor_ = -1;
  }
  all = nullptr;
}

}  // namespace edo::storage
