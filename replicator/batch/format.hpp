// The numbers of the batch format, docs/formats/batch.md. Files and central databases contain them,
// so none of them may ever change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace edo::batch::format {

inline constexpr std::string_view kMagic = "edobatch";
inline constexpr std::uint8_t kMajor = 1;  // a reader refuses a newer one
inline constexpr std::uint8_t kMinor = 0;  // and ignores what a newer one of these added

// Offsets in front of the header.
inline constexpr std::size_t kMajorAt = 8;
inline constexpr std::size_t kMinorAt = 9;
inline constexpr std::size_t kFlagsAt = 10;  // to be refused if unknown; none is known yet
inline constexpr std::size_t kHeaderSizeAt = 12;
inline constexpr std::size_t kHeaderAt = 16;
// A batch ends with the XXH64 of everything before it.
inline constexpr std::size_t kChecksumSize = 8;

// The types of columns.
inline constexpr std::uint8_t kUuid = 1;
inline constexpr std::uint8_t kTimestamp = 2;
inline constexpr std::uint8_t kInteger = 3;
inline constexpr std::uint8_t kBoolean = 4;
inline constexpr std::uint8_t kText = 5;
inline constexpr std::uint8_t kJson = 6;

// Rejects travel as a table with this name and these columns, all of them text.
inline constexpr std::string_view kRejects = "rejects";
inline constexpr std::string_view kRejectTable = "table";
inline constexpr std::string_view kRejectId = "id";
inline constexpr std::string_view kRejectError = "error";
inline constexpr std::string_view kRejectRow = "row";

}  // namespace edo::batch::format
