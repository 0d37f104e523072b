#include "tables/trimmed_changes.hpp"

#include <algorithm>
#include <charconv>

namespace edo::tables {
namespace {

// The milliseconds of a UUID of version 7.
constexpr std::size_t kIdBytes = 13;
constexpr std::size_t kMostRuns = 20;
constexpr std::string_view kOfIds = "0123456789abcdef-";

// The part up to the separator, which is removed with it.
std::string_view take(std::string_view& text, char separator) {
  const auto end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Not above the id, and without what separates.
std::string beginning(std::string_view id) {
  return std::string(id.substr(0, std::min(id.find_first_not_of(kOfIds), kIdBytes)));
}

void lower(LeastIds& least, const LeastIds& other) {
  for (std::size_t i = 0; i < kTableCount; ++i) {
    if (other[i] && (!least[i] || *other[i] < *least[i])) least[i] = other[i];
  }
}

}  // namespace

TrimmedChanges::TrimmedChanges(std::string_view text, std::int64_t watermark) {
  if (read(text, watermark)) return;
  after_ = watermark;
  runs_.clear();
}

// AFTER;UNTIL,ID,ID,ID,ID;UNTIL,… where "*" stands for no id.
bool TrimmedChanges::read(std::string_view text, std::int64_t watermark) {
  const auto after = number(take(text, ';'));
  if (!after) return false;
  after_ = *after;
  std::int64_t last = after_;
  while (!text.empty()) {
    std::string_view part = take(text, ';');
    const auto until = number(take(part, ','));
    if (!until || *until <= last) return false;
    Run run{*until, {}};
    for (auto& id : run.least) {
      const auto text_of_id = take(part, ',');
      if (text_of_id != "*") id = text_of_id;
    }
    last = run.until;
    runs_.push_back(std::move(run));
  }
  return last == watermark;
}

void TrimmedChanges::add(std::int64_t until, const LeastIds& least) {
  Run run{until, least};
  for (auto& id : run.least) {
    if (id) id = beginning(*id);
  }
  runs_.push_back(std::move(run));
  shorten();
}

std::string TrimmedChanges::text() const {
  std::string text = std::to_string(after_);
  for (const auto& run : runs_) {
    text += ";" + std::to_string(run.until);
    for (const auto& id : run.least) text += "," + id.value_or("*");
  }
  return text;
}

std::optional<LeastIds> TrimmedChanges::since(std::int64_t seq) const {
  if (seq < after_) return std::nullopt;
  LeastIds least;
  for (const auto& run : runs_) {
    if (run.until > seq) lower(least, run.least);
  }
  return least;
}

// Joins two runs that are together no longer than what came after them, and the oldest if there are
// still too many.
void TrimmedChanges::shorten() {
  const auto join = [this](std::size_t i) {
    runs_[i].until = runs_[i + 1].until;
    lower(runs_[i].least, runs_[i + 1].least);
    runs_.erase(runs_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
  };
  for (std::size_t i = 0; i + 2 < runs_.size();) {
    const std::int64_t begin = i == 0 ? after_ : runs_[i - 1].until;
    const std::int64_t end = runs_[i + 1].until;
    end - begin <= runs_.back().until - end ? join(i) : void(++i);
  }
  while (runs_.size() > kMostRuns) join(0);
}

}  // namespace edo::tables
