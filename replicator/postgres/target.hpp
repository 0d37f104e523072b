// Where the central database is: a libpq connection string that can be named in messages without
// its secrets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "edo/options.hpp"

namespace edo::postgres {

class Target {
 public:
  // Takes a URL (postgresql://…) or libpq's keyword form (host=… dbname=…). Throws Error
  // invalid_argument, whose message repeats nothing of a string that cannot be parsed: what looks
  // like a port or a database may be the rest of a password.
  explicit Target(std::string conninfo);

  // For libpq only; holds the password if there is one.
  [[nodiscard]] const std::string& conninfo() const noexcept { return conninfo_; }
  // For people: "postgresql://user@host:5432/database"; hosts of a list are separated by commas.
  [[nodiscard]] const std::string& label() const noexcept { return label_; }

 private:
  std::string conninfo_;
  std::string label_;
};

// The target that a host's options name; libpq and its environment fill in the rest. Throws Error
// invalid_argument if the options name no target.
[[nodiscard]] Target target_of(const CentralDatabase& central);

// The parts of a list of hosts or ports, as libpq separates them; none if it is empty.
[[nodiscard]] std::vector<std::string> split_list(std::string_view list);

// The same text with every byte that may belong to a password replaced by '*'. The length stays, so
// that an argument can be overwritten in place.
[[nodiscard]] std::string masked(std::string_view text);

}  // namespace edo::postgres
