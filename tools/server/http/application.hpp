// The application behind the port: routes, access, and what all responses share. It is independent
// of the network, so tests call it directly.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "tools/server/auth/authenticator.hpp"
#include "tools/server/engine/engine.hpp"
#include "tools/server/http/assets.hpp"
#include "tools/server/http/cors.hpp"
#include "tools/server/http/server.hpp"
#include "tools/server/http/server_metrics.hpp"
#include "tools/server/inspection/inspection.hpp"
#include "tools/server/live/conversation.hpp"

namespace edo::http {

struct ApplicationOptions {
  auth::Options auth;
  Cors cors;
  // Accepts only requests whose Host header is a loopback name. Without a secret, nothing else
  // stops a web page that uses DNS rebinding.
  bool only_loopback_hosts = false;
  bool allow_sql = false;
  inspection::SqlLimits sql_limits;
  // The engine's limits. A batch that has used up the limits of one operation starts no further
  // one.
  language::Limits limits;
  // The hub's as well; counts responses until they are sent.
  std::shared_ptr<backend::Memory> memory =
      std::make_shared<backend::Memory>(engine::kDefaultMemory);
  // Reports an internal failure to the log.
  std::function<void(const std::string&)> report = [](const std::string&) {};
  // Called after each response, for an access log; may be empty.
  std::function<void(const Request&, const Response&, std::chrono::microseconds)> on_answer;
};

// The parts that the application uses; they outlive it.
struct Parts {
  engine::Engine& engine;
  inspection::Inspection& inspection;
  live::Workers& workers;
  live::Workers& sql_workers;  // so that SQL delays no operation
  live::Hub& hub;
  live::Post post;
  std::function<ServerFigures()> network;
};

class Application final : public Handler {
 public:
  // Throws Error invalid_argument as auth::Authenticator does.
  Application(ApplicationOptions options, Parts parts);

  void handle(Request request, Respond respond, std::stop_token left) override;
  [[nodiscard]] Upgrade upgrade(const Request& request) override;
  [[nodiscard]] bool tick(std::chrono::steady_clock::time_point now) override;

  // The whole response, computed in the calling thread, unless the webhook has to be asked first.
  [[nodiscard]] Response answer(const Request& request);

 private:
  struct Route;
  // A request, and what its response takes.
  struct Call;
  static const Route kRoutes[];
  [[nodiscard]] static const Route& route_of(std::string_view path);

  [[nodiscard]] Response graphql(const Call& call);
  [[nodiscard]] Response version(const Call& call);
  [[nodiscard]] Response health(const Call& call);
  [[nodiscard]] Response metrics(const Call& call);
  [[nodiscard]] Response info(const Call& call);
  [[nodiscard]] Response sql(const Call& call);
  [[nodiscard]] Response graphiql(const Call& call);
  [[nodiscard]] Response dashboard(const Call& call);
  // A file of a web application, whose first page has the empty path.
  Response page(const std::string& name, std::span<const Asset> assets, std::string_view path,
                const Call& call);
  [[nodiscard]] Response unknown(const Call& call);

  [[nodiscard]] Response answer(const Call& call);
  [[nodiscard]] Response answer_by_route(const Call& call);
  // Gives the request to the workers of its route.
  void run(const std::shared_ptr<const Request>& request, const auth::Identify& who,
           const Respond& respond, const std::stop_token& left);

  [[nodiscard]] std::string operations(const Call& call, const language::Session& session);
  [[nodiscard]] std::string execute(const language::Request& request,
                                    const language::Session& session, backend::Room& room);
  [[nodiscard]] bool has_foreign_host(const Request& request) const;
  // The response to a request that a web page must not make.
  [[nodiscard]] std::optional<Response> refusal(const Request& request, const Route& route) const;

  const ApplicationOptions options_;
  Parts parts_;
  live::Operations operations_;
  live::ConversationContext conversation_context_;
  ServerMetrics metrics_;
  const auth::Authenticator auth_;  // last, because its threads use the others
};

}  // namespace edo::http
