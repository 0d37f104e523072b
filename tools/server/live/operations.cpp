#include "tools/server/live/operations.hpp"

#include <utility>

namespace edo::live {
namespace {

constexpr std::chrono::seconds kPatience{5};

using Granted = std::optional<backend::Memory::Share>;

}  // namespace

bool Operations::submit(Job job, std::stop_token left) {
  // Shared, since functions are copied.
  const auto pending = std::make_shared<Pending>(Pending{std::move(job), std::move(left)});
  return workers_.submit([this, pending] {
    backend::Room room(memory_);
    run(pending, room);
  });
}

void Operations::run(const std::shared_ptr<Pending>& pending, backend::Room& room) {
  if (pending->left.stop_requested()) return;
  std::size_t missing = 0;
  try {
    return pending->job(room);
  } catch (const backend::MemoryShortage& shortage) {
    missing = shortage.bytes;
  }
  const auto again = [this, pending](Granted granted) {
    const auto share = std::make_shared<Granted>(std::move(granted));
    workers_.resume([this, pending, share] {
      backend::Room larger(memory_, std::move(*share));
      run(pending, larger);
    });
  };
  const auto until = backend::Memory::Clock::now() + kPatience;
  if (!memory_.wait(missing, until, again)) again(std::nullopt);
}

}  // namespace edo::live
