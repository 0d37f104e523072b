// The arguments of commands that move or copy a store: [STORE] [TO]. --store, the configuration or
// $EDO_STORE can name the store too.
#pragma once

#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>

#include "tools/edo/commands.hpp"
#include "tools/edo/frozen_store.hpp"
#include "tools/program/option_values.hpp"

namespace edo::cli {

class StoreArguments {
 public:
  // `other` is the argument beside the store. It comes before the store if `other_first`, and is
  // then required. With `has_lock_timeout` there is --lock-timeout.
  StoreArguments(CLI::App& options, const std::string& other, const std::string& what,
                 bool other_first, bool has_lock_timeout)
      : other_first_(other_first) {
    const auto add = [&](const std::string& name, const std::string& description, int place) {
      return options.add_option(name, values_[place], description)->type_name("");
    };
    constexpr const char* kStore = "The store; default: $EDO_STORE, else telemetry.db";
    if (other_first) add(other, what, 0)->required();
    add("STORE", kStore, other_first ? 1 : 0);
    if (!other_first) add(other, what, 1);
    // Without envname(), so that named_ means the command line.
    auto* option = options.add_option("--store", store_, "The store, like the argument STORE")
                       ->type_name("FILE");
    if (has_lock_timeout) {
      options
          .add_option("--lock-timeout", lock_timeout_,
                      "How long to wait for a replicator that ships the store, and for readers of "
                      "an older snapshot")
          ->type_name("DURATION")
          ->capture_default_str();
    }
    options.parse_complete_callback([this, option] { named_ = option->count() > 0; });
  }
  StoreArguments(const StoreArguments&) = delete;
  StoreArguments& operator=(const StoreArguments&) = delete;

  [[nodiscard]] std::string store() const {
    const std::string& argument = values_[other_first_ ? 1 : 0];
    if (named_ && !values_[1].empty()) throw UsageError("the store is named twice");
    if (!argument.empty() && !named_) return argument;
    if (!store_.empty()) return store_;
    const char* variable = std::getenv("EDO_STORE");
    return variable == nullptr || *variable == '\0' ? kDefaultStore : variable;
  }
  [[nodiscard]] std::optional<std::string> other() const {
    const std::string& value = values_[other_first_ || named_ ? 0 : 1];
    return value.empty() ? std::nullopt : std::optional(value);
  }

  [[nodiscard]] std::chrono::milliseconds lock_timeout() const {
    return std::chrono::milliseconds(duration_of("--lock-timeout", lock_timeout_) / 1000);
  }

 private:
  const bool other_first_;
  bool named_ = false;  // with --store
  std::string values_[2];
  std::string store_;
  std::string lock_timeout_ = kDefaultLockTimeout;
};

}  // namespace edo::cli
