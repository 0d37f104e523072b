// What holds for every sink. A new one gets a Destination below, and passes these tests.
#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "batches.hpp"
#include "fixture.hpp"
#include "replicator/postgres/migrations.hpp"
#include "replicator/sinks/direct.hpp"
#include "replicator/sinks/files.hpp"
#include "replicator/sinks/inbox.hpp"
#include "replicator/source/source.hpp"

using namespace edo::testing;
using edo::batch::Batch;
using edo::postgres::Target;
namespace sinks = edo::sinks;

namespace {

const std::string kSchema(edo::postgres::kDefaultSchema);

// A sink, and what becomes of its batches.
class Destination {
 public:
  virtual ~Destination() = default;
  virtual sinks::Sink& sink() = 0;
  // Brings everything that was shipped into the central tables.
  virtual void deliver() {}
  // Makes the next ship() of the batch fail, until repair().
  virtual void fail(const Batch& batch) = 0;
  virtual void repair(const Batch& /*batch*/) {}

  [[nodiscard]] const std::string& url() const { return url_; }

 protected:
  // Ends the sink's session, so that its next statement fails.
  void end_sessions() const {
    (void)query(url_,
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()");
  }

 private:
  std::string url_ = migrated_database();
};

class Direct final : public Destination {
 public:
  sinks::Sink& sink() override { return sink_; }
  void fail(const Batch& /*batch*/) override { end_sessions(); }

 private:
  sinks::DirectSink sink_{Target(url()), kSchema};
};

class Inbox final : public Destination {
 public:
  sinks::Sink& sink() override { return sink_; }
  void deliver() override {
    REQUIRE(run_replicator({"apply", "--once", "--to", url()}).exit_code == 0);
  }
  void fail(const Batch& /*batch*/) override { end_sessions(); }

 private:
  sinks::InboxSink sink_{Target(url()), kSchema, {}};
};

class Files final : public Destination {
 public:
  sinks::Sink& sink() override {
    if (!sink_) {
      directory_.emplace(folder_.path());
      sink_.emplace(*directory_, edo::batch::EncodeOptions{});
    }
    return *sink_;
  }
  void deliver() override {
    // The import needs the lock on the directory.
    sink_.reset();
    directory_.reset();
    REQUIRE(run_replicator({"import", "--dir", folder_.path(), "--to", url()}).exit_code == 0);
  }
  // A file cannot replace a directory.
  void fail(const Batch& batch) override { std::filesystem::create_directory(path_of(batch)); }
  void repair(const Batch& batch) override { std::filesystem::remove(path_of(batch)); }

 private:
  [[nodiscard]] std::string path_of(const Batch& batch) const {
    return folder_ / sinks::batch_file_name(batch);
  }

  TemporaryDirectory folder_;
  std::optional<sinks::Directory> directory_;
  std::optional<sinks::FilesSink> sink_;
};

void for_each_sink(const std::function<void(Destination&, SampleStore&)>& test) {
  const auto with = [&](const char* name, std::unique_ptr<Destination> destination) {
    INFO(name);
    const TemporaryDirectory directory;
    SampleStore store(directory / "telemetry.db");
    test(*destination, store);
  };
  with("direct", std::make_unique<Direct>());
  with("inbox", std::make_unique<Inbox>());
  with("files", std::make_unique<Files>());
}

}  // namespace

TEST_CASE("every sink brings a batch to the central tables and counts each row once") {
  for_each_sink([](Destination& destination, SampleStore& store) {
    store.add_trees(3);
    const Batch batch = everything(store);
    const sinks::Shipped shipped = destination.sink().ship(batch);
    CHECK(shipped.inserted + shipped.updated + shipped.unchanged + shipped.dead +
              shipped.in_inbox ==
          batch.rows() + batch.rejects.size());
    destination.deliver();
    require_verified(store.path(), destination.url());
  });
}

TEST_CASE("a batch that a sink ships twice arrives once") {
  for_each_sink([](Destination& destination, SampleStore& store) {
    store.add_trees(1);
    const Batch batch = everything(store);
    (void)destination.sink().ship(batch);
    (void)destination.sink().ship(batch);
    destination.deliver();
    CHECK(rows_at(destination.url()) == store.rows());
    require_verified(store.path(), destination.url());
  });
}

TEST_CASE("every sink takes a batch without rows") {
  for_each_sink([](Destination& destination, SampleStore& store) {
    store.add_trees(1);
    edo::source::Source source(store.path());
    Batch gap = source.idle();
    gap.first_seq = 1;
    gap.last_seq = source.outbox().newest();
    CHECK(destination.sink().ship(gap).inserted == 0);
    destination.deliver();
    CHECK(rows_at(destination.url()) == 0);
  });
}

TEST_CASE("every sink may be prepared at any time") {
  for_each_sink([](Destination& destination, SampleStore& store) {
    destination.sink().prepare();
    destination.sink().prepare();
    store.add_trees(1);
    (void)destination.sink().ship(everything(store));
    destination.sink().prepare();
    destination.deliver();
    require_verified(store.path(), destination.url());
  });
}

TEST_CASE("every sink starts afresh after a failure") {
  for_each_sink([](Destination& destination, SampleStore& store) {
    store.add_trees(1);
    const Batch batch = everything(store);
    destination.sink().prepare();
    destination.fail(batch);
    CHECK_THROWS_AS(destination.sink().ship(batch), edo::Error);
    destination.repair(batch);
    (void)destination.sink().ship(batch);
    destination.deliver();
    require_verified(store.path(), destination.url());
  });
}

TEST_CASE("a sink that can tell knows what arrived of a store") {
  for_each_sink([](Destination& destination, SampleStore& store) {
    store.add_trees(1);
    const Batch batch = everything(store);
    const std::string id = edo::base::to_string(batch.store_id);
    const auto before = destination.sink().state(id);
    if (before) CHECK(before->reached == 0);
    (void)destination.sink().ship(batch);
    const auto after = destination.sink().state(id);
    CHECK(after.has_value() == before.has_value());
    if (after) CHECK(after->reached == batch.last_seq);
  });
}
