#include "tables/healing.hpp"

#include "storage/reserve.hpp"
#include "tables/outbox.hpp"

namespace edo::tables {
namespace {

HealingReason reason_of(std::string_view text) {
  if (text == "restored") return HealingReason::restored;
  return text == "replaced" ? HealingReason::replaced : HealingReason::asked;
}

void bind(SQLite::Statement& statement, int index, const std::optional<std::string>& value) {
  value ? statement.bind(index, *value) : statement.bind(index);
}

std::optional<std::string> text_or_nothing(const SQLite::Column& column) {
  if (column.isNull()) return std::nullopt;
  return column.getString();
}

}  // namespace

std::string_view to_string(HealingReason reason) noexcept {
  switch (reason) {
    case HealingReason::restored:
      return "restored";
    case HealingReason::replaced:
      return "replaced";
    case HealingReason::asked:
      break;
  }
  return "asked";
}

std::optional<std::string> CentralRecord::centre_id() {
  return database_.text("SELECT centre_id FROM centre");
}

std::optional<Lost> CentralRecord::lost() {
  try {
    SQLite::Statement query(database_.handle(), "SELECT lost_after, lost_until FROM centre");
    if (!query.executeStep() || query.isColumnNull(1)) return std::nullopt;
    return Lost{text_or_nothing(query.getColumn(0)), query.getColumn(1).getString()};
  } catch (const SQLite::Exception& failure) {
    throw database_.error("read", failure);
  }
}

bool CentralRecord::is_healing() { return database_.integer("SELECT 1 FROM healing").has_value(); }

std::int64_t CentralRecord::deletable() {
  return is_healing() ? kNothingDeletable : Outbox(database_).watermark();
}

std::optional<Healing> CentralRecord::healing() {
  try {
    SQLite::Statement query(database_.handle(),
                            "SELECT began_at, reason, after_seq, until_seq, selects = 'lacking',"
                            " since, entity, last_id, looked_at, queued FROM healing");
    if (!query.executeStep()) return std::nullopt;
    Healing healing;
    healing.began_at = query.getColumn(0).getString();
    healing.reason = reason_of(query.getColumn(1).getText());
    healing.after_seq = query.getColumn(2).getInt64();
    healing.until_seq = query.getColumn(3).getInt64();
    healing.only_lacking = query.getColumn(4).getInt() == 1;
    healing.since = text_or_nothing(query.getColumn(5));
    healing.table = table_index(query.getColumn(6).getText());
    healing.last_id = query.getColumn(7).getString();
    healing.compared = query.getColumn(8).getInt64();
    healing.queued = query.getColumn(9).getInt64();
    return healing;
  } catch (const SQLite::Exception& failure) {
    throw database_.error("read", failure);
  }
}

void CentralRecord::set_centre_id(const std::string& id) {
  storage::with_headroom(database_.path(), [&] {
    storage::WriteTransaction transaction(database_);
    try {
      SQLite::Statement update(database_.handle(), "UPDATE centre SET centre_id = ?");
      update.bindNoCopy(1, id);
      (void)update.exec();
    } catch (const SQLite::Exception& failure) {
      throw database_.error("write to", failure);
    }
    transaction.commit();
  });
}

void CentralRecord::begin(const Healing& healing, const std::optional<std::string>& centre_id,
                          const std::optional<std::string>& complete_until) {
  storage::with_headroom(database_.path(), [&] {
    storage::WriteTransaction transaction(database_);
    try {
      auto& database = database_.handle();
      if (centre_id) {
        SQLite::Statement update(
            database,
            "UPDATE centre SET centre_id = ?1,"
            " lost_after = iif(pruned_until > coalesce(?2, ''), ?2, lost_after),"
            " lost_until = iif(pruned_until > coalesce(?2, ''), pruned_until, lost_until)");
        update.bindNoCopy(1, *centre_id);
        bind(update, 2, complete_until);
        (void)update.exec();
      }
      SQLite::Statement begin(
          database,
          "INSERT OR REPLACE INTO healing (only_row, began_at, reason, after_seq,"
          " until_seq, selects, since, entity) VALUES (1, ?, ?, ?, ?, ?, ?, ?)");
      begin.bindNoCopy(1, healing.began_at);
      begin.bind(2, std::string(to_string(healing.reason)));
      begin.bind(3, healing.after_seq);
      begin.bind(4, healing.until_seq);
      begin.bind(5, healing.only_lacking ? "lacking" : "since");
      bind(begin, 6, healing.since);
      begin.bind(7, std::string(tables().front().name));
      (void)begin.exec();
    } catch (const SQLite::Exception& failure) {
      throw database_.error("write to", failure);
    }
    transaction.commit();
  });
}

void CentralRecord::queue(const Healing& reached, std::span<const std::string> ids) {
  storage::with_headroom(database_.path(), [&] {
    storage::WriteTransaction transaction(database_);
    try {
      auto& database = database_.handle();
      const std::string table(reached.table < kTableCount ? tables()[reached.table].name : "");
      SQLite::Statement insert(database, "INSERT INTO outbox (entity, row) VALUES (?, ?)");
      for (const auto& id : ids) {
        insert.bindNoCopy(1, table);
        insert.bindNoCopy(2, id);
        (void)insert.exec();
        insert.reset();
      }
      SQLite::Statement advance(
          database, "UPDATE healing SET entity = ?, last_id = ?, looked_at = ?, queued = ?");
      advance.bindNoCopy(1, table);
      advance.bindNoCopy(2, reached.last_id);
      advance.bind(3, reached.compared);
      advance.bind(4, reached.queued);
      (void)advance.exec();
    } catch (const SQLite::Exception& failure) {
      throw database_.error("write to the outbox of", failure);
    }
    transaction.commit();
  });
}

void CentralRecord::end() {
  storage::with_headroom(database_.path(), [&] {
    storage::WriteTransaction transaction(database_);
    database_.execute("DELETE FROM healing");
    transaction.commit();
  });
}

}  // namespace edo::tables
