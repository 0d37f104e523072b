// What an import leaves beside the files: which changes of a store the centre has. The next export
// into the same directory reads it. STORE_ID.receipt, JSON.
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

  // The name of its file.
  [[nodiscard]] static std::string name_of(const base::Uuid& store_id);
  // The stores that have a receipt in this directory.
  [[nodiscard]] static std::vector<base::Uuid> stores_in(const Directory& directory);
  // The store's receipt in this directory, an empty one if there is none. Throws Error, naming the
  // file: corrupt and refused if it is none, io.
  [[nodiscard]] static Receipt read(const Directory& directory, const base::Uuid& store_id);
  void write(Directory& directory, base::Micros imported_at) const;

  void add(std::int64_t first_seq, std::int64_t last_seq);
  [[nodiscard]] bool covers(std::int64_t first_seq, std::int64_t last_seq) const;
  // The end of what was imported without a gap after `seq`; `seq` itself if what follows it was
  // not.
  [[nodiscard]] std::int64_t imported_after(std::int64_t seq) const;

  [[nodiscard]] const base::Uuid& store_id() const noexcept { return store_id_; }
  // The highest that was imported, zero if nothing was. There may be gaps before it.
  [[nodiscard]] std::int64_t last_seq() const;

 private:
  base::Uuid store_id_;
  // Without overlaps, in order, both ends included.
  std::vector<std::pair<std::int64_t, std::int64_t>> ranges_;
};

}  // namespace edo::sinks
