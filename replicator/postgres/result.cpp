#include <libpq-fe.h>

#include <charconv>

#include "replicator/postgres/connection.hpp"

namespace edo::postgres {

void Result::free(pg_result* result) noexcept { PQclear(result); }

int Result::rows() const noexcept { return PQntuples(result_.get()); }

bool Result::is_null(int row, int column) const noexcept {
  return PQgetisnull(result_.get(), row, column) != 0;
}

std::string_view Result::value(int row, int column) const noexcept {
  return {PQgetvalue(result_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::int64_t Result::integer(int row, int column) const {
  const auto digits = value(row, column);
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (failure != std::errc{} || end != digits.data() + digits.size()) {
    throw Error(ErrorKind::io, "the central database answered \"" + std::string(digits) +
                                   "\" where a number was expected");
  }
  return number;
}

std::size_t Result::affected() const {
  const std::string_view digits = PQcmdTuples(result_.get());
  std::size_t count = 0;
  (void)std::from_chars(digits.data(), digits.data() + digits.size(), count);
  return count;
}

}  // namespace edo::postgres
