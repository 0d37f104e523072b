// Where the centre is: a libpq connection string that can be named in messages without its secrets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "edo/options.hpp"

namespace edo::postgres {

class Target {
 public:
  // Takes a URL (postgresql://…) or libpq's keyword form (host=… dbname=…).
  // Throws Error invalid_argument, in words that repeat nothing of a string that cannot be parsed:
  // what looks like a port or a database may well be the rest of a password.
  explicit Target(std::string conninfo);

  // For libpq only; holds the password if there is one.
  [[nodiscard]] const std::string& conninfo() const noexcept { return conninfo_; }
  // For people: "postgresql://user@host:5432/database"; hosts of a list are separated by commas.
  [[nodiscard]] const std::string& label() const noexcept { return label_; }

 private:
  std::string conninfo_;
  std::string label_;
};

// Where a host's options say that the centre is; what they leave open is up to libpq and its
// environment. Throws Error invalid_argument if they say nothing at all.
[[nodiscard]] Target target_of(const CentralDatabase& centre);

// The parts of a list of hosts or ports, as libpq separates them; none of an empty one.
[[nodiscard]] std::vector<std::string> split_list(std::string_view list);

// The same text with every byte that may belong to a password replaced by '*'. The length stays, so
// that an argument can be overwritten where it lies.
[[nodiscard]] std::string masked(std::string_view text);

}  // namespace edo::postgres
