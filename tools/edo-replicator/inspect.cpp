// edo-replicator inspect: shows the contents of a batch.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.hpp"
#include "base/time.hpp"
#include "edo/error.hpp"
#include "replicator/batch/codec.hpp"
#include "tools/edo-replicator/commands.hpp"

namespace edo::cli {
namespace {

using batch::Batch;
using Json = nlohmann::ordered_json;
using tables::Type;

struct Flags {
  std::string file;
  bool rows = false;
  bool json = false;
};

constexpr auto kMostBytes = batch::DecodeLimits{}.bytes;
constexpr std::size_t kPiece = std::size_t{1} << 20;

void require_size(std::uint64_t size, const std::string& name) {
  if (size <= kMostBytes) return;
  throw Error(ErrorKind::refused, "read", name,
              "it is larger than the limit of " + std::to_string(kMostBytes >> 20) + " MiB");
}

// Reads no more than a batch may have, so that an endless stream ends here.
std::string read_some(std::istream& in, const std::string& name) {
  std::string bytes;
  while (in && bytes.size() <= kMostBytes) {
    const auto had = bytes.size();
    bytes.resize(had + kPiece);
    in.read(bytes.data() + had, kPiece);
    bytes.resize(had + static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) throw Error(ErrorKind::io, "read", name, "reading failed");
  require_size(bytes.size(), name);
  return bytes;
}

std::string read_all(const std::string& file) {
  if (file == "-") return read_some(std::cin, "standard input");
  std::ifstream in(file, std::ios::binary);
  if (std::filesystem::is_directory(file)) {
    throw Error(ErrorKind::invalid_argument, "read", file,
                "this is a directory; name a file in it");
  }
  if (!in) {
    throw Error(ErrorKind::io, "read", file, "the file does not exist or is not readable");
  }
  std::error_code unknown;  // as of a pipe
  const auto size = std::filesystem::file_size(file, unknown);
  if (!unknown) require_size(size, file);
  return read_some(in, file);
}

double ratio(const batch::Header& header) {
  return static_cast<double>(header.body_bytes) / static_cast<double>(header.compressed_bytes);
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json as_json(const batch::Header& header) {
  Json sections = Json::array();
  for (const auto& section : header.sections) {
    sections.push_back({{"name", section.name}, {"rows", section.rows}, {"bytes", section.bytes}});
  }
  return {{"format", fmt::format("{}.{}", header.major, header.minor)},
          {"store_id", base::to_string(header.store_id)},
          {"host_label", header.host_label},
          {"schema_version", header.schema_version},
          {"first_seq", header.first_seq},
          {"last_seq", header.last_seq},
          {"sent_at", base::format_timestamp(header.sent_at)},
          {"backlog", header.backlog},
          {"rows", header.rows()},
          {"rejects", header.rejects()},
          {"tables", std::move(sections)},
          {"encoded_bytes", header.encoded_bytes},
          {"compressed_bytes", header.compressed_bytes},
          {"body_bytes", header.body_bytes}};
}

void print(const batch::Header& header, Output& out) {
  const auto size = [](std::uint64_t bytes) { return bytes_text(static_cast<double>(bytes)); };
  out.say("store     {} {}, schema {}\n", base::to_string(header.store_id),
          base::json_quote(header.host_label), header.schema_version);
  out.say("changes   {} to {}, sent at {}, {} behind them\n", header.first_seq, header.last_seq,
          base::format_timestamp(header.sent_at), grouped(header.backlog));
  out.say("size      {}, format {}.{}; the body {}, compressed {:.1f} times\n",
          size(header.encoded_bytes), header.major, header.minor, size(header.body_bytes),
          ratio(header));
  for (const auto& section : header.sections) {
    // An unknown name may contain anything, so it is quoted.
    const bool known =
        section.name == "rejects" || tables::table_index(section.name) != tables::kTableCount;
    out.say("  {:<18}{:>10} rows {:>10}\n", known ? section.name : base::json_quote(section.name),
            grouped(static_cast<std::int64_t>(section.rows)), size(section.bytes));
  }
}

// In pieces, since a text may be six times as long when it is quoted.
void print_text(std::string_view text, Output& out) {
  out.say("\"");
  while (!text.empty()) {
    std::size_t size = std::min(kPiece, text.size());
    // Does not split a character of several bytes.
    const auto continues = [&] { return size < text.size() && (text[size] & 0xc0) == 0x80; };
    for (int i = 0; i < 3 && continues(); ++i) --size;
    const std::string quoted = dump(Json(text.substr(0, size)));
    out.say("{}", std::string_view(quoted).substr(1, quoted.size() - 2));
    text.remove_prefix(size);
  }
  out.say("\"");
}

Json value_of(const batch::Column& column, std::size_t row) {
  switch (column.type()) {
    case Type::uuid:
      return base::to_string(column.uuid(row));
    case Type::timestamp:
      return base::format_timestamp(column.number(row));
    case Type::boolean:
      return column.number(row) != 0;
    default:
      return column.number(row);
  }
}

void print_field(const std::string& name, const batch::Column& column, std::size_t row,
                 Output& out) {
  out.say(",{}:", dump(name));
  if (column.is_null(row)) {
    out.say("null");
  } else if (column.type() == Type::text || column.type() == Type::json) {
    print_text(column.text(row), out);
  } else {
    out.say("{}", dump(value_of(column, row)));
  }
}

void print_rows(const Batch& batch, Output& out) {
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    const auto fields = batch::fields(table);
    const auto& rows = batch.tables[table];
    for (std::size_t row = 0; row < rows.size(); ++row) {
      out.say("{{\"table\":{},\"row_version\":{}", dump(tables::tables()[table].name),
              rows.versions[row]);
      for (std::size_t i = 0; i < fields.size(); ++i) {
        print_field(fields[i].name, rows.columns[i], row, out);
      }
      out.say("}}\n");
    }
  }
  for (const auto& reject : batch.rejects) {
    out.say("{{\"table\":\"rejects\",\"row_version\":{},\"of\":{},\"id\":", reject.version,
            dump(tables::tables().at(reject.table).name));
    print_text(reject.id, out);
    out.say(",\"error\":");
    print_text(reject.error, out);
    out.say(",\"row\":");
    print_text(reject.row, out);
    out.say("}}\n");
  }
}

int inspect(const Flags& flags, Output& out) {
  auto bytes = read_all(flags.file);
  try {
    const auto header = batch::read_header(bytes);
    // Decodes before it prints, so that a damaged batch gives only the error.
    const Batch batch = flags.rows ? batch::decode(std::move(bytes)) : Batch();
    if (flags.json) {
      out.say("{}\n", dump(as_json(header)));
    } else {
      print(header, out);
    }
    print_rows(batch, out);
  } catch (const Error& error) {
    throw Error(error.kind(),
                (flags.file == "-" ? "standard input" : flags.file) + ": " + error.what());
  }
  return kDone;
}

class Inspect final : public Command {
 public:
  explicit Inspect(CLI::App* options) : Command(options) {
    options->add_option("file", flags_.file, "A batch file; - for standard input")
        ->type_name("FILE")
        ->required();
    options->add_flag("--rows", flags_.rows, "Also print its rows, one JSON line each");
    add_json(*options, flags_.json);
    options->footer(
        "With --json --rows each line is a JSON object: first the batch, then its rows.\n\n"
        "Example:\n"
        "  edo-replicator inspect --json --rows "
        "0190a6f2-7c1b-7d3e-8f00-112233445566-1-40.edobatch | jq .");
  }

  int run(Output& out) override { return inspect(flags_, out); }

 private:
  Flags flags_;
};

}  // namespace

std::unique_ptr<Command> add_inspect(CLI::App& program) {
  return std::make_unique<Inspect>(
      program.add_subcommand("inspect", "Show the contents of a batch"));
}

}  // namespace edo::cli
