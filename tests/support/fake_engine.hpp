// An engine without a database, for tests of what is in front of one. The query is a command:
//
//     echo                 the request and the session, as data
//     fail CODE            a RequestError with that code
//     crash                any other exception
//     big N                N bytes of data
//     set NAME VALUE       changes what `watch` and `count` see
//     sleep MILLISECONDS   takes its time
//     watch NAME           a subscription to the value
//     count NAME           a stream of the numbers up to the value, three at a time
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>

#include "tools/server/engine/engine.hpp"

namespace edo::testing {

class FakeEngine final : public engine::Engine {
 public:
  std::string execute(const language::Request& request, const language::Session& session,
                      backend::Room& room) override {
    std::istringstream words(request.query);
    std::string verb, name, value;
    words >> verb >> name >> value;
    ++executed;
    if (verb == "fail") throw language::RequestError(name, "$.selectionSet", "told to fail");
    if (verb == "crash") throw std::runtime_error("/secret/path is gone");
    if (verb == "set") set(name, value);
    if (verb == "sleep") {
      std::this_thread::sleep_for(std::chrono::milliseconds(std::stoi(name)));
    }
    nlohmann::json data = {{"query", request.query},
                           {"operationName", request.operation_name},
                           {"variables", request.variables},
                           {"role", session.role},
                           {"session", session.variables}};
    if (verb == "big") data = std::string(std::stoul(name), 'x');
    return kept(nlohmann::json{{"data", data}}.dump(), room);
  }

  std::unique_ptr<engine::LiveQuery> subscribe(const language::Request& request,
                                               const language::Session& session) override {
    std::istringstream words(request.query);
    std::string verb, name;
    words >> verb >> name;
    if (verb == "fail") throw language::RequestError(name, "$.selectionSet", "told to fail");
    if (verb != "watch" && verb != "count") return nullptr;
    return std::make_unique<Live>(*this, session.role + " " + request.query, name, verb == "count");
  }

  const std::vector<std::string>& inconsistencies() const override { return inconsistent; }
  std::vector<std::string> inconsistent;
  const std::vector<std::string>& unused_metadata() const override { return unused; }
  std::vector<std::string> unused;

  std::string sdl(const std::string& /*role*/) override { return "type query_root"; }

  void set(const std::string& name, const std::string& value) {
    const std::lock_guard lock(mutex_);
    values_[name] = value;
  }
  [[nodiscard]] std::string get(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = values_.find(name);
    return found == values_.end() ? "0" : found->second;
  }
  std::atomic<int> executed = 0;
  // How often any live query was asked.
  std::atomic<int> polls = 0;

 private:
  static std::string kept(std::string answer, backend::Room& room) {
    room.keep(answer.size());
    return answer;
  }

  class Live final : public engine::LiveQuery {
   public:
    Live(FakeEngine& engine, std::string key, std::string name, bool is_stream)
        : engine_(engine), key_(std::move(key)), name_(std::move(name)), is_stream_(is_stream) {}
    const std::string& key() const override { return key_; }
    bool is_stream() const override { return is_stream_; }
    std::optional<std::string> poll(backend::Room& room) override {
      ++engine_.polls;
      const std::string value = engine_.get(name_);
      if (value == "fail") throw language::RequestError("data-exception", "$", "told to fail");
      if (value == "crash") throw std::runtime_error("/secret/path is gone");
      if (!is_stream_) return kept(R"({"data":{")" + name_ + R"(":")" + value + R"("}})", room);
      nlohmann::json batch = nlohmann::json::array();
      while (batch.size() < 3 && sent_ < std::stoi(value)) batch.push_back(++sent_);
      if (batch.empty()) return std::nullopt;
      return nlohmann::json{{"data", {{name_, batch}}}}.dump();
    }

   private:
    FakeEngine& engine_;
    const std::string key_;
    const std::string name_;
    const bool is_stream_;
    int sent_ = 0;
  };

  mutable std::mutex mutex_;
  std::map<std::string, std::string> values_;
};

}  // namespace edo::testing
