// What clients send over HTTP and WebSocket is taken or refused, never anything else.
#include <cstdint>
#include <string>

#include "support/fake_engine.hpp"
#include "tools/server/http/compression.hpp"
#include "tools/server/http/cors.hpp"
#include "tools/server/live/conversation.hpp"
#include "tools/server/protocol/parse_request.hpp"
#include "tools/server/protocol/url.hpp"

namespace {

class Sink final : public edo::live::Socket {
 public:
  void send(edo::live::Message message) override {
    std::string text = message.begin;
    if (message.middle != nullptr) text += *message.middle;
    if (!nlohmann::json::accept(text.append(message.end))) std::abort();
  }
  void close(std::uint16_t code, std::string reason) override {
    if (code < 1000 || reason.size() > 123) std::abort();
  }
  std::size_t unsent() const override { return 0; }
};

template <typename Call>
void refused_or_taken(Call call) {
  try {
    (void)call();
  } catch (const edo::language::RequestError&) {
    return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace edo;
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  refused_or_taken([&] { return protocol::parse_body(text); });
  refused_or_taken([&] { return protocol::parse_query_string(text); });
  (void)http::choose_coding(text);
  (void)http::names_loopback(text);

  // Whatever is said before, in between and after; no worker takes a job, so nothing runs on.
  static testing::FakeEngine engine;
  static live::Hub hub({.threads = 0});
  static live::Workers workers(0, 8);
  static backend::Memory memory(engine::kDefaultMemory);
  static live::Operations operations(workers, memory);
  static const auth::Authenticator auth{auth::Options()};
  static const live::ConversationContext context{
      engine, hub, operations, auth, [](const auto&) {}, [](const auto&) {}};
  Sink socket;
  const auto protocol = live::choose_protocol(text.substr(0, text.find('\n')));
  const auto conversation = std::make_shared<live::Conversation>(
      socket, context, protocol.value_or(live::Protocol::transport_ws), protocol::Headers(),
      live::Conversation::Time());
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    conversation->on_message(text.substr(begin, end - begin));
    begin = end + 1;
  }
  conversation->on_drained();
  return 0;
}
