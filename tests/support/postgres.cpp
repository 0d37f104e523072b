#include "support/postgres.hpp"

#include <libpq-fe.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>

namespace edo::testing {
namespace {

constexpr std::chrono::seconds kStartPatience{120};

}  // namespace

PrivatePostgres::PrivatePostgres() { start(); }

PrivatePostgres::PrivatePostgres(std::string standby_of) : standby_of_(std::move(standby_of)) {
  start();
}

PrivatePostgres& PrivatePostgres::shared() {
  static PrivatePostgres server;
  return server;
}

void PrivatePostgres::start() {
  Command command{{EDO_PRIVATE_POSTGRES, directory_.path()}};
  if (!standby_of_.empty()) command.environment["EDO_STANDBY_OF"] = standby_of_;
  server_ = std::make_unique<Process>(command);
  const auto deadline = std::chrono::steady_clock::now() + kStartPatience;
  const std::string url = directory_ / "url";
  while (access(url.c_str(), R_OK) != 0) {
    if (!server_->running() || std::chrono::steady_clock::now() >= deadline) {
      throw std::runtime_error("the private PostgreSQL did not start: " + server_->err());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  url_ = read_file(url);
  while (!url_.empty() && url_.back() == '\n') url_.pop_back();
}

std::string PrivatePostgres::fresh_database() {
  const std::string name = "test" + std::to_string(++databases_);
  query(url_, "CREATE DATABASE " + name);
  return url_.substr(0, url_.rfind('/') + 1) + name;
}

void PrivatePostgres::crash() {
  server_->kill(SIGKILL);
  (void)server_->wait();
  // Until it is up again there is no server, whatever the file says.
  (void)unlink((directory_ / "url").c_str());
}

void PrivatePostgres::restart() { start(); }

Table query(const std::string& url, const std::string& sql) {
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(url.c_str()),
                                                                &PQfinish);
  if (PQstatus(connection.get()) != CONNECTION_OK) {
    throw std::runtime_error(PQerrorMessage(connection.get()));
  }
  PQsetNoticeProcessor(
      connection.get(), [](void*, const char*) {}, nullptr);
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), sql.c_str()),
                                                             &PQclear);
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    throw std::runtime_error(sql + ": " + PQerrorMessage(connection.get()));
  }
  Table table;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    auto& values = table.emplace_back();
    for (int column = 0; column < PQnfields(result.get()); ++column) {
      values.push_back(PQgetisnull(result.get(), row, column) != 0
                           ? "<null>"
                           : PQgetvalue(result.get(), row, column));
    }
  }
  return table;
}

std::string query_value(const std::string& url, const std::string& sql) {
  const Table table = query(url, sql);
  if (table.size() != 1 || table.front().empty()) {
    throw std::runtime_error(std::to_string(table.size()) + " rows instead of one: " + sql);
  }
  return table.front().front();
}

}  // namespace edo::testing
