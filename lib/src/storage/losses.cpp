#include "storage/losses.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <string_view>

#include "storage/beside.hpp"
#include "storage/reserve.hpp"

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
      : file_(open_beside(store, kReserveSuffix, access)) {
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

  [[nodiscard]] NotedLoss read(std::size_t i) const {
    Note note{};
    NotedLoss loss;
    if (pread(file_, note.data(), note.size() - 1, at(i)) <= 0) return loss;
    char* end = note.data();
    loss.writer = std::strtoll(end, &end, 10);
    loss.calls = std::strtoull(end, &end, 10);
    if (*end == ' ') loss.reason = end + 1;
    return loss;
  }

  bool write(std::size_t i, const NotedLoss& loss) const {
    Note note{};
    const std::string text = loss.calls == 0 ? std::string()
                                             : std::to_string(loss.writer) + " " +
                                                   std::to_string(loss.calls) + " " + loss.reason;
    std::copy_n(text.begin(), std::min(text.size(), note.size() - 1), note.begin());
    return pwrite(file_, note.data(), note.size(), at(i)) == static_cast<ssize_t>(note.size());
  }

 private:
  static off_t at(std::size_t i) { return static_cast<off_t>(i * kNoteBytes); }

  const int file_;
  std::size_t count_ = 0;
};

}  // namespace

bool note_losses(const std::string& store, const NotedLoss& loss) noexcept {
  try {
    const Notes notes(store, O_RDWR);
    std::size_t place = notes.count();
    for (std::size_t i = notes.count(); i-- > 0;) {
      const NotedLoss other = notes.read(i);
      if (other.calls == 0) place = i;
      if (other.calls != 0 && other.writer == loss.writer) return notes.write(i, loss);
    }
    return place < notes.count() && notes.write(place, loss);
  } catch (const std::exception&) {
    return false;
  }
}

std::vector<NotedLoss> noted_losses(const std::string& store) {
  const Notes notes(store, O_RDONLY);
  std::vector<NotedLoss> losses;
  for (std::size_t i = 0; i < notes.count(); ++i) {
    if (NotedLoss loss = notes.read(i); loss.calls > 0) losses.push_back(std::move(loss));
  }
  return losses;
}

void forget_noted_losses(const std::string& store, const std::vector<NotedLoss>& losses) noexcept {
  try {
    const Notes notes(store, O_RDWR);
    for (std::size_t i = 0; i < notes.count(); ++i) {
      const NotedLoss noted = notes.read(i);
      const bool known = std::any_of(losses.begin(), losses.end(), [&](const NotedLoss& loss) {
        return loss.writer == noted.writer && loss.calls == noted.calls;
      });
      if (known && noted.calls > 0) (void)notes.write(i, {});
    }
  } catch (const std::exception&) {
    // They are recorded once more, which changes nothing.
  }
}

}  // namespace edo::storage
