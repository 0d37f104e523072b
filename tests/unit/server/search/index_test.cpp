// An index only saves time: whatever it is like, the answers are those of a server without one.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "base/uuid.hpp"
#include "edo/recorder.hpp"
#include "storage/store.hpp"
#include "support/environment.hpp"
#include "support/files.hpp"
#include "support/wait.hpp"
#include "tables/outbox.hpp"
#include "tools/server/engine/engine.hpp"

namespace edo::search {
namespace {

namespace fs = std::filesystem;
using State = IndexStatus::State;
using std::chrono::milliseconds;

// Small enough for a test: any store has an index, and no row waits for it.
constexpr IndexerOptions kAtOnce{.least_store_bytes = 0,
                                 .least_free_bytes = 0,
                                 .pause = milliseconds(1),
                                 .settles = milliseconds(0),
                                 .rows_to_try = 100};

std::unique_ptr<engine::Engine> serving(const std::string& store,
                                        std::optional<IndexerOptions> index = {}) {
  engine::EngineOptions options;
  options.store = store;
  options.text_index = index;
  return engine::open_engine(options);
}

std::string answer(engine::Engine& engine, const std::string& query,
                   const nlohmann::json& variables) {
  language::Request request;
  request.query = query;
  request.variables = variables;
  backend::Memory memory(engine::kDefaultMemory);
  backend::Room room(memory);
  return engine.execute(request, {}, room);
}

// Searches as the dashboard asks them, and some more.
struct Question {
  std::string query;
  std::string variable = "text";
};
const std::vector<Question>& questions() {
  static const std::vector<Question> all = {
      {"query ($text: String!) { job_logs(where: {message: {_ilike: $text}}, order_by:"
       " [{created_at: desc}, {id: asc}], limit: 50) { id message } }"},
      {"query ($text: String!) { job_logs(where: {_or: [{message: {_ilike: $text}}, {data: {_cast:"
       " {String: {_ilike: $text}}}}, {source: {_ilike: $text}}]}, order_by: {id: asc}) { id } }"},
      {"query ($text: String!) { job_logs_aggregate(where: {message: {_like: $text}}) {"
       " aggregate { count } } }"},
      {"query ($text: String!) { job_logs_aggregate(where: {message: {_ilike: $text}}) {"
       " group_by(keys: [{column: level}]) { group_key { level } aggregate { count } } } }"},
      {"query ($text: String!) { invocations(where: {_or: [{source_event_payload: {_cast: {String:"
       " {_ilike: $text}}}}, {error_message: {_ilike: $text}}]}, order_by: [{created_at: desc},"
       " {id: asc}], limit: 20) { id status error_message } }"},
      {"query ($text: String!) { job_executions(where: {_and: [{error_message: {_ilike: $text}},"
       " {created_at: {_gte: \"2020-01-01\"}}]}, order_by: {id: asc}) { id invocation { id } } }"},
      {"query ($document: jsonb!) { invocations(where: {source_event_payload: {_contains:"
       " $document}}, order_by: {id: asc}) { id } }",
       "document"},
  };
  return all;
}

// A store that a recorder and a replicator change in every way that they do, and people, too.
class Changing {
 public:
  explicit Changing(unsigned seed) : random_(seed) { open(); }

  // Puts a copy into the file, as cp does.
  void write_over(const std::string& copy) {
    store_.reset();
    recorder_.reset();
    testing::write_file(path_, copy);
    open();
  }

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] storage::Database& store() { return *store_; }
  [[nodiscard]] const std::vector<std::string>& words() const { return words_; }
  unsigned below(unsigned end) { return static_cast<unsigned>(random_() % end); }

  std::string noise(std::size_t bytes) {
    static constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789 ";
    std::string text;
    while (text.size() < bytes) text += kLetters[below(kLetters.size())];
    return text;
  }
  // A text that is in few rows.
  std::string word() {
    words_.push_back("Zürich " + noise(8));
    return words_.back();
  }

  // Enough texts for some segments of each table.
  void fill(int invocations) {
    store_->execute("BEGIN");
    for (int i = 0; i < invocations; ++i) insert_tree(base::to_string(base::new_uuid()));
    store_->execute("COMMIT");
  }

  void change() { change(below(8)); }
  void change_unshipped() { change(below(5)); }

 private:
  void change(unsigned kind) {
    switch (kind) {
      case 0:
        return record();
      case 1:
        return end_old();
      case 2:  // an id that a host made, among the others
        return insert_tree("0" + noise_id());
      case 3:
        return update("job_logs", "message");
      case 4:
        return update("job_executions", "error_message");
      case 5:  // shipped at once, so that its entry is gone
        update("job_logs", "message");
        return (void)tables::Outbox(*store_).trim(tables::Outbox(*store_).newest());
      case 6:
        return store_->execute(
            "DELETE FROM job_logs WHERE id IN (SELECT id FROM job_logs WHERE id"
            " > '" +
            some_id("job_logs") + "' ORDER BY id LIMIT 300)");
      default:
        return insert_tree(base::to_string(base::new_uuid()));
    }
  }

  void open() {
    Options options;
    options.store = path_;
    recorder_.emplace(options);
    store_.emplace(storage::open_store(path_, {storage::Access::read_write}));
  }

  std::string noise_id() {
    std::string id = base::to_string(base::new_uuid());
    for (std::size_t i = 1; i < 8; ++i) id[i] = "0123456789abcdef"[below(16)];
    return id.substr(1);
  }

  std::string some_id(const std::string& table) {
    const auto rows = store_->integer("SELECT count(*) FROM " + table).value();
    return store_
        ->text("SELECT id FROM " + table + " ORDER BY id LIMIT 1 OFFSET " +
               std::to_string(below(static_cast<unsigned>(rows))))
        .value();
  }

  void record() {
    auto invocation = recorder_->start_invocation({.source_function = "recorded"});
    auto event = invocation.start_event({.event_name = "event"});
    auto job = event.start_job({.job_name = "job"});
    (void)job.log(LogLevel::info, below(3) == 0 ? word() : noise(200));
    below(3) == 0 ? (void)job.fail({.message = word()}) : (void)job.complete();
    (void)event.complete();
    (void)invocation.complete();
  }

  // What was recorded long before ends only now.
  void end_old() {
    SQLite::Statement end(
        store_->handle(),
        "UPDATE invocations SET status = 'failed', error_message = ? WHERE id = ?");
    end.bind(1, word());
    end.bind(2, some_id("invocations"));
    (void)end.exec();
  }

  void update(const std::string& table, const std::string& column) {
    SQLite::Statement change(store_->handle(),
                             "UPDATE " + table + " SET " + column + " = ? WHERE id = ?");
    change.bind(1, word());
    change.bind(2, some_id(table));
    (void)change.exec();
  }

  void insert(const std::string& sql, const std::vector<std::string>& values) {
    SQLite::Statement insert(store_->handle(), sql);
    for (std::size_t i = 0; i < values.size(); ++i) insert.bind(static_cast<int>(i) + 1, values[i]);
    (void)insert.exec();
  }

  void insert_tree(const std::string& id) {
    const std::string now = base::format_timestamp(base::Clock::system().now());
    const std::string payload =
        "{\"event\":{\"data\":{\"new\":{\"id\":" + std::to_string(below(100'000)) + ",\"text\":\"" +
        noise(600) + "\"}}}}";
    insert(
        "INSERT INTO invocations (id, created_at, updated_at, source_function,"
        " source_event_payload) VALUES (?1, ?2, ?2, 'filled', ?3)",
        {id, now, payload});
    insert(
        "INSERT INTO job_executions (id, invocation_id, event_execution_id, created_at,"
        " updated_at, job_name, error_message) VALUES (?1, ?2, ?2, ?3, ?3, 'job', ?4)",
        {base::to_string(base::new_uuid()), id, now, noise(600)});
    insert(
        "INSERT INTO job_logs (id, job_execution_id, invocation_id, created_at, sequence, level,"
        " message, data) VALUES (?1, ?2, ?2, ?3, 1, 'info', ?4, ?5)",
        {base::to_string(base::new_uuid()), id, now, below(100) == 0 ? word() : noise(600),
         "{\"n\":1.0,\"a\":\"\\u00fc" + noise(10) + "\"}"});
  }

  testing::TemporaryDirectory directory_;
  std::string path_ = directory_ / "telemetry.db";
  std::mt19937 random_;
  std::optional<Recorder> recorder_;
  std::optional<storage::Database> store_;
  std::vector<std::string> words_;
};

class Compared {
 public:
  explicit Compared(Changing& changing)
      : changing_(changing),
        plain_(serving(changing.path())),
        indexed_(serving(changing.path(), kAtOnce)) {}

  [[nodiscard]] IndexStatus status() { return indexed_->text_index().value(); }
  void wait_until_ready(std::uint64_t blocks) {
    REQUIRE(testing::eventually([&] {
      const auto now = status();
      return now.state == State::ready && now.blocks >= blocks;
    }));
  }
  void reopen(milliseconds pause = kAtOnce.pause) {
    IndexerOptions options = kAtOnce;
    options.pause = pause;
    indexed_.reset();
    indexed_ = serving(changing_.path(), options);
  }
  void close() { indexed_.reset(); }

  void compare(const std::string& text) {
    for (const auto& question : questions()) {
      nlohmann::json variables;
      if (question.variable == "document") {
        const auto id = changing_.below(100'000);
        variables["document"] = {{"event", {{"data", {{"new", {{"id", id}}}}}}}};
      } else {
        variables["text"] = "%" + text + "%";
      }
      CAPTURE(question.query, variables.dump());
      REQUIRE(answer(*indexed_, question.query, variables) ==
              answer(*plain_, question.query, variables));
    }
  }
  void compare_some(int count) {
    const auto& words = changing_.words();
    for (int i = 0; i < count; ++i) {
      std::string text = words[changing_.below(static_cast<unsigned>(words.size()))];
      if (changing_.below(2) == 0) text = text.substr(4);
      if (changing_.below(4) == 0)
        text = "ZÜRICH" + text.substr(std::min<std::size_t>(7, text.size()));
      compare(text);
    }
    compare(words.back());
    compare("no such text");
    compare("a");
  }

 private:
  Changing& changing_;
  std::unique_ptr<engine::Engine> plain_;
  std::unique_ptr<engine::Engine> indexed_;
};

constexpr int kInvocations = 4000;
constexpr std::uint64_t kBlocks = 128;

TEST_CASE("answers are the same with an index, however the store changes") {
  const auto seed = Catch::rngSeed();
  CAPTURE(seed);
  Changing changing(seed);
  changing.fill(kInvocations);
  Compared compared(changing);
  compared.compare_some(3);  // while it is built
  compared.wait_until_ready(kBlocks);
  compared.compare_some(5);
  CHECK(compared.status().searches > 10);
  const unsigned rounds = testing::number_from("EDO_ROUNDS", 4);
  for (unsigned round = 0; round < rounds; ++round) {
    CAPTURE(round);
    // Now it is up to date nearly at once, and now it only knows what was there at first.
    if (round % 2 == 1) {
      compared.reopen(std::chrono::hours(1));
      compared.wait_until_ready(1);
    }
    for (int i = 0; i < 30; ++i) {
      changing.change();
      if (changing.below(2) == 0) compared.compare(changing.words().back());
    }
    compared.compare_some(5);
    if (round % 3 == 1) {  // what changes meanwhile, it must find out later
      compared.close();
      for (int i = 0; i < 100; ++i) changing.change();
      compared.reopen();
      compared.compare_some(3);
      compared.wait_until_ready(1);
      compared.compare_some(5);
    }
  }
}

TEST_CASE("an index that belongs to another store or is damaged is not used") {
  const auto seed = Catch::rngSeed();
  CAPTURE(seed);
  Changing changing(seed);
  changing.fill(kInvocations);
  Compared compared(changing);
  compared.wait_until_ready(kBlocks);
  const std::string index = changing.path() + "-search";
  const auto check = [&] {
    compared.reopen();
    compared.compare_some(3);
    compared.wait_until_ready(kBlocks);
    compared.compare_some(3);
  };

  SECTION("its mode is the store's, and it may be removed at any time") {
    CHECK(fs::status(index).permissions() == fs::status(changing.path()).permissions());
    fs::remove(index);
    CHECK(testing::eventually([&] { return fs::exists(index); }));
    compared.wait_until_ready(kBlocks);
    compared.compare_some(5);
  }
  SECTION("no database") {
    compared.close();
    testing::write_file(index, "nothing");
    check();
  }
  SECTION("bytes of it changed") {
    compared.close();
    const auto size = fs::file_size(index);
    std::fstream file(index, std::ios::in | std::ios::out | std::ios::binary);
    for (int i = 0; i < 50; ++i) {
      file.seekp(
          static_cast<std::streamoff>(4096 + changing.below(static_cast<unsigned>(size - 4096))));
      file.put(static_cast<char>(changing.below(256)));
    }
    file.close();
    check();
  }
  SECTION("bytes of it change while it is used") {
    std::fstream file(index, std::ios::in | std::ios::out | std::ios::binary);
    const auto size = fs::file_size(index);
    for (int i = 0; i < 2000; ++i) {
      file.seekp(
          static_cast<std::streamoff>(4096 + changing.below(static_cast<unsigned>(size - 4096))));
      file.put(static_cast<char>(changing.below(256)));
    }
    file.close();
    compared.compare_some(20);
  }
  SECTION("it ends early") {
    compared.close();
    fs::resize_file(index, fs::file_size(index) / 2);
    check();
  }
  SECTION("of an older copy of the store") {
    compared.close();
    const std::string old = changing.path() + "-old";
    fs::copy_file(index, old);
    for (int i = 0; i < 50; ++i) changing.change();
    compared.reopen();
    compared.wait_until_ready(kBlocks);
    compared.close();
    for (int i = 0; i < 50; ++i) changing.change();
    fs::rename(old, index);
    check();
  }
  SECTION("a link in its place is not followed") {
    compared.close();
    fs::remove(index);
    fs::create_symlink(changing.path() + "-elsewhere", index);
    compared.reopen();
    CHECK(testing::eventually(
        [&] { return compared.status().reason.find("link") != std::string::npos; }));
    CHECK_FALSE(fs::exists(changing.path() + "-elsewhere"));
    compared.compare_some(3);
  }
}

TEST_CASE("a store that replaces another one gets an index of its own") {
  const auto seed = Catch::rngSeed();
  CAPTURE(seed);
  Changing changing(seed);
  changing.fill(kInvocations);
  changing.store().execute("VACUUM INTO '" + changing.path() + "-copy'");
  for (int i = 0; i < 50; ++i) changing.change();
  Compared compared(changing);
  compared.wait_until_ready(kBlocks);
  fs::rename(changing.path() + "-copy", changing.path());
  compared.compare_some(5);
  compared.wait_until_ready(kBlocks);
  compared.compare_some(5);
}

// Its file remains the same one, and its changes get the same numbers again.
TEST_CASE("an older copy that was written over the store while nobody looked is noticed") {
  const auto seed = Catch::rngSeed();
  CAPTURE(seed);
  Changing changing(seed);
  changing.fill(kInvocations);
  changing.store().execute("PRAGMA wal_checkpoint(TRUNCATE)");
  const std::string copy = testing::read_file(changing.path());
  Compared(changing).wait_until_ready(kBlocks);
  for (int i = 0; i < 50; ++i) changing.change();
  Compared(changing).wait_until_ready(kBlocks);
  changing.write_over(copy);
  const auto lost = changing.words().size();
  for (int i = 0; i < 120; ++i) changing.change_unshipped();
  Compared compared(changing);
  compared.wait_until_ready(kBlocks);
  for (auto word = lost; word < changing.words().size(); ++word) {
    compared.compare(changing.words()[word]);
  }
}

}  // namespace
}  // namespace edo::search
