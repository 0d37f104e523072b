#include "replicator/apply/adopt.hpp"

#include <string>

#include "tables/model.hpp"

namespace edo::apply {

std::int64_t adopt(postgres::Connection& connection, const base::Uuid& from, const base::Uuid& by) {
  const auto stores = postgres::Parameters().text(base::to_string(from)).text(base::to_string(by));
  std::int64_t rows = 0;
  postgres::Transaction transaction(connection);
  for (const auto& table : tables::tables()) {
    // Two stores have separate sequence numbers, so their row versions cannot be compared.
    rows += static_cast<std::int64_t>(
        connection
            .run("hand over rows of " + std::string(table.name) + " at",
                 "UPDATE " + std::string(table.name) +
                     " SET store_id = $2::uuid, row_version = 0 WHERE store_id = $1::uuid",
                 stores)
            .affected());
  }
  transaction.commit();
  return rows;
}

}  // namespace edo::apply
