// Grouping by hash: edo_groups(kinds, values …) yields [[key, aggregate …], …], a list for each
// group. `kinds` has a letter for each part of that list: (k)ey, (n)umber of rows, (c)ount of what
// is not null, (s)um, least (<) and greatest (>) of whole numbers. A value follows for each letter
// but n.
//
// SQLite groups by sorting, which for a million rows takes several times as long.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/text.hpp"
#include "tools/server/backend/sqlite_functions.hpp"

namespace edo::backend::sqlite {
namespace {

struct Hash : std::hash<std::string_view> {
  using is_transparent = void;
};

void append_number(std::string& text, std::int64_t number) {
  char digits[24];
  text.append(digits, std::to_chars(digits, digits + sizeof(digits), number).ptr);
}

// The bytes that identify a key. They are computed for each row, so they are not JSON yet.
void append_bytes(std::string& key, sqlite3_value* value) {
  const int type = sqlite3_value_type(value);
  key += static_cast<char>(type);
  if (type == SQLITE_NULL) return;
  if (type == SQLITE_INTEGER) {
    const auto number = sqlite3_value_int64(value);
    key.append(reinterpret_cast<const char*>(&number), sizeof(number));
    return;
  }
  const auto text = text_of(value);
  const auto length = text.size();
  key.append(reinterpret_cast<const char*>(&length), sizeof(length));
  key += text;
}

void append_json(std::string& json, sqlite3_value* value) {
  switch (sqlite3_value_type(value)) {
    case SQLITE_NULL:
      json += "null";
      break;
    case SQLITE_INTEGER:
      append_number(json, sqlite3_value_int64(value));
      break;
    case SQLITE_FLOAT:
      json += text_of(value);
      break;
    default:
      json += base::json_quote(text_of(value));
  }
}

// A column of SQLite may contain any type, whatever it declares.
std::int64_t whole(sqlite3_value* value) {
  if (sqlite3_value_type(value) == SQLITE_INTEGER) return sqlite3_value_int64(value);
  throw DataError("invalid input syntax for type bigint: " + base::json_quote(text_of(value)));
}

// The aggregates of one group; null before the first value.
using Tallies = std::vector<std::optional<std::int64_t>>;

void take(std::optional<std::int64_t>& tally, char kind, std::int64_t value) {
  if (!tally) {
    tally = value;
  } else if (kind == 's') {
    if (__builtin_add_overflow(*tally, value, &*tally)) throw DataError("bigint out of range");
  } else if (kind == '<' ? value < *tally : value > *tally) {
    tally = value;
  }
}

struct Group {
  std::string key;  // its values as JSON, with a comma after each
  Tallies tallies;
};

class Groups {
 public:
  void add(sqlite3_context* context, sqlite3_value** arguments) {
    if (kinds_.empty()) begin(text_of(arguments[0]));
    const int most = sqlite3_limit(sqlite3_context_db_handle(context), SQLITE_LIMIT_LENGTH, -1);
    if (!add(arguments + 1, static_cast<std::size_t>(most))) sqlite3_result_error_toobig(context);
  }

  void give(sqlite3_context* context) const {
    groups_.empty() ? sqlite3_result_null(context) : give_text(context, json());
  }

 private:
  void begin(std::string_view kinds) {
    kinds_ = kinds;
    for (const char kind : kinds_) {
      if (kind == 'n' || kind == 'c') empty_.emplace_back(0);
      if (kind == 's' || kind == '<' || kind == '>') empty_.emplace_back();
    }
  }

  // False if the groups have more bytes than a result may have.
  bool add(sqlite3_value** values, std::size_t most) {
    key_.clear();
    const auto keys = kinds_.find_first_not_of('k');
    sqlite3_value** value = values + std::min(keys, kinds_.size());
    std::for_each(values, value, [this](auto* part) { append_bytes(key_, part); });
    auto group = groups_.find(key_);
    if (group == groups_.end()) {
      Group made{{}, empty_};
      std::for_each(values, value, [&](auto* part) {
        append_json(made.key, part);
        made.key += ',';
      });
      bytes_ += made.key.size();
      if (bytes_ > most) return false;
      group = groups_.emplace(key_, std::move(made)).first;
    }
    auto tally = group->second.tallies.begin();
    for (const char kind : kinds_) {
      if (kind == 'k') continue;
      if (kind == 'n') {
        ++**tally++;
        continue;
      }
      if (const bool there = sqlite3_value_type(*value) != SQLITE_NULL; there && kind == 'c') {
        ++**tally;
      } else if (there) {
        take(*tally, kind, whole(*value));
      }
      ++tally;
      ++value;
    }
    return true;
  }

  [[nodiscard]] std::string json() const {
    std::string text = "[";
    for (const auto& [bytes, group] : groups_) {
      if (text.size() > 1) text += ',';
      text += '[' + group.key;
      for (const auto& tally : group.tallies) {
        tally ? append_number(text, *tally) : (void)(text += "null");
        text += ',';
      }
      text.back() = ']';
    }
    return text + ']';
  }

  std::string kinds_;
  Tallies empty_;
  std::string key_;  // of the current row
  std::size_t bytes_ = 0;
  std::unordered_map<std::string, Group, Hash, std::equal_to<>> groups_;
};

}  // namespace

void register_groups(sqlite3* connection) { add_aggregate<Groups>(connection, "edo_groups", -1); }

}  // namespace edo::backend::sqlite
