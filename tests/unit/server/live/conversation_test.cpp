#include "tools/server/live/conversation.hpp"

#include <catch2/catch.hpp>

#include "support/fake_engine.hpp"
#include "support/wait.hpp"

namespace edo::live {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::eventually;
using testing::FakeEngine;
using Strings = std::vector<std::string>;

class FakeSocket final : public Socket {
 public:
  void send(Message message) override {
    if (closed != 0) return;
    if (keeps_unsent) unsent_ += message.size();
    std::string text = message.begin;
    if (message.middle != nullptr) text += *message.middle;
    sent.push_back(Json::parse(text.append(message.end)));
  }
  void close(std::uint16_t code, std::string why) override {
    closed = code;
    reason = std::move(why);
  }
  std::size_t unsent() const override { return unsent_; }
  void drain() { unsent_ = 0; }

  std::vector<Json> sent;
  int closed = 0;
  std::string reason;
  bool keeps_unsent = false;

 private:
  std::size_t unsent_ = 0;
};

// One client and all that is behind it. What is posted waits until the test looks.
class Client {
 public:
  explicit Client(Protocol protocol, auth::Options auth = {}, protocol::Headers headers = {})
      : auth_(std::move(auth)),
        hub({.interval = milliseconds(1)}),
        workers(1, 16),
        context_{engine,
                 hub,
                 operations_,
                 auth_,
                 [this](std::function<void()> what) {
                   const std::lock_guard lock(mutex_);
                   posted_.push_back(std::move(what));
                 },
                 [](const std::string&) {}},
        conversation(std::make_shared<Conversation>(socket, context_, protocol, std::move(headers),
                                                    begin)) {}
  ~Client() {
    hub.stop();
    workers.stop();
  }

  void say(const Json& message) { conversation->on_message(message.dump()); }
  void run_posted() {
    std::vector<std::function<void()>> now;
    {
      const std::lock_guard lock(mutex_);
      now.swap(posted_);
    }
    for (const auto& what : now) what();
  }
  // The next message that the client gets; null if there is none for long.
  Json hear() {
    (void)eventually([&] {
      run_posted();
      return socket.sent.size() > heard_;
    });
    return heard_ < socket.sent.size() ? socket.sent[heard_++] : Json();
  }
  void open() {
    say({{"type", "connection_init"}});
    REQUIRE(hear()["type"] == "connection_ack");
  }
  static Json request(const std::string& type, const std::string& id, const std::string& query) {
    return {{"type", type}, {"id", id}, {"payload", {{"query", query}}}};
  }

 private:
  const auth::Authenticator auth_;
  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;
  std::size_t heard_ = 0;

 public:
  const Conversation::Time begin{};
  FakeEngine engine;
  backend::Memory memory{engine::kDefaultMemory};
  Hub hub;
  Workers workers;
  FakeSocket socket;

 private:
  Operations operations_{workers, memory};
  const ConversationContext context_;

 public:
  std::shared_ptr<Conversation> conversation;
};

TEST_CASE("the protocol is the first that both support") {
  CHECK(choose_protocol("") == Protocol::legacy);
  CHECK(choose_protocol("graphql-ws") == Protocol::legacy);
  CHECK(choose_protocol("chat, graphql-transport-ws , graphql-ws") == Protocol::transport_ws);
  CHECK(choose_protocol("chat") == std::nullopt);
}

TEST_CASE("a query gets its result and completes") {
  Client client(Protocol::transport_ws);
  client.open();
  client.say(Client::request("subscribe", "1", "echo"));
  const Json next = client.hear();
  CHECK(next["type"] == "next");
  CHECK(next["id"] == "1");
  CHECK(next["payload"]["data"]["role"] == "admin");
  CHECK(client.hear() == Json{{"type", "complete"}, {"id", "1"}});
  // The id is free again.
  client.say(Client::request("subscribe", "1", "echo"));
  CHECK(client.hear()["type"] == "next");
}

TEST_CASE("the older protocol has other names of messages") {
  Client client(Protocol::legacy);
  client.say({{"type", "connection_init"}});
  CHECK(client.hear() == Json{{"type", "connection_ack"}});
  CHECK(client.hear() == Json{{"type", "ka"}});
  client.say(Client::request("start", "1", "echo"));
  CHECK(client.hear()["type"] == "data");
  CHECK(client.hear() == Json{{"type", "complete"}, {"id", "1"}});
  client.say({{"type", "connection_terminate"}});
  CHECK(client.socket.closed == 1000);
}

TEST_CASE("a subscription gets changes until it is stopped") {
  for (const auto& [protocol, start, data, stop] :
       {std::tuple{Protocol::transport_ws, "subscribe", "next", "complete"},
        std::tuple{Protocol::legacy, "start", "data", "stop"}}) {
    Client client(protocol);
    client.say({{"type", "connection_init"}});
    client.say(Client::request(start, "s", "watch a"));
    Json message = client.hear();
    while (message["type"] != data && !message.is_null()) message = client.hear();
    CHECK(message["payload"] == Json{{"data", {{"a", "0"}}}});
    client.engine.set("a", "1");
    CHECK(client.hear()["payload"] == Json{{"data", {{"a", "1"}}}});
    client.say({{"type", stop}, {"id", "s"}});
    CHECK(client.hub.figures().subscriptions == 0);
  }
}

TEST_CASE("a failure ends only its operation, in both protocols") {
  Client client(Protocol::transport_ws);
  client.open();
  client.say(Client::request("subscribe", "1", "fail validation-failed"));
  const Json error = client.hear();
  CHECK(error["type"] == "error");
  CHECK(error["payload"].at(0)["extensions"]["code"] == "validation-failed");
  client.say({{"type", "subscribe"}, {"id", "2"}, {"payload", Json::object()}});
  CHECK(client.hear()["payload"].at(0)["extensions"]["code"] == "parse-failed");
  client.say(Client::request("subscribe", "1", "crash"));
  CHECK(client.hear()["payload"].at(0)["extensions"]["code"] == "unexpected");
  CHECK(client.socket.closed == 0);

  Client older(Protocol::legacy);
  older.open();
  (void)older.hear();
  older.say(Client::request("start", "1", "fail validation-failed"));
  CHECK(older.hear()["payload"]["errors"].at(0)["extensions"]["code"] == "validation-failed");
}

TEST_CASE("the secret and the role may come with connection_init or with the upgrade") {
  const auth::Options auth{.admin_secret = "s3cret"};
  Client client(Protocol::transport_ws, auth, {{"x-hasura-role", "other"}});
  client.say({{"type", "connection_init"},
              {"payload",
               {{"headers", {{"X-Hasura-Admin-Secret", "s3cret"}, {"x-hasura-role", "user"}}}}}});
  CHECK(client.hear()["type"] == "connection_ack");
  client.say(Client::request("subscribe", "1", "echo"));
  CHECK(client.hear()["payload"]["data"]["role"] == "user");

  Client other(Protocol::transport_ws, auth, {{"x-hasura-admin-secret", "s3cret"}});
  other.say({{"type", "connection_init"}, {"payload", nullptr}});
  CHECK(other.hear()["type"] == "connection_ack");
}

TEST_CASE("the secret of the upgrade takes precedence over connection_init") {
  const auth::Options auth{.admin_secret = "s3cret"};
  for (const char* secret : {"x-hasura-admin-secret", "x-hasura-access-key"}) {
    Client client(Protocol::transport_ws, auth, {{secret, "s3cret"}, {"x-hasura-role", "user"}});
    client.say({{"type", "connection_init"},
                {"payload",
                 {{"headers",
                   {{"X-Hasura-Role", "admin"},
                    {"x-hasura-user-id", "7"},
                    {"x-hasura-admin-secret", "s3cret"}}}}}});
    REQUIRE(client.hear()["type"] == "connection_ack");
    client.say(Client::request("subscribe", "1", "echo"));
    const Json data = client.hear()["payload"]["data"];
    CHECK(data["role"] == "user");
    CHECK(data["session"] == Json{{"x-hasura-role", "user"}});
  }
}

TEST_CASE("an unauthorized client gets an error and is closed") {
  const auth::Options auth{.admin_secret = "s3cret"};
  Client client(Protocol::transport_ws, auth);
  client.say(
      {{"type", "connection_init"}, {"payload", {{"headers", {{"x-hasura-admin-secret", "no"}}}}}});
  CHECK(client.socket.closed == 4403);
  Client older(Protocol::legacy, auth);
  older.say({{"type", "connection_init"}});
  CHECK(older.hear()["type"] == "connection_error");
  CHECK(older.socket.closed == 4403);
}

TEST_CASE("each violation of the protocol has its code") {
  const auto closed_by = [](const std::vector<Json>& messages) {
    Client client(Protocol::transport_ws);
    for (const auto& message : messages) client.say(message);
    return client.socket.closed;
  };
  const Json init{{"type", "connection_init"}};
  const Json watch = Client::request("subscribe", "1", "watch a");
  CHECK(closed_by({watch}) == 4401);
  CHECK(closed_by({init, init}) == 4429);
  CHECK(closed_by({init, watch, watch}) == 4409);
  CHECK(closed_by({init, {{"type", "start"}, {"id", "1"}}}) == 4400);
  CHECK(closed_by({init, {{"type", "subscribe"}, {"payload", {{"query", "echo"}}}}}) == 4400);
  CHECK(closed_by({init, {{"type", "subscribe"}, {"id", 1}}}) == 4400);
  CHECK(closed_by({Json::array()}) == 4400);
  CHECK(closed_by({init, {{"type", "ping"}}, {{"type", "pong"}}}) == 0);
  CHECK(closed_by({init, {{"type", "complete"}, {"id", "unknown"}}}) == 0);

  // What is told of a long id ends with a whole character.
  Client wordy(Protocol::transport_ws);
  wordy.say(init);
  std::string id;
  for (int i = 0; i < 100; ++i) id += "\u00e9";
  for (int i = 0; i < 2; ++i) wordy.say(Client::request("subscribe", id, "watch a"));
  CHECK(wordy.socket.closed == 4409);
  CHECK(wordy.socket.reason == "Subscriber for " + id.substr(0, 108));

  Client client(Protocol::transport_ws);
  client.conversation->on_message("no JSON");
  CHECK(client.socket.closed == 4400);
}

TEST_CASE("the older protocol reports violations without closing") {
  Client client(Protocol::legacy);
  client.conversation->on_message("no JSON");
  CHECK(client.hear()["type"] == "connection_error");
  client.say(Client::request("start", "1", "echo"));
  CHECK(client.hear()["type"] == "error");
  client.say({{"type", "connection_init"}});
  CHECK(client.hear()["type"] == "connection_ack");
  (void)client.hear();
  client.say(Client::request("start", "1", "watch a"));
  client.say(Client::request("start", "1", "watch a"));
  CHECK(client.hear()["type"] == "error");
  CHECK(client.socket.closed == 0);
}

TEST_CASE("a client has 3 seconds to initialise") {
  Client client(Protocol::transport_ws);
  client.conversation->on_tick(client.begin + milliseconds(2999));
  CHECK(client.socket.closed == 0);
  client.conversation->on_tick(client.begin + seconds(3));
  CHECK(client.socket.closed == 4408);
}

TEST_CASE("a keep-alive message is sent every 5 seconds") {
  for (const auto& [protocol, word] :
       {std::pair{Protocol::transport_ws, "ping"}, std::pair{Protocol::legacy, "ka"}}) {
    Client client(protocol);
    client.say({{"type", "connection_init"}});
    client.socket.sent.clear();
    client.conversation->on_tick(client.begin + milliseconds(4999));
    CHECK(client.socket.sent.empty());
    client.conversation->on_tick(client.begin + seconds(5));
    client.conversation->on_tick(client.begin + seconds(6));
    REQUIRE(client.socket.sent.size() == 1);
    CHECK(client.socket.sent[0]["type"] == word);
  }
}

TEST_CASE("a ping is answered with its payload") {
  Client client(Protocol::transport_ws);
  client.say({{"type", "ping"}, {"payload", {{"n", 1}}}});
  CHECK(client.hear() == Json{{"type", "pong"}, {"payload", {{"n", 1}}}});
}

TEST_CASE("a slow client gets only the latest result") {
  Client client(Protocol::transport_ws);
  client.open();
  client.socket.keeps_unsent = true;
  client.say(Client::request("subscribe", "big", "big 300000"));
  (void)client.hear();
  (void)client.hear();
  client.say(Client::request("subscribe", "s", "watch a"));
  const auto answered = [&](std::uint64_t answers) {
    return eventually([&] {
      client.run_posted();
      return client.hub.figures().answers >= answers;
    });
  };
  REQUIRE(answered(1));
  client.engine.set("a", "1");
  REQUIRE(answered(2));
  client.engine.set("a", "2");
  REQUIRE(answered(3));
  // The poll after it begins when that answer has been told.
  const auto polls = client.hub.figures().polls;
  REQUIRE(eventually([&] { return client.hub.figures().polls > polls + 1; }));
  client.run_posted();
  const auto sent = client.socket.sent.size();
  client.socket.drain();
  client.conversation->on_drained();
  REQUIRE(client.socket.sent.size() == sent + 1);
  CHECK(client.hear()["payload"] == Json{{"data", {{"a", "2"}}}});
}

TEST_CASE("a stream continues when the client has received its rows") {
  Client client(Protocol::transport_ws);
  client.open();
  client.engine.set("n", "4");
  client.socket.keeps_unsent = true;
  client.say(Client::request("subscribe", "s", "count n"));
  CHECK(client.hear()["payload"]["data"]["n"] == Json{1, 2, 3});
  CHECK(client.socket.sent.size() == 2);
  client.socket.drain();
  client.conversation->on_drained();
  CHECK(client.hear()["payload"]["data"]["n"] == Json{4});
}

TEST_CASE("a stream does not continue because another message was received") {
  Client client(Protocol::transport_ws);
  client.open();
  client.engine.set("n", "6");
  client.say(Client::request("subscribe", "s", "count n"));
  REQUIRE(eventually([&] {
    client.run_posted();
    return client.hub.figures().subscriptions == 1;
  }));
  // The answer is on its way when the client has taken all that was sent before.
  REQUIRE(eventually([&] { return client.hub.figures().answers == 1; }));
  client.conversation->on_drained();
  CHECK_FALSE(eventually([&] { return client.hub.figures().answers > 1; }, milliseconds(50)));
  CHECK(client.hear()["payload"]["data"]["n"] == Json{1, 2, 3});
  CHECK(client.hear()["payload"]["data"]["n"] == Json{4, 5, 6});
}

TEST_CASE("a client that disconnects leaves nothing behind") {
  Client client(Protocol::transport_ws);
  client.open();
  client.say(Client::request("subscribe", "1", "watch a"));
  (void)client.hear();
  client.say(Client::request("subscribe", "2", "sleep 20"));
  client.conversation.reset();
  CHECK(client.hub.figures().subscriptions == 0);
  client.run_posted();
  CHECK(client.socket.sent.size() == 2);
}

}  // namespace
}  // namespace edo::live
