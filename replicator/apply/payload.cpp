#include "replicator/apply/payload.hpp"

#include <algorithm>

namespace edo::apply {
namespace {

constexpr std::int64_t kPiece = std::int64_t{4} << 20;

}  // namespace

std::string read_payload(postgres::Connection& connection, const std::string& row,
                         const std::vector<std::string>& key, std::int64_t size) {
  constexpr auto kMost = batch::DecodeLimits{}.bytes;
  if (static_cast<std::uint64_t>(size) > kMost) {
    throw Error(ErrorKind::refused, "read", "a batch",
                "it has " + std::to_string(size) + " bytes; the limit is " +
                    std::to_string(kMost >> 20) + " MiB");
  }
  const std::string sql = "SELECT substr(payload, $1, $2) FROM " + row;
  std::string payload;
  payload.reserve(static_cast<std::size_t>(size));
  for (std::int64_t at = 0; at < size; at += kPiece) {
    postgres::Parameters parameters;
    parameters.integer(at + 1).integer(std::min(kPiece, size - at));
    for (const auto& value : key) parameters.text(value);
    payload += connection.run("read a batch of", sql, parameters, true).value(0, 0);
  }
  return payload;
}

}  // namespace edo::apply
