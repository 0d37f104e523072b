// One call of a host as data: its kind and its values. The same code stores it at once, or later
// from a queue.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace edo::recorder {

enum class ChangeKind : std::uint8_t {
  start_invocation,
  finish_invocation,
  recount_invocation,
  start_event,
  finish_detection,
  finish_event,
  recount_event,
  start_job,
  finish_job,
  log,
};
inline constexpr std::size_t kChangeKinds = 10;

// The SQL, whose parameters are numbered in the order in which the values are added.
[[nodiscard]] const char* sql(ChangeKind kind) noexcept;
// The operation of the call's errors, whose object is the store: "start an invocation in".
[[nodiscard]] std::string_view describe(ChangeKind kind) noexcept;

// A row with other rows below it. Its handle, the handles below it and the changes that name it
// share it, since they may be destroyed in any order and used by different threads.
struct Row {
  std::string id;                   // as the host knows it
  bool is_named = false;            // by the host, so that a row with it may be there already
  std::atomic<bool> ended = false;  // by its handle

  // Its id in the store. It differs from `id` if the host's id existed already when the start was
  // stored, for example because an event was delivered twice. Belongs to the leader of the commit
  // group until the start is stored.
  std::string other_id;
  [[nodiscard]] const std::string& stored_id() const noexcept {
    return other_id.empty() ? id : other_id;
  }
};

struct Value {
  // row stands for its id in the store\, recorder for the id of whoever stores the change in the
  // end.
  enum class Kind : std::uint8_t { null, integer, text, row, recorder };
  Kind kind = Kind::null;
  std::int64_t integer = 0;
  std::string text;
  std::shared_ptr<Row> row;
};

// Values keep their memory when a Change is used again, so a thread that reuses one allocates
// nothing.
class Change {
 public:
  static constexpr std::size_t kMaxValues = 20;

  Change() = default;
  // Copies the values, not the memory that is kept for later ones.
  Change(const Change& other);
  Change& operator=(const Change&) = delete;

  void start(ChangeKind kind) noexcept {
    kind_ = kind;
    size_ = 0;
  }
  // The next value, which the caller fills in.
  [[nodiscard]] std::string& add_text() noexcept;
  void add_null() noexcept { values_[size_++].kind = Value::Kind::null; }
  void add_row(const std::shared_ptr<Row>& row) noexcept;
  void add_recorder() noexcept { values_[size_++].kind = Value::Kind::recorder; }
  void add(std::int64_t integer) noexcept;
  void add(std::string_view text) { add_text().assign(text); }
  void add(std::optional<std::int64_t> integer) noexcept;

  [[nodiscard]] ChangeKind kind() const noexcept { return kind_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] const Value& operator[](std::size_t i) const noexcept { return values_[i]; }

 private:
  ChangeKind kind_ = ChangeKind::log;
  std::size_t size_ = 0;
  std::array<Value, kMaxValues> values_;
};

}  // namespace edo::recorder
