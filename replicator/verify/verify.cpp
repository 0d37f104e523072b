#include "replicator/verify/verify.hpp"

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <utility>

#include "base/uuid.hpp"
#include "replicator/postgres/migrations.hpp"
#include "replicator/verify/comparison.hpp"
#include "storage/store.hpp"

namespace edo::verify {
namespace {

// A row may change between reading and comparing it, so unequal rows are compared again.
constexpr int kLooks = 3;
// Ids in one query to the central database.
constexpr std::size_t kPage = 10'000;

// Whether the id sorts as text as it does as a UUID.
bool is_canonical(const std::string& id) {
  const auto uuid = base::parse_uuid(id);
  return uuid && base::to_string(*uuid) == id;
}

class TableCheck {
 public:
  TableCheck(StoreTable store, Comparison central, const Retention& retention,
             const Options& options)
      : store_(std::move(store)),
        central_(std::move(central)),
        retention_(retention),
        options_(options) {}

  TableReport run(std::int64_t& compared) {
    for (auto rows = store_.next(options_.chunk); !rows.empty();
         rows = store_.next(options_.chunk)) {
      compared += static_cast<std::int64_t>(rows.size());
      const auto last = std::find_if(rows.rbegin(), rows.rend(),
                                     [](const Row& row) { return is_canonical(row.id); });
      if (last != rows.rend()) find_only_central(rows, last->id);
      compare(std::move(rows));
      if (options_.on_progress) options_.on_progress(compared);
    }
    find_only_central({}, std::nullopt);
    return std::move(report_);
  }

 private:
  void compare(std::vector<Row> rows) {
    for (int look = 1; !rows.empty(); ++look) {
      const auto unequal = central_.compare(rows);
      report_.equal += static_cast<std::int64_t>(rows.size() - unequal.size());
      std::vector<std::string> again;
      for (const auto& found : unequal) {
        const Row& row = rows[found.row];
        if (row.pending == 0 && look < kLooks) {
          again.push_back(row.id);
        } else {
          judge(row, found);
        }
      }
      rows = store_.again(again);
    }
  }

  void judge(const Row& row, const Unequal& found) {
    // A dead letter of an older version says nothing about the row.
    if (found.dead_letter && *found.dead_letter >= row.pending) {
      ++report_.dead_letters;
      add_example(row, found, FaultKind::dead_letter);
    } else if (row.pending != 0) {
      ++report_.pending;
    } else if (found.missing && store_.is_removed(row, retention_)) {
      ++report_.removed;
    } else if (found.missing) {
      ++report_.missing;
      add_example(row, found, FaultKind::missing);
    } else {
      ++report_.different;
      add_example(row, found, FaultKind::different);
    }
  }

  void add_example(const Row& row, const Unequal& found, FaultKind kind) {
    if (report_.examples.size() >= options_.examples) return;
    Fault fault{row.id, kind, {}, found.error};
    if (!found.missing && found.error.empty()) fault.columns = central_.differences(row);
    report_.examples.push_back(std::move(fault));
  }

  // Finds the rows after the ids of earlier calls and up to `until` that only the central database
  // has.
  void find_only_central(const std::vector<Row>& chunk, std::optional<std::string> until) {
    std::unordered_set<std::string_view> here;
    for (const auto& row : chunk) here.insert(row.id);
    for (bool more = true; more;) {
      const auto page = central_.ids(seen_, until, kPage, options_.period);
      for (const auto& id : page) {
        if (here.contains(id) || store_.has(id)) continue;
        ++report_.only_central;
        if (report_.only_central_ids.size() < options_.examples) {
          report_.only_central_ids.push_back(id);
        }
      }
      more = page.size() == kPage;
      if (more) seen_ = page.back();
    }
    seen_ = std::move(until);
  }

  StoreTable store_;
  Comparison central_;
  const Retention& retention_;
  const Options& options_;
  std::optional<std::string> seen_;  // ids up to this one have been asked for
  TableReport report_;
};

}  // namespace

std::string_view to_string(FaultKind kind) noexcept {
  switch (kind) {
    case FaultKind::missing:
      return "missing";
    case FaultKind::different:
      return "different";
    case FaultKind::dead_letter:
      break;
  }
  return "dead letter";
}

TableReport Report::total() const {
  TableReport sum;
  for (const auto& table : tables) {
    sum.equal += table.equal;
    sum.dead_letters += table.dead_letters;
    sum.pending += table.pending;
    sum.missing += table.missing;
    sum.different += table.different;
    sum.removed += table.removed;
    sum.only_central += table.only_central;
  }
  return sum;
}

bool Report::all_equal() const {
  const TableReport sum = total();
  return sum.dead_letters == 0 && sum.pending == 0 && sum.missing == 0 && sum.different == 0;
}

Report verify(const std::string& path, postgres::Connection& central, const Options& options) {
  auto store = open_for_comparison(path);
  const auto info = storage::store_info(store);
  postgres::prefer_key_lookups(central);
  const Retention retention = retention_of(central);
  Report report;
  std::int64_t compared = 0;
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    report.tables[table] = TableCheck(StoreTable(store, table, options.period),
                                      Comparison(central, table, info.store_id), retention, options)
                               .run(compared);
  }
  return report;
}

}  // namespace edo::verify
