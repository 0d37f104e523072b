#include "storage/noted_drops.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <string_view>

#include "storage/reserve.hpp"
#include "storage/side_files.hpp"

namespace edo::storage {
namespace {

// A note is text, so that a person can read it: "WRITER CALLS REASON", filled up with zeros.
constexpr std::size_t kNoteBytes = 256;
constexpr std::size_t kNotes = kReserveKept / kNoteBytes;
using Note = std::array<char, kNoteBytes>;

// The file, which nobody else changes while this lives.
class Notes {
 public:
  Notes(const std::string& store, int access) noexcept
      : file_(open_side_file(store, kReserveSuffix, access)) {
    if (file_ < 0) return;
    (void)flock(file_, access == O_RDONLY ? LOCK_SH : LOCK_EX);
    struct stat found {};
    if (fstat(file_, &found) == 0 && S_ISREG(found.st_mode)) {
      count_ = std::min(kNotes, static_cast<std::size_t>(found.st_size) / kNoteBytes);
    }
  }
  Notes(const Notes&) = delete;
  Notes& operator=(const Notes&) = delete;
  ~Notes() {
    if (file_ >= 0) ::close(file_);
  }

  [[nodiscard]] std::size_t count() const noexcept { return count_; }

  [[nodiscard]] NotedDrops read(std::size_t i) const {
    Note note{};
    NotedDrops drop;
    if (pread(file_, note.data(), note.size() - 1, at(i)) <= 0) return drop;
    char* end = note.data();
    drop.recorder = std::strtoll(end, &end, 10);
    drop.calls = std::strtoull(end, &end, 10);
    if (*end == ' ') drop.reason = end + 1;
    return drop;
  }

  bool write(std::size_t i, const NotedDrops& drop) const {
    Note note{};
    const std::string text = drop.calls == 0 ? std::string()
                                             : std::to_string(drop.recorder) + " " +
                                                   std::to_string(drop.calls) + " " + drop.reason;
    std::copy_n(text.begin(), std::min(text.size(), note.size() - 1), note.begin());
    return pwrite(file_, note.data(), note.size(), at(i)) == static_cast<ssize_t>(note.size());
  }

 private:
  static off_t at(std::size_t i) { return static_cast<off_t>(i * kNoteBytes); }

  const int file_;
  std::size_t count_ = 0;
};

}  // namespace

bool note_drops(const std::string& store, const NotedDrops& drop) noexcept {
  try {
    const Notes notes(store, O_RDWR);
    std::size_t place = notes.count();
    for (std::size_t i = notes.count(); i-- > 0;) {
      const NotedDrops other = notes.read(i);
      if (other.calls == 0) place = i;
      if (other.calls != 0 && other.recorder == drop.recorder) return notes.write(i, drop);
    }
    return place < notes.count() && notes.write(place, drop);
  } catch (const std::exception&) {
    return false;
  }
}

std::vector<NotedDrops> noted_drops(const std::string& store) {
  const Notes notes(store, O_RDONLY);
  std::vector<NotedDrops> drops;
  for (std::size_t i = 0; i < notes.count(); ++i) {
    if (NotedDrops drop = notes.read(i); drop.calls > 0) drops.push_back(std::move(drop));
  }
  return drops;
}

void forget_noted_drops(const std::string& store, const std::vector<NotedDrops>& drops) noexcept {
  try {
    const Notes notes(store, O_RDWR);
    for (std::size_t i = 0; i < notes.count(); ++i) {
      const NotedDrops noted = notes.read(i);
      const bool known = std::any_of(drops.begin(), drops.end(), [&](const NotedDrops& drop) {
        return drop.recorder == noted.recorder && drop.calls == noted.calls;
      });
      if (known && noted.calls > 0) (void)notes.write(i, {});
    }
  } catch (const std::exception&) {
    // They are recorded once more, which changes nothing.
  }
}

}  // namespace edo::storage
