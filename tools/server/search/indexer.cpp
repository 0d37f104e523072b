#include "tools/server/search/indexer.hpp"

#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/time.hpp"
#include "edo/error.hpp"
#include "storage/side_files.hpp"
#include "storage/space.hpp"
#include "storage/store.hpp"
#include "tools/server/language/json.hpp"
#include "tools/server/search/folding.hpp"

namespace edo::search {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPauseAfterFailure{30'000};
constexpr milliseconds kLongestPause{30'000};
constexpr std::int64_t kChangesAtOnce = 50'000;
// Rows of one read transaction. A longer one would keep the write-ahead log from being reused.
constexpr int kRowsAtOnce = 1000;

// Lowers the priority of the calling thread alone, also for the disk (ioprio_set(2)).
void give_way() {
  constexpr int kNiceness = 10;
  constexpr int kOfProcess = 1;
  constexpr int kIdleClass = 3 << 13;
  (void)setpriority(PRIO_PROCESS, 0, kNiceness);
  (void)syscall(SYS_ioprio_set, kOfProcess, 0, kIdleClass);
}

// When a UUID of version 7 was made; nothing for other ids.
std::optional<base::Micros> time_of(std::string_view id) {
  constexpr std::size_t kVersionAt = 14;
  if (id.size() <= kVersionAt || id[kVersionAt] != '7') return std::nullopt;
  const std::string digits = std::string(id.substr(0, 8)) + std::string(id.substr(9, 4));
  std::int64_t time = 0;
  const auto [end, failure] =
      std::from_chars(digits.data(), digits.data() + digits.size(), time, 16);
  if (failure != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return time * 1000;
}

std::string select_of(std::size_t table) {
  const std::string name(tables::tables()[table].name);
  std::string columns = "id, created_at";
  for (const auto& column : text_columns()) {
    if (column.table == name) columns += ", " + std::string(column.name);
  }
  return "SELECT " + columns + " FROM " + name + " WHERE id > ? AND id <= ? ORDER BY id LIMIT " +
         std::to_string(kRowsAtOnce);
}

// As the server's patterns see a document.
std::string document_text(const std::string& text) {
  const auto document = language::parse_json(text);
  return language::jsonb_text(document ? *document : nlohmann::json(text));
}

// The texts of a row of that SELECT, folded.
std::vector<std::string> texts_of(SQLite::Statement& row, std::size_t table) {
  std::vector<std::string> texts;
  int place = 1;
  for (const auto& column : text_columns()) {
    if (column.table != tables::tables()[table].name) continue;
    const auto value = row.getColumn(++place);
    if (value.isNull()) continue;
    const std::string text = value.getString();
    append_folded(column.is_document ? document_text(text) : text, texts.emplace_back());
  }
  return texts;
}

}  // namespace

Indexer::Indexer(std::string store, const IndexerOptions& options)
    : path_(std::move(store)),
      options_(options),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Indexer::~Indexer() = default;

std::shared_ptr<Index> Indexer::index() {
  const std::lock_guard lock(mutex_);
  return index_;
}

void Indexer::give_up(const std::shared_ptr<Index>& index) {
  const std::lock_guard lock(mutex_);
  if (index_ != index) return;
  index_.reset();
  reason_ = "it was damaged";
  begins_anew_ = true;
}

void Indexer::set_index(std::shared_ptr<Index> index, std::string reason) {
  passes_ = {};
  seen_.reset();
  const std::lock_guard lock(mutex_);
  index_ = std::move(index);
  reason_ = std::move(reason);
}

IndexStatus Indexer::status() {
  const auto index = this->index();
  IndexStatus status;
  if (index == nullptr) {
    const std::lock_guard lock(mutex_);
    status.reason = reason_;
    return status;
  }
  status.state = IndexStatus::State::ready;
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    const auto rows = index->unindexed(table);
    if (!rows) status.state = IndexStatus::State::building;
    status.unindexed_rows += rows.value_or(0);
  }
  status.blocks = index->blocks();
  status.bytes = index->bytes();
  status.searches = index->searches();
  return status;
}

void Indexer::run(const std::stop_token& stop) {
  give_way();
  milliseconds pause = options_.pause;
  while (!stop.stop_requested()) {
    // A server that nothing happens to sleeps longer and longer.
    pause = std::min(pause * 2, kLongestPause);
    has_work_ = false;
    try {
      while (step(stop)) continue;
      if (has_work_) pause = options_.pause;
    } catch (const Error& failure) {
      set_index(nullptr, failure.what());
      store_.reset();
      pause = kPauseAfterFailure;
    } catch (const std::exception& failure) {
      set_index(nullptr, failure.what());
      const std::lock_guard lock(mutex_);
      begins_anew_ = true;
      pause = kPauseAfterFailure;
    }
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, pause, [] { return false; });
  }
}

// Opens the file that is at the path now.
void Indexer::open_store() {
  if (store_ && store_->open_file().id() == storage::FileId::at(path_)) return;
  set_index(nullptr, "the store is read");
  store_.reset();
  store_.emplace(path_, storage::OpenOptions{});
}

void Indexer::open_index() {
  auto index = this->index();
  if (index != nullptr && index->is_in_place()) return;
  bool anew = false;
  {
    const std::lock_guard lock(mutex_);
    anew = std::exchange(begins_anew_, false);
  }
  index.reset();
  set_index(nullptr, "it is opened");
  set_index(std::make_shared<Index>(path_, *store_, anew));
}

std::optional<Changes> Indexer::changes_after(std::int64_t seq) {
  SQLite::Transaction transaction(store_->handle());
  return changes_since(*store_, seq, kChangesAtOnce);
}

bool Indexer::has_space() const {
  struct statvfs disk {};
  if (statvfs(storage::folder_of(path_).c_str(), &disk) != 0) return false;
  return std::uint64_t{disk.f_bavail} * disk.f_frsize >= options_.least_free_bytes;
}

bool Indexer::step(const std::stop_token& stop) {
  open_store();
  if (storage::file_bytes(*store_) < options_.least_store_bytes) {
    set_index(nullptr, "the store is small");
    return false;
  }
  if (!has_space()) {
    set_index(nullptr, "the disk has too little free space");
    return false;
  }
  open_index();
  const auto index = this->index();
  if (index == nullptr) return true;
  const auto version = store_->integer("PRAGMA data_version");
  bool has_work = version != seen_;
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    has_work = has_work || is_due(table, *index);
  }
  if (!has_work) return false;
  has_work_ = true;
  const auto changes = changes_after(index->seq());
  if (!changes) {
    const std::lock_guard lock(mutex_);
    index_.reset();
    begins_anew_ = true;
    return !stop.stop_requested();
  }
  if (changes->until > index->seq()) index->apply(*changes, *store_);
  if (stop.stop_requested()) return false;
  if (!changes->is_all) return true;
  index->drop_empty(*store_);
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    if (is_due(table, *index) && build(table, stop)) return true;
  }
  seen_ = version;
  return false;
}

// Whether there may be a segment to build.
bool Indexer::is_due(std::size_t table, Index& index) const {
  const auto& pass = passes_[table];
  if (!pass || (pass->again_at && std::chrono::steady_clock::now() >= *pass->again_at)) return true;
  return index.unindexed(table).value_or(0) >= pass->left + options_.rows_to_try;
}

bool Indexer::build(std::size_t table, const std::stop_token& stop) {
  const auto index = this->index();
  if (index == nullptr) return false;
  Draft draft(table);
  Pass pass;
  for (const auto& gap : index->gaps(table)) {
    if (read_gap(gap, draft, pass, stop)) {
      index->add(draft);
      return true;
    }
    if (stop.stop_requested()) return false;
  }
  index->set_unindexed(table, pass.left);
  passes_[table] = pass;
  return false;
}

// Whether the draft is full.
bool Indexer::read_gap(const KeyRange& gap, Draft& draft, Pass& pass, const std::stop_token& stop) {
  SQLite::Statement query(store_->handle(), select_of(draft.table()));
  const base::Micros settled =
      base::Clock::system().now() - std::chrono::microseconds(options_.settles).count();
  std::string last = gap.after;
  bool is_young = false;
  draft.begin(last);
  for (int count = kRowsAtOnce; count == kRowsAtOnce && !stop.stop_requested();) {
    storage::Use portion(query);
    portion->bind(1, last);
    portion->bind(2, gap.until);
    for (count = 0; portion->executeStep(); ++count) {
      last = portion->getColumn(0).getString();
      ++pass.left;
      is_young = time_of(last).value_or(0) > settled;
      if (is_young) {
        pass.again_at = std::chrono::steady_clock::now() + options_.settles;
        draft.end();
        draft.begin(last);
        continue;
      }
      draft.add(last, portion->getColumn(1).getString(), texts_of(*portion, draft.table()));
      if (draft.is_full()) return true;
    }
  }
  if (!is_young && gap.until != kNoEnd) draft.end(gap.until);
  return draft.is_full();
}

}  // namespace edo::search
