#include "replicator/batch/codec.hpp"

#include <xxhash.h>

#include <catch2/catch.hpp>

#include "edo/error.hpp"
#include "replicator/batch/body.hpp"
#include "sample_batches.hpp"
#include "support/files.hpp"

using namespace edo;
using batch::Batch;
using batch::DecodeLimits;
using testing::equal;
using testing::rich_batch;

namespace {

ErrorKind kind_of(std::string_view bytes, const DecodeLimits& limits = {}) {
  try {
    (void)batch::decode(bytes, limits);
  } catch (const Error& error) {
    CHECK(error.operation() == "decode");
    CHECK(error.object() == "a batch");
    return error.kind();
  }
  FAIL("it was decoded");
  throw;
}

// A body that claims what it likes, which no encoder would write.
ErrorKind kind_of_body(std::string_view bytes, const std::vector<batch::Section>& sections,
                       const DecodeLimits& limits = {}) {
  try {
    Batch batch;
    batch::decode_body(bytes, sections, limits, batch);
  } catch (const Error& error) {
    CHECK(error.operation() == "decode");
    CHECK(error.object() == "a batch");
    return error.kind();
  }
  FAIL("it was decoded");
  throw;
}

// With its bytes in one piece.
struct FlatBody {
  std::vector<batch::Section> sections;
  std::string bytes;
};

FlatBody flat_body(const Batch& batch) {
  const auto body = batch::encode_body(batch);
  return {body.sections, body.bytes.joined()};
}

}  // namespace

TEST_CASE("a batch comes back as it was, at every level") {
  const Batch batch = rich_batch();
  for (const int level : {1, 3, 19}) {
    CHECK(equal(batch::decode(batch::encode(batch, {level})), batch));
  }
}

TEST_CASE("the golden files of format 1.0 are still read as what they were") {
  const std::string folder = EDO_GOLDEN;
  CHECK(equal(batch::decode(testing::read_file(folder + "/rich.edobatch")), rich_batch()));
  CHECK(equal(batch::decode(testing::read_file(folder + "/empty.edobatch")), Batch()));
}

// Only for a new minor version, into new files: docs/formats/batch.md.
TEST_CASE("make golden files", "[.golden]") {
  const std::string folder = EDO_GOLDEN;
  testing::write_file(folder + "/rich.edobatch", batch::encode(rich_batch()));
  testing::write_file(folder + "/empty.edobatch", batch::encode(Batch()));
  // And what the fuzzer begins with behind the checksum: the sizes of its sections, then the body.
  const auto body = flat_body(rich_batch());
  std::string seed;
  for (const auto& section : body.sections) {
    seed += static_cast<char>(section.rows);
    seed += static_cast<char>(section.bytes);
    seed += static_cast<char>(section.bytes >> 8);
  }
  testing::write_file(folder + "/rich.body", seed + std::string(3, '\0') + body.bytes);
}

TEST_CASE("an empty batch, one with a single row and one with only rejects come back") {
  CHECK(equal(batch::decode(batch::encode(Batch())), Batch()));

  Batch single;
  single.tables[3].versions.push_back(17);
  for (auto& column : single.tables[3].columns) {
    if (column.type() == tables::Type::uuid) {
      column.add(base::new_uuid());
    } else {
      column.add_null();
    }
  }
  CHECK(equal(batch::decode(batch::encode(single)), single));

  Batch rejects;
  rejects.rejects = rich_batch().rejects;
  CHECK(equal(batch::decode(batch::encode(rejects)), rejects));
}

TEST_CASE("the header describes the batch without decompressing it") {
  const Batch batch = rich_batch();
  const auto bytes = batch::encode(batch);
  const auto header = batch::read_header(bytes);
  CHECK(header.major == 1);
  CHECK(header.minor == 0);
  CHECK(header.store_id == batch.store_id);
  CHECK(header.host_label == batch.host_label);
  CHECK(header.first_seq == 101);
  CHECK(header.last_seq == 140);
  CHECK(header.sent_at == batch.sent_at);
  CHECK(header.backlog == 77);
  CHECK(header.rows() == 12);
  CHECK(header.rejects() == 2);
  CHECK(header.sections.size() == 5);
  CHECK(header.encoded_bytes == bytes.size());
  CHECK(header.compressed_bytes < header.body_bytes);
}

TEST_CASE("a batch that lost or changed a single bit is refused at every place") {
  const auto bytes = batch::encode(rich_batch());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK(kind_of(std::string_view(bytes).substr(0, size)) == ErrorKind::corrupt);
  }
  for (std::size_t at = 0; at < bytes.size() * 8; ++at) {
    auto flipped = bytes;
    flipped[at / 8] = static_cast<char>(flipped[at / 8] ^ (1 << (at % 8)));
    // Only the major version is checked before the checksum.
    const auto expected =
        at / 8 == 8 && at % 8 != 0 ? ErrorKind::schema_too_new : ErrorKind::corrupt;
    CHECK(kind_of(flipped) == expected);
  }
}

TEST_CASE("a damaged body is refused or read as something else, but never believed") {
  const auto body = flat_body(rich_batch());
  for (std::size_t at = 0; at < body.bytes.size() * 8; ++at) {
    auto flipped = body.bytes;
    flipped[at / 8] = static_cast<char>(flipped[at / 8] ^ (1 << (at % 8)));
    try {
      Batch batch;
      batch::decode_body(flipped, body.sections, {}, batch);
      for (const auto& rows : batch.tables) {
        for (const auto& column : rows.columns) REQUIRE(column.size() == rows.size());
      }
    } catch (const Error& error) {
      REQUIRE((error.kind() == ErrorKind::corrupt || error.kind() == ErrorKind::refused));
    }
  }
  for (std::size_t size = 0; size < body.bytes.size(); ++size) {
    CHECK(kind_of_body(body.bytes.substr(0, size), body.sections) == ErrorKind::corrupt);
  }
}

TEST_CASE("sizes that lie are refused before anything is allocated for them") {
  constexpr auto kHuge = ~std::uint64_t{0};
  const auto body = flat_body(rich_batch());
  auto sections = body.sections;
  sections[0].rows = kHuge;
  CHECK(kind_of_body(body.bytes, sections) == ErrorKind::refused);
  sections[0].rows = 90'000;
  CHECK(kind_of_body(body.bytes, sections) == ErrorKind::corrupt);
  sections[0] = {"invocations", 3, kHuge};
  CHECK(kind_of_body(body.bytes, sections) == ErrorKind::corrupt);
  // A list of UUIDs that is nothing but its number, since all of them would be zero.
  std::string uuids = body.bytes;
  uuids.replace(1, 8, 8, '\x7f');
  CHECK(kind_of_body(uuids, body.sections) == ErrorKind::refused);
}

TEST_CASE("what is larger than the limits is refused") {
  const auto bytes = batch::encode(rich_batch());
  DecodeLimits limits;
  limits.rows = 13;
  CHECK(kind_of(bytes, limits) == ErrorKind::refused);
  limits.rows = 14;
  CHECK(equal(batch::decode(bytes, limits), rich_batch()));
  limits.bytes = 100;
  CHECK(kind_of(bytes, limits) == ErrorKind::refused);

  // A text that many rows share is small when it travels and large when it has come.
  Batch shared;
  const std::string text(10'000, 'x');
  auto& rows = shared.tables[0];
  for (int row = 0; row < 300; ++row) {
    rows.versions.push_back(row);
    for (std::size_t field = 0; field < rows.columns.size(); ++field) {
      if (field == 0) {
        rows.columns[field].add(base::new_uuid());
      } else if (field == 4) {
        rows.columns[field].add(std::string_view(text));
      } else {
        rows.columns[field].add_null();
      }
    }
  }
  const auto small = batch::encode(shared);
  CHECK(small.size() < 10'000);
  limits = {300, 1 << 20};
  CHECK(kind_of(small, limits) == ErrorKind::refused);
  limits.bytes = 8 << 20;
  CHECK(equal(batch::decode(small, limits), shared));
}

TEST_CASE("one row, and one of the rejects, is a batch of its own") {
  const Batch batch = rich_batch();
  const Batch row = batch::decode(batch::encode_row(batch, 0, 2));
  CHECK(row.rows() == 1);
  CHECK(row.rejects.empty());
  CHECK(row.store_id == batch.store_id);
  CHECK(row.first_seq == batch.tables[0].versions[2]);
  CHECK(row.last_seq == batch.tables[0].versions[2]);
  Batch expected = row;
  for (std::size_t field = 0; field < row.tables[0].columns.size(); ++field) {
    auto& column = expected.tables[0].columns[field];
    column = batch::Column(column.type());
    column.add_from(batch.tables[0].columns[field], 2);
  }
  CHECK(equal(row, expected));

  const auto& rejected = batch.rejects[1];
  const Batch reject = batch::decode(batch::encode_reject(batch, rejected));
  CHECK(reject.rows() == 0);
  REQUIRE(reject.rejects.size() == 1);
  CHECK(reject.rejects[0].row == rejected.row);
  CHECK(reject.rejects[0].id == rejected.id);
  CHECK(reject.last_seq == rejected.version);
}

TEST_CASE("a text that is too large to be copied travels as any other") {
  Batch batch = rich_batch();
  batch.rejects[0].row = std::string(3 << 20, 'r');
  auto& column = batch.tables[0].columns[4];
  batch::Column changed(column.type());
  const std::string text(200'000, 't');
  for (std::size_t row = 0; row < column.size(); ++row) {
    changed.add(std::string_view(text).substr(row));
  }
  column = std::move(changed);
  std::string bytes = batch::encode(batch);
  CHECK(equal(batch::decode(std::move(bytes)), batch));
}

TEST_CASE("many unknown columns and sections cost no memory") {
  // A name of a column takes more memory than it has bytes.
  batch::Writer table;
  table.numbers({});
  table.number(std::uint32_t{900'000});
  for (std::uint32_t i = 0; i < 900'000; ++i) {
    table.string("c" + std::to_string(i));
    table.number(std::uint8_t{1});
    table.number(std::uint64_t{0});
  }
  const std::string rows = table.take().joined();
  batch::Writer body;
  body.number(std::uint64_t{0});
  body.numbers({});
  body.numbers({});
  body.bytes(rows);
  CHECK(kind_of_body(body.take().joined(), {{"job_logs", 0, rows.size()}}) == ErrorKind::refused);

  std::string bytes = batch::encode(Batch());
  bytes.replace(12, 4, std::string("\0\0\x10\0", 4));  // a header of a megabyte
  bytes.resize(3 << 20);
  const auto sum = XXH64(bytes.data(), bytes.size() - 8, 0);
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[bytes.size() - 8 + i] = static_cast<char>(sum >> (8 * i));
  }
  CHECK(kind_of(bytes) == ErrorKind::refused);
}

TEST_CASE("fields of a newer version are skipped, and missing fields are null") {
  const Batch original = rich_batch();
  auto body = flat_body(original);
  const auto renamed = [&](std::string_view from, std::string_view to) {
    auto bytes = body.bytes;
    const auto at = bytes.find(from);
    REQUIRE(at != std::string::npos);
    return bytes.replace(at, from.size(), to);
  };
  Batch decoded;
  batch::decode_body(renamed("correlation_id", "correlation_xx"), body.sections, {}, decoded);
  CHECK(decoded.tables[0].columns[4].is_null(0));
  CHECK_FALSE(original.tables[0].columns[4].is_null(0));
  CHECK(decoded.tables[0].versions == original.tables[0].versions);

  auto sections = body.sections;
  sections[1].name = "of_tomorrow";
  Batch without;
  batch::decode_body(body.bytes, sections, {}, without);
  CHECK(without.tables[1].size() == 0);
  CHECK(without.tables[2].size() == 3);

  // A row needs an id.
  CHECK(kind_of_body(renamed(std::string("\2\0\0\0id\1", 7), std::string("\2\0\0\0xx\1", 7)),
                     body.sections) == ErrorKind::corrupt);
  // A column may not change its type.
  CHECK(kind_of_body(renamed("correlation_id\5", "correlation_id\6"), body.sections) ==
        ErrorKind::corrupt);
}
