// The text format of Prometheus, version 0.0.4, piece by piece.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace edo::metrics {

inline constexpr const char* kPrometheusContentType = "text/plain; version=0.0.4; charset=utf-8";

struct Family {
  const char* name;
  const char* type;
  const char* help;
};

class Histogram {
 public:
  // Upper bounds of the buckets, in seconds; the last one has none.
  static constexpr std::array<double, 13> kBounds = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
                                                     1,     2.5,  5,     10,   30,  60};

  void observe(double seconds) noexcept;

  // How many values fell into each bucket, and into none of them.
  [[nodiscard]] const auto& counts() const noexcept { return counts_; }
  [[nodiscard]] double sum() const noexcept { return sum_; }

 private:
  std::array<std::uint64_t, kBounds.size() + 1> counts_{};
  double sum_ = 0;
};

// Help and type, which come before the samples of a family.
void begin_family(std::string& out, const Family& family);

// All samples of one histogram; `labels` as in "target=\"x\"", or empty.
void append_histogram(std::string& out, const Family& family, std::string_view labels,
                      const Histogram& histogram);

// A label's value as it stands between quotes.
[[nodiscard]] std::string escaped_label(std::string_view value);

}  // namespace edo::metrics
