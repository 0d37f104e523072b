// Everything there is behind the port: which path leads where, who may go there, and what every
// answer has in common. It knows nothing of the network, so tests ask it directly.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "tools/server/engine/engine.hpp"
#include "tools/server/http/assets.hpp"
#include "tools/server/http/cors.hpp"
#include "tools/server/http/server.hpp"
#include "tools/server/http/server_metrics.hpp"
#include "tools/server/inspection/inspection.hpp"
#include "tools/server/live/conversation.hpp"
#include "tools/server/protocol/auth.hpp"

namespace edo::http {

struct ApplicationOptions {
  protocol::AuthOptions auth;
  Cors cors;
  // Only for requests that name this machine by a name of loopback. Without a secret nothing else
  // keeps a web page with a rebound name out.
  bool only_loopback_hosts = false;
  bool allow_sql = false;
  inspection::SqlLimits sql_limits;
  // Those of the engine. A batch that has taken as much as one operation may begins no other.
  language::Limits limits;
  // Writes a line to the log: what failed inside.
  std::function<void(const std::string&)> report = [](const std::string&) {};
  // Called after each answer, for an access log; may be empty.
  std::function<void(const Request&, const Response&, std::chrono::microseconds)> on_answer;
};

// What the application works with; it all outlives it.
struct Parts {
  engine::Engine& engine;
  inspection::Inspection& inspection;
  live::Workers& workers;
  live::Hub& hub;
  live::Post post;
  std::function<ServerFigures()> network;
};

class Application final : public Handler {
 public:
  // Throws Error invalid_argument for an unauthorized role where there is no secret.
  Application(ApplicationOptions options, Parts parts);

  void handle(Request request, Respond respond) override;
  [[nodiscard]] Upgrade upgrade(const Request& request) override;

  // The whole answer, made in the calling thread.
  [[nodiscard]] Response answer(const Request& request);

 private:
  struct Route;
  static const Route kRoutes[];
  [[nodiscard]] static const Route& route_of(std::string_view path);

  [[nodiscard]] Response graphql(const Request& request);
  [[nodiscard]] Response version(const Request& request);
  [[nodiscard]] Response health(const Request& request);
  [[nodiscard]] Response metrics(const Request& request);
  [[nodiscard]] Response info(const Request& request);
  [[nodiscard]] Response sql(const Request& request);
  [[nodiscard]] Response graphiql(const Request& request);
  [[nodiscard]] Response dashboard(const Request& request);
  // A file of a web application, whose first page has the empty path.
  Response page(const std::string& name, std::span<const Asset> assets, std::string_view path,
                const Request& request);
  [[nodiscard]] Response unknown(const Request& request);

  [[nodiscard]] std::string execute(const language::Request& request,
                                    const language::Session& session);
  void require_admin(const Request& request) const;
  [[nodiscard]] bool has_foreign_host(const Request& request) const;

  const ApplicationOptions options_;
  Parts parts_;
  live::ConversationContext conversation_context_;
  ServerMetrics metrics_;
};

}  // namespace edo::http
