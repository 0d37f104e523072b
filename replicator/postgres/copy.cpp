#include "replicator/postgres/copy.hpp"

#include <limits>

#include "edo/error.hpp"

namespace edo::postgres {
namespace {

// 2000-01-01T00:00:00Z, PostgreSQL's epoch, in microseconds since the Unix epoch.
constexpr std::int64_t kPostgresEpoch = 946'684'800'000'000;
constexpr char kJsonbVersion = 1;

void put_size(std::string& out, std::size_t size) {
  if (size > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
    throw Error(ErrorKind::refused,
                "a value of " + std::to_string(size) + " bytes is larger than PostgreSQL takes");
  }
  put_int32(out, static_cast<std::int32_t>(size));
}

void put_uuid(std::string& out, const base::Uuid& value) {
  put_int32(out, static_cast<std::int32_t>(value.size()));
  out.append(reinterpret_cast<const char*>(value.data()), value.size());
}

}  // namespace

namespace copy {

void begin(std::string& out) {
  constexpr char kSignature[] = "PGCOPY\n\377\r\n";  // eleven bytes with the final zero
  out.append(kSignature, sizeof kSignature);
  put_int32(out, 0);  // flags
  put_int32(out, 0);  // no header extension
}

void uuid(std::string& out, const base::Uuid& value) { put_uuid(out, value); }

void timestamp(std::string& out, std::int64_t micros) { bigint(out, micros - kPostgresEpoch); }

void begin_text(std::string& out, std::size_t size) { put_size(out, size); }

void begin_json(std::string& out, std::size_t size) {
  put_size(out, size + 1);
  out.push_back(kJsonbVersion);
}

void text(std::string& out, std::string_view value) {
  begin_text(out, value.size());
  out.append(value);
}

void json(std::string& out, std::string_view value) {
  begin_json(out, value.size());
  out.append(value);
}

}  // namespace copy

std::string array_header(std::uint32_t element_oid, std::size_t size) {
  std::string out;
  put_int32(out, size == 0 ? 0 : 1);  // dimensions
  put_int32(out, 1);                  // there may be nulls
  put_int32(out, static_cast<std::int32_t>(element_oid));
  if (size > 0) {
    put_int32(out, static_cast<std::int32_t>(size));
    put_int32(out, 1);  // the first subscript
  }
  return out;
}

std::string uuid_array(std::span<const base::Uuid> ids) {
  std::string out = array_header(kUuidOid, ids.size());
  out.reserve(out.size() + ids.size() * (sizeof(std::int32_t) + sizeof(base::Uuid)));
  for (const auto& id : ids) put_uuid(out, id);
  return out;
}

}  // namespace edo::postgres
