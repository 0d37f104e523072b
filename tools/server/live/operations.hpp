// Runs requests in the workers. A request that needs more memory than is free waits for it outside
// of them, and then runs again from its beginning, so that it never delays others.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>

#include "tools/server/backend/room.hpp"
#include "tools/server/live/workers.hpp"

namespace edo::live {

class Operations {
 public:
  // May throw MemoryShortage, and nothing else; then it is called again with more room.
  using Job = std::function<void(backend::Room&)>;

  // Both outlive it.
  Operations(Workers& workers, backend::Memory& memory) : workers_(workers), memory_(memory) {}

  // False if too many wait. After the stop request of a client that left, the job does not begin.
  [[nodiscard]] bool submit(Job job, std::stop_token left);

 private:
  struct Pending {
    Job job;
    std::stop_token left;
  };
  void run(const std::shared_ptr<Pending>& pending, backend::Room& room);

  Workers& workers_;
  backend::Memory& memory_;
};

}  // namespace edo::live
