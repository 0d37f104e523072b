#include "replicator/sinks/store_state.hpp"

#include "base/time.hpp"

namespace edo::sinks {

StoreState ask_state(postgres::Connection& connection, const std::string& store_id) {
  const auto answer = connection.run(
      "ask what is known of the store at",
      "SELECT centre_id, reached, (extract(epoch FROM complete_until) * 1000000)::bigint"
      " FROM replication_known($1::uuid)",
      postgres::Parameters().text(store_id));
  StoreState known;
  known.centre_id = answer.text(0, 0);
  known.reached = answer.integer(0, 1);
  if (!answer.is_null(0, 2)) known.complete_until = answer.integer(0, 2);
  return known;
}

}  // namespace edo::sinks
