// Answers GraphQL requests from one database. Any number of threads may use an engine.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/server/backend/room.hpp"
#include "tools/server/language/error.hpp"
#include "tools/server/language/request.hpp"
#include "tools/server/search/status.hpp"

namespace edo::engine {

// A checked and compiled subscription. Two with the same key have the same result, so one poll
// serves both. Used by one thread at a time.
class LiveQuery {
 public:
  virtual ~LiveQuery() = default;
  [[nodiscard]] virtual const std::string& key() const = 0;
  // The current response, {"data": …}. A stream returns nothing without new rows, and advances its
  // cursor with each response. Throws RequestError, and MemoryShortage if it needs more room.
  [[nodiscard]] virtual std::optional<std::string> poll(backend::Room& room) = 0;
  [[nodiscard]] virtual bool is_stream() const = 0;
};

class Engine {
 public:
  virtual ~Engine() = default;

  // The JSON text of the response: {"data": …}. Throws RequestError, also for mutations and for
  // subscriptions, which need `subscribe`. Throws MemoryShortage if it needs more room.
  [[nodiscard]] virtual std::string execute(const language::Request& request,
                                            const language::Session& session,
                                            backend::Room& room) = 0;

  // Null if the operation is not a subscription, since a WebSocket client may send either kind.
  [[nodiscard]] virtual std::unique_ptr<LiveQuery> subscribe(const language::Request& request,
                                                             const language::Session& session) = 0;

  // Metadata that does not fit the database and is not served, one line each. Does not change.
  [[nodiscard]] virtual const std::vector<std::string>& inconsistencies() const = 0;

  // What the metadata says and this engine does not act on, such as "actions". Does not change.
  [[nodiscard]] virtual const std::vector<std::string>& unused_metadata() const = 0;

  // How far the index of a store's texts is; nothing without one.
  [[nodiscard]] virtual std::optional<search::IndexStatus> text_index() { return std::nullopt; }

  // The schema in GraphQL's own language, as the role sees it.
  [[nodiscard]] virtual std::string sdl(const std::string& role) = 0;
};

inline constexpr std::size_t kDefaultMemory = std::size_t{128} << 20;

struct EngineOptions {
  std::string store;     // a local file, or
  std::string postgres;  // a libpq URL
  // The schema of our tables in a central database.
  std::string schema = "event_detector_observability";
  std::string metadata;  // a directory of Hasura metadata; empty: ours
  bool stringify_numeric_types = false;
  // Whether a role that sees a table may call the functions that return its rows.
  bool infer_function_permissions = true;
  // For a store: keep an index of its texts beside it.
  std::optional<search::IndexerOptions> text_index = {};
  bool allow_list = false;  // only what the metadata's allow list has
  std::size_t connections = 4;
  language::Limits limits;
};

// Reads metadata and catalog. Throws edo::Error: invalid_argument (metadata that cannot be
// read, or of which nothing fits the database), unavailable, io, corrupt.
[[nodiscard]] std::unique_ptr<Engine> open_engine(const EngineOptions& options);

}  // namespace edo::engine
