#include "tools/server/auth/lifetime.hpp"

#include <catch2/catch.hpp>

namespace edo::auth {
namespace {

const SystemTime kNow = std::chrono::system_clock::from_time_t(1585574700);  // 13:25:00 GMT

std::optional<long> seconds(std::optional<Seconds> given) {
  return given ? std::optional(given->count()) : std::nullopt;
}

TEST_CASE("Cache-Control and Expires say how long keys are fresh") {
  struct Case {
    std::string cache_control, expires;
    std::optional<long> keys, any;
  };
  const std::string later = "Mon, 30 Mar 2020 13:25:18 GMT";
  for (const auto& [cache_control, expires, keys, any] : {
           Case{"max-age=600", "", 600, 600},
           Case{"public, Max-Age=\"600\" , must-revalidate", "", 600, 600},
           Case{"s-maxage=5", "", 5, 5},
           Case{"max-age=0", later, 0, 0},
           Case{"must-revalidate", later, 0, 18},
           Case{"no-cache, max-age=600", "", 0, 600},
           Case{"no-store", "", 0, {}},
           Case{"private", later, 18, 18},
           Case{"max-age=soon", "", {}, {}},
           Case{"max-age=-1", "", {}, {}},
           Case{"max-age=99999999999999999999", "", 31536000, 31536000},
           Case{"", later, 18, 18},
           Case{"", "Mon, 30 Mar 2020 13:24:00 GMT", 0, 0},
           Case{"", "tomorrow", {}, {}},
           Case{"", "", {}, {}},
           Case{",,=,", "", {}, {}},
       }) {
    CAPTURE(cache_control, expires);
    protocol::Headers headers;
    if (!cache_control.empty()) headers.emplace_back("cache-control", cache_control);
    if (!expires.empty()) headers.emplace_back("expires", expires);
    CHECK(seconds(lifetime(headers, kNow)) == keys);
    CHECK(seconds(age_limit(headers, kNow)) == any);
  }
}

}  // namespace
}  // namespace edo::auth
