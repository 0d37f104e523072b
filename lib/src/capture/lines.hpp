// Cuts a stream of bytes into lines, without allocating once it is made.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace edo::capture {

inline constexpr std::size_t kMaxLine = std::size_t{64} << 10;
inline constexpr std::size_t kMaxBytes = kMaxLine;  // taken at once

// One for each stream. Not for several threads.
class Lines {
 public:
  Lines() { rest_.reserve(kMaxLine + kMaxBytes); }

  // Calls `emit` with each line that `bytes` (at most kMaxBytes) completes, without its end ("\n"
  // or "\r\n"). A line longer than kMaxLine comes in pieces that do not cut a UTF-8 character in
  // two.
  template <typename Emit>
  void add(std::string_view bytes, Emit&& emit) {
    while (!bytes.empty()) {
      const std::size_t end = bytes.find('\n');
      rest_ += bytes.substr(0, end);
      while (rest_.size() > kMaxLine) {
        const std::size_t size = piece();
        emit(std::string_view(rest_).substr(0, size));
        rest_.erase(0, size);
      }
      if (end == std::string_view::npos) return;
      if (rest_.ends_with('\r')) rest_.pop_back();
      emit(std::string_view(rest_));
      rest_.clear();
      bytes.remove_prefix(end + 1);
    }
  }

  // The last line, if it has no end.
  template <typename Emit>
  void finish(Emit&& emit) {
    if (!rest_.empty()) emit(std::string_view(rest_));
    rest_.clear();
  }

 private:
  // How much of rest_ the next piece takes.
  [[nodiscard]] std::size_t piece() const noexcept {
    for (std::size_t size = kMaxLine; size > kMaxLine - 4; --size) {
      if ((static_cast<unsigned char>(rest_[size]) & 0xC0) != 0x80) return size;
    }
    return kMaxLine;  // this is no UTF-8
  }

  std::string rest_;
};

}  // namespace edo::capture
