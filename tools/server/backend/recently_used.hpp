// The values that were used last, by their texts.
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace edo::backend {

template <class Value>
class RecentlyUsed {
  struct Nothing {
    void operator()(const Value&) const noexcept {}
  };

 public:
  explicit RecentlyUsed(std::size_t most) : most_(most) {}

  // The text's value, which `make` returns if there is none. Beyond the number that is kept, `drop`
  // gets the value that was not used for longest. Throws what both throw.
  template <class Make, class Drop = Nothing>
  Value& of(const std::string& text, const Make& make, const Drop& drop = {}) {
    if (const auto found = by_text_.find(text); found != by_text_.end()) {
      values_.splice(values_.begin(), values_, found->second);
      return values_.front().second;
    }
    if (values_.size() == most_) {
      drop(values_.back().second);
      by_text_.erase(values_.back().first);
      values_.pop_back();
    }
    values_.emplace_front(text, make());
    by_text_.emplace(values_.front().first, values_.begin());
    return values_.front().second;
  }

 private:
  using Values = std::list<std::pair<std::string, Value>>;

  std::size_t most_;
  Values values_;
  std::unordered_map<std::string_view, typename Values::iterator> by_text_;  // the texts of values_
};

}  // namespace edo::backend
