#include "replicator/apply/bind.hpp"

namespace edo::apply {

std::optional<std::string> bind(postgres::Connection& connection, const base::Uuid& store,
                                const std::string& login) {
  const std::string id = base::to_string(store);
  const auto known =
      connection.run("look for the login at", "SELECT FROM pg_roles WHERE rolname = $1",
                     postgres::Parameters().text(login));
  if (known.rows() == 0) {
    throw Error(ErrorKind::invalid_argument, "bind store", id + " at " + connection.label(),
                "the server has no login or role " + login + "; make it with CREATE ROLE");
  }
  const auto before = connection.run(
      "bind a store at",
      "WITH before AS (SELECT login FROM replication_bindings WHERE store_id = $1::uuid),"
      " bound AS (INSERT INTO replication_bindings (store_id, login) VALUES ($1::uuid, $2)"
      " ON CONFLICT (store_id) DO UPDATE SET login = excluded.login, bound_at = now())"
      " SELECT login FROM before",
      postgres::Parameters().text(id).text(login));
  if (before.rows() == 0) return std::nullopt;
  return before.text(0, 0);
}

}  // namespace edo::apply
