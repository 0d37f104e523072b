// PostgreSQL's binary COPY format (documentation of COPY, section "Binary Format") and the binary
// form of the types that telemetry uses, appended to a buffer. All integers are big-endian.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/uuid.hpp"

namespace edo::postgres {

// OIDs of built-in types; pg_type.dat, never to change.
inline constexpr std::uint32_t kByteaOid = 17;
inline constexpr std::uint32_t kUuidOid = 2950;
inline constexpr std::uint32_t kUuidArrayOid = 2951;

inline void put_int16(std::string& out, std::int16_t value) {
  const auto bits = static_cast<std::uint16_t>(value);
  const char bytes[] = {static_cast<char>(bits >> 8), static_cast<char>(bits)};
  out.append(bytes, sizeof bytes);
}

inline void put_int32(std::string& out, std::int32_t value) {
  const auto bits = static_cast<std::uint32_t>(value);
  const char bytes[] = {static_cast<char>(bits >> 24), static_cast<char>(bits >> 16),
                        static_cast<char>(bits >> 8), static_cast<char>(bits)};
  out.append(bytes, sizeof bytes);
}

inline void put_int64(std::string& out, std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  put_int32(out, static_cast<std::int32_t>(bits >> 32));
  put_int32(out, static_cast<std::int32_t>(bits));
}

// The rows of one COPY: begin(), then for each row begin_row() and its fields in order, then end().
namespace copy {

void begin(std::string& out);
inline void begin_row(std::string& out, std::size_t fields) {
  put_int16(out, static_cast<std::int16_t>(fields));
}
inline void end(std::string& out) { put_int16(out, -1); }

inline void null(std::string& out) { put_int32(out, -1); }
inline void integer(std::string& out, std::int32_t value) {
  put_int32(out, 4);
  put_int32(out, value);
}
inline void bigint(std::string& out, std::int64_t value) {
  put_int32(out, 8);
  put_int64(out, value);
}
inline void boolean(std::string& out, bool value) {
  put_int32(out, 1);
  out.push_back(value ? 1 : 0);
}
void uuid(std::string& out, const base::Uuid& value);
// `micros` count from the Unix epoch; the binary form counts from 2000-01-01.
void timestamp(std::string& out, std::int64_t micros);
// At most 2^31-1 bytes.
void text(std::string& out, std::string_view value);
// jsonb is sent as a version number and its text.
void json(std::string& out, std::string_view value);
// The bytes before the text of either.
void begin_text(std::string& out, std::size_t size);
void begin_json(std::string& out, std::size_t size);

}  // namespace copy

// The beginning of an array of one dimension as a binary parameter; its elements follow, each as a
// field of a COPY.
[[nodiscard]] std::string array_header(std::uint32_t element_oid, std::size_t size);

// A whole uuid[].
[[nodiscard]] std::string uuid_array(std::span<const base::Uuid> ids);

}  // namespace edo::postgres
