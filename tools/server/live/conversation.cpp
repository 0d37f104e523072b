#include "tools/server/live/conversation.hpp"

#include <algorithm>
#include <utility>

#include "tools/server/protocol/errors.hpp"
#include "tools/server/protocol/parse_request.hpp"

namespace edo::live {
namespace {

using language::RequestError;
using Json = nlohmann::json;

// The names of the messages in the two protocols.
struct Words {
  std::string_view name, start, data, stop, alive;
};
constexpr Words kTransport{"graphql-transport-ws", "subscribe", "next", "complete", "ping"};
constexpr Words kLegacy{"graphql-ws", "start", "data", "stop", "ka"};

constexpr const Words& words_of(Protocol protocol) {
  return protocol == Protocol::legacy ? kLegacy : kTransport;
}

std::string json_text(std::string_view text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

// A message without its payload and its end.
std::string message_start(std::string_view type, std::string_view id) {
  std::string text;
  text.append(R"({"type":")").append(type).append("\"");
  if (!id.empty()) text.append(R"(,"id":)").append(json_text(id));
  return text;
}

// The headers of an object. Values other than texts are JSON.
protocol::Headers headers_of(const Json& given) {
  protocol::Headers result;
  for (const auto& [name, value] : given.items()) {
    std::string key = name;
    for (char& c : key) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    result.emplace_back(std::move(key),
                        value.is_string() ? value.get<std::string>() : value.dump());
  }
  return result;
}

}  // namespace

std::optional<Protocol> choose_protocol(std::string_view offered) {
  bool offers_any = false;
  while (!offered.empty()) {
    std::string_view one = offered.substr(0, offered.find(','));
    offered.remove_prefix(std::min(offered.size(), one.size() + 1));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (one == kTransport.name) return Protocol::transport_ws;
    if (one == kLegacy.name) return Protocol::legacy;
    offers_any = offers_any || !one.empty();
  }
  if (offers_any) return std::nullopt;
  return Protocol::legacy;
}

std::string_view name_of(Protocol protocol) noexcept { return words_of(protocol).name; }

Conversation::Conversation(Socket& socket, const ConversationContext& context, Protocol protocol,
                           protocol::Headers headers, Time now)
    : socket_(socket),
      context_(context),
      protocol_(protocol),
      headers_(std::move(headers)),
      begun_(now),
      last_sign_(now) {}

Conversation::~Conversation() {
  left_.request_stop();
  for (auto& [id, operation] : operations_) {
    operation.stopped.request_stop();
    if (operation.subscription != 0) context_.hub.unsubscribe(operation.subscription);
  }
}

void Conversation::on_message(std::string text, std::shared_ptr<void> memory) {
  if (state_ == State::closed) return;
  Received received{std::move(text), std::move(memory)};
  state_ == State::authenticates ? hold(std::move(received)) : take(received);
}

void Conversation::hold(Received received) {
  held_bytes_ += received.text.size();
  if (held_bytes_ > kMostHeldBytes) return close(4400, "Too many messages before connection_ack");
  held_.push_back(std::move(received));
}

void Conversation::take(const Received& received) {
  if (state_ == State::closed) return;
  try {
    const Json message = protocol::parse_json(received.text);
    const std::string type = message.is_object() ? message.value("type", "") : "";
    const Words& words = words_of(protocol_);
    if (type == "connection_init") return init(message);
    if (type == words.start) return start(message, received.memory);
    if (type == words.stop) return stop(message.value("id", ""));
    if (is_legacy() && type == "connection_terminate") return close(1000, "Terminated");
    if (!is_legacy() && type == "ping") {
      const auto payload = message.find("payload");
      return send_message("pong", {}, payload == message.end() ? "" : payload->dump());
    }
    if (!is_legacy() && type == "pong") return;
    throw RequestError("parse-failed", "$", "the type of the message is unknown");
  } catch (const std::exception& error) {  // such as an id that is not a text
    if (!is_legacy()) return close(4400, "Invalid message received");
    send_message("connection_error", {},
                 json_text(std::string("parsing ClientMessage failed: ") + error.what()));
  }
}

void Conversation::init(const Json& message) {
  if (state_ != State::waits_for_init) {
    if (!is_legacy()) close(4429, "Too many initialisation requests");
    return;
  }
  const auto payload = message.find("payload");
  // If the upgrade has the secret, a proxy sent it and decides who the client is. The client may
  // not add headers.
  const bool is_decided = auth::given_secret(headers_).has_value();
  if (!is_decided && payload != message.end() && payload->is_object()) {
    const auto headers = payload->find("headers");
    if (headers != payload->end() && headers->is_object()) add_headers(headers_of(*headers));
  }
  authenticate(std::exchange(headers_, {}));
}

// Only the first header of a name counts. It is the client's, except for a webhook: a proxy may
// have told it in the upgrade who the client is.
void Conversation::add_headers(protocol::Headers given) {
  if (!context_.auth.has_webhook()) headers_.swap(given);
  for (auto& header : given) {
    if (!protocol::find_header(headers_, header.first)) headers_.push_back(std::move(header));
  }
}

void Conversation::authenticate(const protocol::Headers& headers) {
  state_ = State::authenticates;
  const auth::Authenticator& authenticator = context_.auth;
  if (!authenticator.must_ask(headers)) {
    return identify([&] { return authenticator.identify(headers); });
  }
  authenticator.ask(headers, nullptr, left_.get_token(),
                    [&post = context_.post, self = weak_from_this()](const auth::Identify& who) {
                      post([self, who] {
                        const auto still = self.lock();
                        if (still != nullptr && still->state_ == State::authenticates)
                          still->identify(who);
                      });
                    });
}

void Conversation::identify(const auth::Identify& who) {
  try {
    identified(protocol::with_request_errors(context_.report, who));
  } catch (const RequestError& error) {
    refused(error);
  }
}

void Conversation::identified(auth::Identity identity) {
  session_ = std::move(identity.session);
  expires_ = identity.expires;
  state_ = State::open;
  send_message("connection_ack");
  if (is_legacy()) send_message("ka");
  for (const auto& received : std::exchange(held_, {})) take(received);
}

void Conversation::refused(const RequestError& error) {
  if (is_legacy()) send_message("connection_error", {}, json_text(error.what()));
  close(4403, std::string("Forbidden: ") + error.what());
}

void Conversation::start(const Json& message, const std::shared_ptr<void>& memory) {
  const std::string id = message.at("id").get<std::string>();
  if (state_ != State::open) {
    if (!is_legacy()) return close(4401, "Unauthorized");
    return failed(id, {"start-failed", "$", "start received before the connection is initialised"});
  }
  if (operations_.contains(id)) {
    if (!is_legacy()) return close(4409, "Subscriber for " + id + " already exists");
    return failed(id, {"start-failed", "$", "an operation already exists with this id: " + id});
  }
  if (operations_.size() >= kMostOperations) {
    return failed(id, {"bad-request", "$", "too many operations on one connection"});
  }
  try {
    const auto request = protocol::parse_request(message.at("payload"));
    const auto serial = ++last_serial_;
    operations_[id].serial = serial;
    started(id, serial, request, memory);
  } catch (const RequestError& error) {
    operations_.erase(id);
    failed(id, error);
  }
}

// A worker plans the operation and executes a query; a subscription goes to the hub.
void Conversation::started(const std::string& id, std::uint64_t serial, language::Request request,
                           const std::shared_ptr<void>& memory) {
  const auto job = [&context = context_, self = weak_from_this(), id, serial,
                    request = std::move(request), memory, session = session_](backend::Room& room) {
    const auto later = [&](auto then) {
      context.post([self, id, serial, then = std::move(then)] {
        const auto conversation = self.lock();
        if (conversation == nullptr) return;
        const auto found = conversation->operations_.find(id);
        if (found == conversation->operations_.end() || found->second.serial != serial) return;
        then(*conversation, found->second);
      });
    };
    try {
      protocol::with_request_errors(context.report, [&] {
        auto query = context.engine.subscribe(request, session);
        if (query == nullptr) {
          auto text = context.engine.execute(request, session, room);
          auto counted = room.settle(text.size());
          later([id, answer = make_answer(std::move(text), std::move(counted))](Conversation& to,
                                                                                auto&) {
            to.operations_.erase(id);
            to.send_data(id, answer);
            to.send_message("complete", id);
          });
          return;
        }
        // std::function requires a copyable object, although it is not copied here.
        auto owned = std::make_shared<std::unique_ptr<engine::LiveQuery>>(std::move(query));
        later([id, serial, owned](Conversation& to, Operation& operation) {
          operation.is_stream = (*owned)->is_stream();
          operation.subscription = to.context_.hub.subscribe(
              std::move(*owned), [&post = to.context_.post, weak = to.weak_from_this(), id,
                                  serial](const Answer& answer) {
                post([weak, id, serial, answer] {
                  if (const auto still = weak.lock()) still->answered(id, serial, answer);
                });
              });
        });
      });
    } catch (const RequestError& error) {
      later([id, error](Conversation& to, auto&) {
        to.operations_.erase(id);
        to.failed(id, error);
      });
    }
  };
  if (!context_.operations.submit(job, operations_[id].stopped.get_token())) {
    throw RequestError("unexpected", "$", "the server is busy; try again");
  }
}

void Conversation::stop(const std::string& id) {
  const auto found = operations_.find(id);
  if (found == operations_.end()) return;
  found->second.stopped.request_stop();
  if (found->second.subscription != 0) context_.hub.unsubscribe(found->second.subscription);
  operations_.erase(found);
}

void Conversation::answered(const std::string& id, std::uint64_t serial, const Answer& answer) {
  const auto found = operations_.find(id);
  if (found == operations_.end() || found->second.serial != serial) return;
  Operation& operation = found->second;
  // The next rows are fetched only after the client has received these.
  operation.awaits_receipt = operation.is_stream;
  if (socket_.unsent() > kEnoughUnsent) {
    operation.waiting = answer;
    return;
  }
  send_data(id, answer);
  if (socket_.unsent() == 0) ask_for_more(operation);
}

void Conversation::ask_for_more(Operation& operation) {
  if (std::exchange(operation.awaits_receipt, false)) context_.hub.received(operation.subscription);
}

void Conversation::on_drained() {
  for (auto& [id, operation] : operations_) {
    if (const Answer waiting = std::exchange(operation.waiting, nullptr)) send_data(id, waiting);
    ask_for_more(operation);
  }
}

void Conversation::on_tick(Time now) {
  if (state_ == State::waits_for_init && now - begun_ >= kInitWithin) {
    return close(4408, "Connection initialisation timeout");
  }
  if (state_ != State::open) return;
  // Clients of graphql-transport-ws connect again after 4403, with a new token.
  if (expires_ && context_.auth.now() >= *expires_) {
    return close(4403, "Forbidden: Could not verify JWT: JWTExpired");
  }
  if (now - last_sign_ < kKeepAlive) return;
  last_sign_ = now;
  if (socket_.unsent() == 0) send_message(words_of(protocol_).alive);
}

void Conversation::failed(const std::string& id, const RequestError& error) {
  send_message(
      "error", id,
      is_legacy() ? protocol::error_answer(error) : "[" + protocol::error_object(error) + "]");
}

void Conversation::send_data(const std::string& id, const Answer& answer) {
  socket_.send({message_start(words_of(protocol_).data, id).append(R"(,"payload":)"), answer, "}"});
}

void Conversation::send_message(std::string_view type, std::string_view id,
                                std::string_view payload) {
  std::string text = message_start(type, id);
  if (!payload.empty()) text.append(R"(,"payload":)").append(payload);
  socket_.send({text.append("}")});
}

void Conversation::close(std::uint16_t code, const std::string& reason) {
  state_ = State::closed;
  // A close frame has at most 123 bytes of reason, without half a character at the end.
  std::size_t size = std::min<std::size_t>(reason.size(), 123);
  while (size < reason.size() && (static_cast<unsigned char>(reason[size]) & 0xC0) == 0x80) --size;
  socket_.close(code, reason.substr(0, size));
}

}  // namespace edo::live
