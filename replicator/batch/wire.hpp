// The building blocks of the batch format: values in cereal's portable binary archive, and lists of
// numbers in a form that compresses well. What is read is not trusted.
#pragma once

#include <cereal/archives/portable_binary.hpp>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <span>
#include <sstream>
#include <streambuf>
#include <string>
#include <string_view>
#include <vector>

namespace edo::batch {

// Bytes in pieces. Large pieces are views of existing memory, so that they are not copied.
class Pieces {
 public:
  void add(std::string bytes);
  // `bytes` must outlive it.
  void refer(std::string_view bytes);
  void add(Pieces more);

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  template <typename Take>
  void each(Take take) const {
    for (const auto& piece : pieces_) take(piece.bytes());
  }
  [[nodiscard]] std::string joined() const;

 private:
  struct Piece {
    std::string own;
    std::string_view other;
    [[nodiscard]] std::string_view bytes() const noexcept { return other.empty() ? own : other; }
  };
  std::vector<Piece> pieces_;
  std::size_t size_ = 0;
};

class Writer {
 public:
  Writer() : archive_(stream_, Archive::Options::LittleEndian()) {}

  template <typename Number>
  void number(Number value) {
    archive_(value);
  }
  void bytes(std::string_view value) {
    stream_.write(value.data(), static_cast<std::streamsize>(value.size()));
  }
  // The same without a copy of large values, which must outlive the result of take().
  void refer(std::string_view value);
  void add(Pieces pieces);
  void string(std::string_view value);
  // The differences of neighbours, zigzag coded, cut into planes of bytes: all lowest bytes, then
  // all second lowest, as many as the largest needs. The reader must know their number.
  void numbers(std::span<const std::int64_t> values);

  // Everything written so far. Leaves the writer empty.
  [[nodiscard]] Pieces take();

 private:
  using Archive = cereal::PortableBinaryOutputArchive;
  void end_piece();

  Pieces written_;  // before what is in the stream
  std::ostringstream stream_;
  Archive archive_;
};

// Reads what a Writer wrote. `bytes` must outlive it and every string_view that it returns. It
// copies nothing, so a false size cannot make it allocate. Throws Error corrupt.
class Reader {
 public:
  explicit Reader(std::string_view bytes);
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  template <typename Number>
  [[nodiscard]] Number number() {
    Number value{};
    (void)peek(sizeof value);
    archive_(value);
    return value;
  }
  [[nodiscard]] std::string_view bytes(std::uint64_t size);
  [[nodiscard]] std::string_view string() { return bytes(number<std::uint32_t>()); }
  // The caller must check the memory for `count` numbers first, since few bytes can stand for many.
  [[nodiscard]] std::vector<std::int64_t> numbers(std::size_t count);

 private:
  // A stream over memory that can hand out pieces of it.
  struct View : std::streambuf {
    explicit View(std::string_view bytes);
    [[nodiscard]] std::string_view left() const {
      return {gptr(), static_cast<std::size_t>(egptr() - gptr())};
    }
    void skip(std::size_t size) { setg(eback(), gptr() + size, egptr()); }
  };

  std::string_view peek(std::uint64_t size) const;

  View view_;
  std::istream stream_;
  cereal::PortableBinaryInputArchive archive_;
};

}  // namespace edo::batch
