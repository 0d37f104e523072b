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

// A row may change between reading it and comparing it, so what is unequal is looked at again.
constexpr int kLooks = 3;
// Ids that the centre is asked for at a time.
constexpr std::size_t kPage = 10'000;

// Whether the id sorts as text as it does as a UUID.
bool is_canonical(const std::string& id) {
  const auto uuid = base::parse_uuid(id);
  return uuid && base::to_string(*uuid) == id;
}

class TableCheck {
 public:
  TableCheck(StoreTable store, Comparison centre, const Retention& retention,
             const Options& options)
      : store_(std::move(store)),
        centre_(std::move(centre)),
        retention_(retention),
        options_(options) {}

  TableReport run(std::int64_t& looked_at) {
    for (auto rows = store_.next(options_.chunk); !rows.empty();
         rows = store_.next(options_.chunk)) {
      looked_at += static_cast<std::int64_t>(rows.size());
      const auto last = std::find_if(rows.rbegin(), rows.rend(),
                                     [](const Row& row) { return is_canonical(row.id); });
      if (last != rows.rend()) find_only_at_centre(rows, last->id);
      compare(std::move(rows));
      if (options_.on_progress) options_.on_progress(looked_at);
    }
    find_only_at_centre({}, std::nullopt);
    return std::move(report_);
  }

 private:
  void compare(std::vector<Row> rows) {
    for (int look = 1; !rows.empty(); ++look) {
      const auto unequal = centre_.compare(rows);
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
    // A dead letter says nothing of a row that has been changed since.
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
    if (!found.missing && found.error.empty()) fault.columns = centre_.differences(row);
    report_.examples.push_back(std::move(fault));
  }

  // Finds what the centre has after the ids of earlier calls and up to `until`, but not the store.
  void find_only_at_centre(const std::vector<Row>& chunk, std::optional<std::string> until) {
    std::unordered_set<std::string_view> here;
    for (const auto& row : chunk) here.insert(row.id);
    for (bool more = true; more;) {
      const auto page = centre_.ids(seen_, until, kPage, options_.period);
      for (const auto& id : page) {
        if (here.contains(id) || store_.has(id)) continue;
        ++report_.only_at_centre;
        if (report_.only_at_centre_ids.size() < options_.examples) {
          report_.only_at_centre_ids.push_back(id);
        }
      }
      more = page.size() == kPage;
      if (more) seen_ = page.back();
    }
    seen_ = std::move(until);
  }

  StoreTable store_;
  Comparison centre_;
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
    sum.only_at_centre += table.only_at_centre;
  }
  return sum;
}

bool Report::all_equal() const {
  const TableReport sum = total();
  return sum.dead_letters == 0 && sum.pending == 0 && sum.missing == 0 && sum.different == 0;
}

Report verify(const std::string& path, postgres::Connection& centre, const Options& options) {
  auto store = open_for_comparison(path);
  const auto info = storage::store_info(store);
  postgres::prefer_key_lookups(centre);
  const Retention retention = retention_of(centre);
  Report report;
  std::int64_t looked_at = 0;
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    report.tables[table] = TableCheck(StoreTable(store, table, options.period),
                                      Comparison(centre, table, info.store_id), retention, options)
                               .run(looked_at);
  }
  return report;
}

}  // namespace edo::verify
