// The receipt that an import writes beside the files: which changes of a store the central database
// has. The next export into the same directory reads it. The file is STORE_ID.receipt, in JSON.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "base/uuid.hpp"
#include "replicator/sinks/directory.hpp"

namespace edo::sinks {

class Receipt {
 public:
  explicit Receipt(const base::Uuid& store_id) : store_id_(store_id) {}

  // The name of the receipt's file.
  [[nodiscard]] static std::string name_of(const base::Uuid& store_id);
  // The stores that have a receipt in this directory.
  [[nodiscard]] static std::vector<base::Uuid> stores_in(const Directory& directory);
  // The store's receipt in this directory, or an empty one. Throws Error, which names the file:
  // corrupt or refused if it is not a receipt, io.
  [[nodiscard]] static Receipt read(const Directory& directory, const base::Uuid& store_id);
  void write(Directory& directory, base::Micros imported_at) const;

  void add(std::int64_t first_seq, std::int64_t last_seq);
  [[nodiscard]] bool covers(std::int64_t first_seq, std::int64_t last_seq) const;
  // The sequence number up to which everything after `seq` was imported; `seq` if the next change
  // was not.
  [[nodiscard]] std::int64_t imported_after(std::int64_t seq) const;

  [[nodiscard]] const base::Uuid& store_id() const noexcept { return store_id_; }
  // The highest imported sequence number, or zero. There may be gaps below it.
  [[nodiscard]] std::int64_t last_seq() const;

 private:
  base::Uuid store_id_;
  // Ranges in order, without overlaps, both ends included.
  std::vector<std::pair<std::int64_t, std::int64_t>> ranges_;
};

}  // namespace edo::sinks
