#include "replicator/batch/wire.hpp"

#include <algorithm>
#include <bit>
#include <iterator>
#include <limits>
#include <utility>

#include "edo/error.hpp"

namespace edo::batch {
namespace {

// Copying a smaller value costs less than a separate piece.
constexpr std::size_t kLarge = std::size_t{64} << 10;

// Maps small numbers of either sign to small unsigned numbers (zigzag).
constexpr std::uint64_t zigzag(std::uint64_t difference) {
  return (difference << 1) ^ (0 - (difference >> 63));
}
constexpr std::uint64_t unzigzag(std::uint64_t coded) { return (coded >> 1) ^ (0 - (coded & 1)); }

[[noreturn]] void damaged(const char* what) {
  throw Error(ErrorKind::corrupt, "decode", "a batch", what);
}

// An archive begins with a byte that gives its byte order.
std::string_view with_order(std::string_view bytes) {
  if (bytes.empty() || bytes.front() != 1) damaged("its numbers are not little-endian");
  return bytes;
}

}  // namespace

void Pieces::add(std::string bytes) {
  size_ += bytes.size();
  if (!bytes.empty()) pieces_.push_back({std::move(bytes), {}});
}

void Pieces::refer(std::string_view bytes) {
  size_ += bytes.size();
  if (!bytes.empty()) pieces_.push_back({{}, bytes});
}

void Pieces::add(Pieces more) {
  size_ += more.size_;
  std::move(more.pieces_.begin(), more.pieces_.end(), std::back_inserter(pieces_));
}

std::string Pieces::joined() const {
  std::string all;
  all.reserve(size_);
  each([&all](std::string_view bytes) { all += bytes; });
  return all;
}

void Writer::end_piece() { written_.add(std::move(stream_).str()); }

Pieces Writer::take() {
  end_piece();
  return std::exchange(written_, {});
}

void Writer::refer(std::string_view value) {
  if (value.size() < kLarge) return bytes(value);
  end_piece();
  written_.refer(value);
}

void Writer::add(Pieces pieces) {
  end_piece();
  written_.add(std::move(pieces));
}

void Writer::string(std::string_view value) {
  if (value.size() > std::numeric_limits<std::uint32_t>::max()) {
    throw Error(ErrorKind::refused, "encode", "a batch", "a name is longer than 4 GiB");
  }
  number(static_cast<std::uint32_t>(value.size()));
  bytes(value);
}

void Writer::numbers(std::span<const std::int64_t> values) {
  std::vector<std::uint64_t> coded(values.size());
  std::uint64_t previous = 0;
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    // Differences wrap around, so no pair of numbers is too far apart.
    const auto value = static_cast<std::uint64_t>(values[i]);
    coded[i] = zigzag(value - previous);
    previous = value;
    all |= coded[i];
  }
  const int planes = (static_cast<int>(std::bit_width(all)) + 7) / 8;
  number(static_cast<std::uint8_t>(planes));
  std::string plane(values.size(), '\0');
  for (int shift = 0; shift < planes * 8; shift += 8) {
    std::transform(coded.begin(), coded.end(), plane.begin(),
                   [shift](std::uint64_t value) { return static_cast<char>(value >> shift); });
    bytes(plane);
  }
}

Reader::View::View(std::string_view bytes) {
  // A streambuf wants to be able to write, but nothing here does.
  char* begin = const_cast<char*>(bytes.data());
  setg(begin, begin, begin + bytes.size());
}

Reader::Reader(std::string_view bytes)
    : view_(with_order(bytes)), stream_(&view_), archive_(stream_) {}

std::string_view Reader::peek(std::uint64_t size) const {
  const auto left = view_.left();
  if (size > left.size()) damaged("it is truncated");
  return left.substr(0, static_cast<std::size_t>(size));
}

std::string_view Reader::bytes(std::uint64_t size) {
  const auto result = peek(size);
  view_.skip(result.size());
  return result;
}

std::vector<std::int64_t> Reader::numbers(std::size_t count) {
  const auto planes = number<std::uint8_t>();
  if (planes > 8) damaged("its numbers are wider than 64 bits");
  std::vector<std::uint64_t> coded(count);
  for (int shift = 0; shift < planes * 8; shift += 8) {
    const auto plane = bytes(count);
    for (std::size_t i = 0; i < count; ++i) {
      coded[i] |= static_cast<std::uint64_t>(static_cast<unsigned char>(plane[i])) << shift;
    }
  }
  std::vector<std::int64_t> values(count);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    value += unzigzag(coded[i]);
    values[i] = static_cast<std::int64_t>(value);
  }
  return values;
}

}  // namespace edo::batch
