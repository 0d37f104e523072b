// Ships what a store holds to the centre, on a thread of its own and never on the event loop.
//
// In the background it does so again and again; otherwise when it is nudged or asked to flush. What
// cannot be shipped now stays in the store. A centre that is away, slow or wrong is told to News,
// once until it works again, and harms nobody.
#pragma once

#include <cstdint>
#include <memory>

#include "edo/options.hpp"
#include "news.hpp"

namespace edo::node {

class Shipper {
 public:
  // Throws Error if the options name no centre.
  Shipper(const Options& options, std::shared_ptr<News> news);
  Shipper(const Shipper&) = delete;
  Shipper& operator=(const Shipper&) = delete;
  ~Shipper();

  // Once, when the store is there.
  void start();

  // An invocation has ended.
  void nudge() noexcept;

  // Ships what is pending, however often that takes, and tells News: under the id that is returned.
  [[nodiscard]] std::uint64_t flush();
  // Nobody waits for this flush any longer. When nobody waits for anything, what is on its way is
  // interrupted, since a frozen sandbox would leave it hanging at the centre.
  void give_up(std::uint64_t id) noexcept;

  // Interrupts what is on its way, and waits for the thread for as long as that takes, within
  // reason.
  void stop() noexcept;

 private:
  class Work;
  std::shared_ptr<Work> work_;  // shared with the thread, which may be stuck in a name server
};

}  // namespace edo::node
