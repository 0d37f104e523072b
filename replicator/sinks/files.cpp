#include "replicator/sinks/files.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>
#include <utility>

#include "edo/error.hpp"

namespace edo::sinks {
namespace {

constexpr std::string_view kSuffix = ".edobatch";
constexpr std::size_t kUuidTextSize = 36;
// No store reaches this number, and sums of two such numbers do not overflow.
constexpr std::int64_t kLargestSeq = 1'000'000'000'000'000;

// Removes "-NUMBER" from the front of `text`.
std::optional<std::int64_t> take_number(std::string_view& text) {
  if (text.size() < 2 || text[0] != '-' || text[1] == '-') return std::nullopt;
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data() + 1, text.data() + text.size(), number);
  if (failure != std::errc() || number > kLargestSeq) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

std::optional<BatchFile> parse_name(const std::string& name) {
  std::string_view rest = name;
  const auto id = base::parse_uuid(rest.substr(0, kUuidTextSize));
  if (!id) return std::nullopt;
  rest.remove_prefix(kUuidTextSize);
  const auto first = take_number(rest);
  const auto last = take_number(rest);
  if (!first || !last || *first > *last || rest != kSuffix) return std::nullopt;
  return BatchFile{name, *id, *first, *last};
}

}  // namespace

std::string batch_file_name(const batch::Batch& batch) {
  return base::to_string(batch.store_id) + "-" + std::to_string(batch.first_seq) + "-" +
         std::to_string(batch.last_seq) + std::string(kSuffix);
}

BatchFiles list_batches(const Directory& directory) {
  BatchFiles result;
  for (auto& name : directory.names(kSuffix)) {
    if (auto file = parse_name(name)) {
      result.files.push_back(std::move(*file));
    } else {
      result.foreign.push_back(std::move(name));
    }
  }
  std::sort(result.files.begin(), result.files.end(), [](const auto& one, const auto& two) {
    return std::tie(one.store_id, one.first_seq, one.last_seq) <
           std::tie(two.store_id, two.first_seq, two.last_seq);
  });
  return result;
}

batch::Batch read_batch(const Directory& directory, const BatchFile& file,
                        const batch::DecodeLimits& limits) {
  auto bytes = directory.read(file.name, limits.bytes);
  const std::string path = directory.path() + "/" + file.name;
  try {
    auto batch = batch::decode(std::move(bytes), limits);
    if (batch_file_name(batch) == file.name) return batch;
    throw Error(ErrorKind::corrupt, "it contains the batch " + batch_file_name(batch));
  } catch (const Error& error) {
    const bool again = error.kind() == ErrorKind::corrupt;
    throw Error(error.kind(),
                path + ": " + error.what() + (again ? "; delete it and export again" : ""));
  }
}

Shipped FilesSink::ship(const batch::Batch& batch) {
  const auto bytes = batch::encode(batch, options_);
  directory_.write(batch_file_name(batch), bytes);
  bytes_written_ += bytes.size();
  return {batch.rows(), 0, 0};
}

}  // namespace edo::sinks
