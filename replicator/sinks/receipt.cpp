#include "replicator/sinks/receipt.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "edo/error.hpp"

namespace edo::sinks {
namespace {

constexpr std::uint64_t kLargest = std::uint64_t{1} << 20;
constexpr std::string_view kSuffix = ".receipt";

}  // namespace

std::string Receipt::name_of(const base::Uuid& store_id) {
  return base::to_string(store_id) + std::string(kSuffix);
}

std::vector<base::Uuid> Receipt::stores_in(const Directory& directory) {
  std::vector<base::Uuid> stores;
  for (const std::string& name : directory.names(kSuffix)) {
    const auto stem = std::string_view(name).substr(0, name.size() - kSuffix.size());
    if (const auto store_id = base::parse_uuid(stem)) stores.push_back(*store_id);
  }
  return stores;
}

Receipt Receipt::read(const Directory& directory, const base::Uuid& store_id) {
  Receipt receipt(store_id);
  const auto name = name_of(store_id);
  if (!directory.has(name)) return receipt;
  const auto text = directory.read(name, kLargest);
  try {
    const auto json = nlohmann::json::parse(text);
    if (json.at("store_id") == base::to_string(store_id)) {
      for (const auto& range : json.at("ranges")) {
        receipt.add(range.at(0).get<std::int64_t>(), range.at(1).get<std::int64_t>());
      }
      return receipt;
    }
  } catch (const nlohmann::json::exception&) {
    // Reported below.
  }
  throw Error(ErrorKind::corrupt, "read", directory.path() + "/" + name,
              "it is not a receipt of this store; delete it and import "
              "the directory again, which is safe");
}

void Receipt::write(Directory& directory, base::Micros imported_at) const {
  const nlohmann::ordered_json json = {{"store_id", base::to_string(store_id_)},
                                       {"last_seq", last_seq()},
                                       {"imported_at", base::format_timestamp(imported_at)},
                                       {"ranges", ranges_}};
  directory.write(name_of(store_id_), json.dump() + "\n");
}

void Receipt::add(std::int64_t first_seq, std::int64_t last_seq) {
  if (first_seq < 0 || last_seq < first_seq) return;
  ranges_.emplace_back(first_seq, last_seq);
  std::sort(ranges_.begin(), ranges_.end());
  std::vector<std::pair<std::int64_t, std::int64_t>> merged;
  for (const auto& range : ranges_) {
    if (!merged.empty() && range.first - 1 <= merged.back().second) {
      merged.back().second = std::max(merged.back().second, range.second);
    } else {
      merged.push_back(range);
    }
  }
  ranges_ = std::move(merged);
}

bool Receipt::covers(std::int64_t first_seq, std::int64_t last_seq) const {
  return std::any_of(ranges_.begin(), ranges_.end(), [&](const auto& range) {
    return range.first <= first_seq && last_seq <= range.second;
  });
}

std::int64_t Receipt::imported_after(std::int64_t seq) const {
  for (const auto& range : ranges_) {
    if (range.first - 1 <= seq && seq < range.second) return range.second;
  }
  return seq;
}

std::int64_t Receipt::last_seq() const { return ranges_.empty() ? 0 : ranges_.back().second; }

}  // namespace edo::sinks
