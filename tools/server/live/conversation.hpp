// GraphQL over one WebSocket: the protocols graphql-transport-ws and, for older clients,
// graphql-ws.
//
// Messages arrive and leave through a Socket. Queries run in the workers, live queries in the hub,
// and results return through `post`. For a slow client, only the latest result of each live query
// is kept.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "tools/server/auth/authenticator.hpp"
#include "tools/server/engine/engine.hpp"
#include "tools/server/live/hub.hpp"
#include "tools/server/live/operations.hpp"
#include "tools/server/live/socket.hpp"

namespace edo::live {

// What all conversations of a server share; it outlives them.
struct ConversationContext {
  engine::Engine& engine;
  Hub& hub;
  Operations& operations;
  const auth::Authenticator& auth;
  Post post;
  std::function<void(const std::string&)> report;  // errors whose details the client does not get
};

enum class Protocol { transport_ws, legacy };

// Chooses one of the protocols that a client offers ("a, b" as in Sec-WebSocket-Protocol); the
// legacy one if it offers none. Nothing if it supports neither.
[[nodiscard]] std::optional<Protocol> choose_protocol(std::string_view offered);
[[nodiscard]] std::string_view name_of(Protocol protocol) noexcept;

class Conversation final : public Listener, public std::enable_shared_from_this<Conversation> {
 public:
  using Time = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::seconds kInitWithin{3};
  static constexpr std::chrono::seconds kKeepAlive{5};
  static constexpr std::size_t kMostOperations = 1000;
  // Older clients do not wait for the answer to connection_init; more of their messages end it.
  static constexpr std::size_t kMostHeldBytes = 256 << 10;
  // Beyond this number of unsent bytes, results of live queries wait.
  static constexpr std::size_t kEnoughUnsent = 256 << 10;

  // `headers` are those of the upgrade; unless the secret is among them, the client may send others
  // in connection_init. When the client's token expires, the conversation ends.
  Conversation(Socket& socket, const ConversationContext& context, Protocol protocol,
               protocol::Headers headers, Time now);
  ~Conversation() override;

  void on_message(std::string message, std::shared_ptr<void> memory = nullptr) override;
  void on_drained() override;
  void on_tick(Time now) override;

 private:
  enum class State { waits_for_init, authenticates, open, closed };
  struct Operation {
    Hub::Id subscription = 0;  // 0: a query, or not subscribed yet
    bool is_stream = false;
    bool awaits_receipt = false;  // the client has not received the stream's last result yet
    Answer waiting;               // the latest result that is not sent yet
    std::uint64_t serial = 0;
    std::stop_source stopped = {};  // while it waits for a worker
  };

  [[nodiscard]] bool is_legacy() const noexcept { return protocol_ == Protocol::legacy; }
  // A message, and what counts it.
  struct Received {
    std::string text;
    std::shared_ptr<void> memory;
  };
  void take(const Received& received);
  void hold(Received received);
  void init(const nlohmann::json& message);
  void add_headers(protocol::Headers given);
  void authenticate(const protocol::Headers& headers);
  void identify(const auth::Identify& who);
  void identified(auth::Identity identity);
  void refused(const language::RequestError& error);
  void start(const nlohmann::json& message, const std::shared_ptr<void>& memory);
  void started(const std::string& id, std::uint64_t serial, language::Request request,
               const std::shared_ptr<void>& memory);
  void stop(const std::string& id);
  void answered(const std::string& id, std::uint64_t serial, const Answer& answer);
  void ask_for_more(Operation& operation);
  void failed(const std::string& id, const language::RequestError& error);
  void send_data(const std::string& id, const Answer& answer);
  void send_message(std::string_view type, std::string_view id = {}, std::string_view payload = {});
  void close(std::uint16_t code, const std::string& reason);

  Socket& socket_;
  const ConversationContext& context_;
  const Protocol protocol_;
  protocol::Headers headers_;
  const Time begun_;
  Time last_sign_;  // when a keep-alive message was sent last
  State state_ = State::waits_for_init;
  std::vector<Received> held_;  // messages that came while it authenticates
  std::size_t held_bytes_ = 0;
  language::Session session_;
  std::optional<auth::SystemTime> expires_;
  std::map<std::string, Operation> operations_;
  std::uint64_t last_serial_ = 0;
  std::stop_source left_;  // while the webhook is asked
};

}  // namespace edo::live
