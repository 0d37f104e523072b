#include "replicator/status/central_database.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "replicator/postgres/failure.hpp"

namespace edo::status {
namespace {

using postgres::Result;
using Stores = std::map<std::string, KnownStore>;

// A query about stores on one table. The first column of the answer is the store's id; $1 is an
// array of ids, or null for all.
struct Question {
  const char* table;
  const char* sql;
  void (*read)(const Result&, int row, KnownStore& store);
};

// Formats a time as stores do, independent of the session's DateStyle and TimeZone.
std::optional<std::string> time_or_nothing(const Result& result, int row, int column) {
  if (result.is_null(row, column)) return std::nullopt;
  const auto time = base::parse_timestamp(result.text(row, column));
  return time ? base::format_timestamp(*time) : result.text(row, column);
}

std::optional<std::int64_t> integer_or_nothing(const Result& result, int row, int column) {
  if (result.is_null(row, column)) return std::nullopt;
  return result.integer(row, column);
}

void read_heard(const Result& result, int row, KnownStore& store) {
  store.heard = Heard{result.text(row, 1),
                      result.integer(row, 2),
                      time_or_nothing(result, row, 3).value_or(""),
                      std::max<base::Micros>(0, result.integer(row, 4)),
                      time_or_nothing(result, row, 5),
                      integer_or_nothing(result, row, 6),
                      integer_or_nothing(result, row, 7)};
}

void read_dead_letters(const Result& result, int row, KnownStore& store) {
  store.dead_letters = {result.integer(row, 1), result.text(row, 2),
                        time_or_nothing(result, row, 3).value_or("")};
}

void read_inbox(const Result& result, int row, KnownStore& store) {
  store.inbox = {result.integer(row, 1), result.integer(row, 2), integer_or_nothing(result, row, 3),
                 result.text(row, 4)};
}

void read_mark(const Result& result, int row, KnownStore& store) {
  store.reached = result.integer(row, 1);
}

// An older central database lacks this table or function.
bool is_unknown_there(const Error& error) {
  const auto* failure = dynamic_cast<const postgres::Failure*>(&error);
  return failure != nullptr && (failure->sqlstate() == "42P01" || failure->sqlstate() == "42883");
}

constexpr Question kQuestions[] = {
    {"replication_stores",
     "SELECT store_id, host_label, last_seq, last_seen_at,"
     " (extract(epoch FROM clock_timestamp() - last_seen_at) * 1000000)::bigint,"
     " sent_at, pending_changes,"
     // An older central database lacks this column.
     " ((to_jsonb(s) ->> 'contact_interval_seconds')::double precision * 1000000)::bigint"
     " FROM replication_stores s"
     " WHERE $1::uuid[] IS NULL OR store_id = ANY ($1::uuid[])",
     &read_heard},
    {"replication_dead_letters",
     "SELECT DISTINCT ON (store_id) store_id, count(*) OVER (PARTITION BY store_id),"
     " table_name || ' ' || row_id || ': ' || error, last_failed_at FROM replication_dead_letters"
     " WHERE $1::uuid[] IS NULL OR store_id = ANY ($1::uuid[])"
     " ORDER BY store_id, last_failed_at DESC",
     &read_dead_letters},
    {"replication_inbox",
     "SELECT store_id, count(*) FILTER (WHERE state = 'pending'),"
     " count(*) FILTER (WHERE state = 'failed'),"
     " (extract(epoch FROM clock_timestamp() - min(received_at) FILTER (WHERE state = 'pending'))"
     "  * 1000000)::bigint,"
     " (array_agg(error ORDER BY id DESC) FILTER (WHERE state = 'failed'))[1]"
     " FROM replication_inbox WHERE state <> 'applied'"
     " AND ($1::uuid[] IS NULL OR store_id = ANY ($1::uuid[])) GROUP BY store_id",
     &read_inbox},
    {"replication_marks",
     "SELECT store_id, replication_reach(store_id, complete_seq, complete_seq, true)"
     " FROM replication_marks WHERE $1::uuid[] IS NULL OR store_id = ANY ($1::uuid[])",
     &read_mark},
};

postgres::Parameters as_array(const std::optional<std::vector<std::string>>& ids) {
  postgres::Parameters parameters;
  if (!ids) return parameters.null();
  std::string array = "{";
  for (const auto& id : *ids) array += (array.size() > 1 ? "," : "") + id;
  return parameters.text(array + "}");
}

}  // namespace

const KnownStore* CentralDatabase::find(const std::string& store_id) const {
  const auto found = std::find_if(stores.begin(), stores.end(), [&](const KnownStore& store) {
    return store.store_id == store_id;
  });
  return found == stores.end() ? nullptr : &*found;
}

bool CentralDatabase::reads(std::string_view table) const {
  return std::find(unreadable.begin(), unreadable.end(), table) == unreadable.end();
}

CentralDatabase ask(postgres::Connection& connection,
                    const std::optional<std::vector<std::string>>& store_ids) {
  Stores stores;
  CentralDatabase central;
  for (const auto& question : kQuestions) {
    try {
      const auto result = connection.run("ask", question.sql, as_array(store_ids));
      for (int row = 0; row < result.rows(); ++row) {
        auto& store = stores[result.text(row, 0)];
        store.store_id = result.text(row, 0);
        question.read(result, row, store);
      }
    } catch (const Error& error) {
      const bool cannot_tell = error.kind() == ErrorKind::denied || is_unknown_there(error);
      if (!cannot_tell || !connection.is_open()) throw;
      central.unreadable.emplace_back(question.table);
    }
  }
  for (auto& [id, store] : stores) central.stores.push_back(std::move(store));
  std::stable_sort(central.stores.begin(), central.stores.end(),
                   [](const KnownStore& a, const KnownStore& b) {
                     const auto silence = [](const KnownStore& store) {
                       return store.heard ? store.heard->silence : base::Micros{0};
                     };
                     return silence(a) > silence(b);
                   });
  return central;
}

}  // namespace edo::status
