#include "replicator/batch/codec.hpp"

#include <xxhash.h>
#include <zstd.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "edo/error.hpp"
#include "replicator/batch/body.hpp"
#include "replicator/batch/format.hpp"
#include "replicator/batch/wire.hpp"

namespace edo::batch {
namespace {

// A thousand times what today's tables need.
constexpr std::uint32_t kMostHeaderBytes = 256 << 10;

[[noreturn]] void damaged(const std::string& what) {
  throw Error(ErrorKind::corrupt, "decode", "a batch", what);
}

template <typename Number>
void put_little_endian(std::string& out, Number value) {
  for (std::size_t i = 0; i < sizeof value; ++i) {
    out += static_cast<char>(value >> (8 * i));
  }
}

template <typename Number>
Number little_endian(std::string_view bytes) {
  Number value = 0;
  for (std::size_t i = sizeof value; i-- > 0;) {
    value = (value << 8) | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

std::uint64_t checksum(std::string_view bytes) { return XXH64(bytes.data(), bytes.size(), 0); }

Header header_of(const Batch& batch) {
  Header header;
  header.store_id = batch.store_id;
  header.host_label = batch.host_label;
  header.schema_version = batch.schema_version;
  header.first_seq = batch.first_seq;
  header.last_seq = batch.last_seq;
  header.sent_at = batch.sent_at;
  header.backlog = batch.backlog;
  return header;
}

// Of a batch with one row. Its slice is the row's version alone.
Header header_of(const Batch& batch, std::int64_t version) {
  Header header = header_of(batch);
  header.first_seq = version;
  header.last_seq = version;
  return header;
}

std::string encode_header(const Header& header, const Body& body) {
  Writer out;
  out.bytes({reinterpret_cast<const char*>(header.store_id.data()), header.store_id.size()});
  out.string(header.host_label);
  for (const std::int64_t value :
       {header.schema_version, header.first_seq, header.last_seq, header.sent_at, header.backlog}) {
    out.number(value);
  }
  out.number(static_cast<std::uint64_t>(body.bytes.size()));
  out.number(static_cast<std::uint32_t>(body.sections.size()));
  for (const auto& section : body.sections) {
    out.string(section.name);
    out.number(section.rows);
    out.number(section.bytes);
  }
  return out.take().joined();
}

Header decode_header(std::string_view bytes) {
  Reader in(bytes);
  Header header;
  const auto id = in.bytes(header.store_id.size());
  std::copy(id.begin(), id.end(), header.store_id.begin());
  header.host_label = in.string();
  for (auto* value : {&header.schema_version, &header.first_seq, &header.last_seq, &header.sent_at,
                      &header.backlog}) {
    *value = in.number<std::int64_t>();
  }
  header.body_bytes = in.number<std::uint64_t>();
  for (auto left = in.number<std::uint32_t>(); left > 0; --left) {
    Section section;
    section.name = in.string();
    section.rows = in.number<std::uint64_t>();
    section.bytes = in.number<std::uint64_t>();
    header.sections.push_back(std::move(section));
  }
  return header;
}

// Appends the pieces as one frame.
void compress(const Pieces& pieces, int level, std::string& out) {
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(),
                                                                     &ZSTD_freeCCtx);
  if (!context) throw std::bad_alloc();
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  ZSTD_CCtx_setPledgedSrcSize(context.get(), pieces.size());
  // The system provides no memory for pages that are never written.
  out.reserve(out.size() + ZSTD_compressBound(pieces.size()) + format::kChecksumSize);
  std::string room(ZSTD_CStreamOutSize(), '\0');
  const auto put = [&](std::string_view bytes, ZSTD_EndDirective until) {
    ZSTD_inBuffer from{bytes.data(), bytes.size(), 0};
    for (bool more = true; more;) {
      ZSTD_outBuffer to{room.data(), room.size(), 0};
      const auto left = ZSTD_compressStream2(context.get(), &to, &from, until);
      if (ZSTD_isError(left) != 0) {
        throw Error(ErrorKind::io, "compress", "a batch", ZSTD_getErrorName(left));
      }
      out.append(room.data(), to.pos);
      more = until == ZSTD_e_end ? left > 0 : from.pos < from.size;
    }
  };
  pieces.each([&](std::string_view bytes) { put(bytes, ZSTD_e_continue); });
  put({}, ZSTD_e_end);
}

std::string decompress(std::string_view frame, std::uint64_t size, std::uint64_t limit) {
  if (ZSTD_getFrameContentSize(frame.data(), frame.size()) != size ||
      ZSTD_findFrameCompressedSize(frame.data(), frame.size()) != frame.size()) {
    damaged("its body is not the zstd frame that the header describes");
  }
  if (size > limit) {
    throw Error(ErrorKind::refused, "decode", "a batch",
                "its body has " + std::to_string(size) + " bytes; the limit is " +
                    std::to_string(limit >> 20) + " MiB");
  }
  std::string body(static_cast<std::size_t>(size), '\0');
  const auto done = ZSTD_decompress(body.data(), body.size(), frame.data(), frame.size());
  if (ZSTD_isError(done) != 0) damaged(ZSTD_getErrorName(done));
  if (done != body.size()) damaged("its body is shorter than the header says");
  return body;
}

struct Envelope {
  Header header;
  std::string_view frame;
};

Envelope open(std::string_view bytes) {
  if (!bytes.starts_with(format::kMagic)) damaged("not a batch (bad magic)");
  if (bytes.size() < format::kHeaderAt + format::kChecksumSize) damaged("it is truncated");
  const int major = static_cast<unsigned char>(bytes[format::kMajorAt]);
  if (major > format::kMajor) {
    throw Error(ErrorKind::schema_too_new, "decode", "a batch",
                "it has format " + std::to_string(major) + "; this program reads formats up to " +
                    std::to_string(format::kMajor) + "; upgrade edo-replicator");
  }
  const auto sealed = bytes.substr(0, bytes.size() - format::kChecksumSize);
  if (checksum(sealed) != little_endian<std::uint64_t>(bytes.substr(sealed.size()))) {
    damaged("its checksum is wrong");
  }
  if (major == 0) damaged("format 0 does not exist");
  if (bytes[format::kFlagsAt] != 0) {
    throw Error(ErrorKind::schema_too_new, "decode", "a batch",
                "it has a flag that this program does not know; upgrade edo-replicator");
  }
  const auto rest = sealed.substr(format::kHeaderAt);
  const auto size = little_endian<std::uint32_t>(bytes.substr(format::kHeaderSizeAt));
  if (size > rest.size()) damaged("its header is larger than the batch");
  if (size > kMostHeaderBytes) {
    throw Error(ErrorKind::refused, "decode", "a batch",
                "its header has " + std::to_string(size) + " bytes, more than the " +
                    std::to_string(kMostHeaderBytes >> 10) + " KiB");
  }
  Envelope envelope{decode_header(rest.substr(0, size)), rest.substr(size)};
  envelope.header.major = major;
  envelope.header.minor = static_cast<unsigned char>(bytes[format::kMinorAt]);
  envelope.header.compressed_bytes = envelope.frame.size();
  envelope.header.encoded_bytes = bytes.size();
  return envelope;
}

}  // namespace

std::uint64_t Header::rows() const noexcept {
  std::uint64_t total = 0;
  for (const auto& section : sections) total += section.name == format::kRejects ? 0 : section.rows;
  return total;
}

std::uint64_t Header::rejects() const noexcept {
  std::uint64_t total = 0;
  for (const auto& section : sections) total += section.name == format::kRejects ? section.rows : 0;
  return total;
}

namespace {

std::string sealed(const Header& about, const Body& body, const EncodeOptions& options) {
  const std::string header = encode_header(about, body);
  std::string out(format::kMagic);
  out += static_cast<char>(format::kMajor);
  out += static_cast<char>(format::kMinor);
  put_little_endian(out, std::uint16_t{0});  // two flag fields
  put_little_endian(out, static_cast<std::uint32_t>(header.size()));
  out += header;
  compress(body.bytes, options.level, out);
  put_little_endian(out, checksum(out));
  return out;
}

Batch decoded(Header header, std::string_view body, const DecodeLimits& limits) {
  Batch batch;
  batch.store_id = header.store_id;
  batch.host_label = std::move(header.host_label);
  batch.schema_version = header.schema_version;
  batch.first_seq = header.first_seq;
  batch.last_seq = header.last_seq;
  batch.sent_at = header.sent_at;
  batch.backlog = header.backlog;
  decode_body(body, header.sections, limits, batch);
  return batch;
}

}  // namespace

std::string encode(const Batch& batch, const EncodeOptions& options) {
  return sealed(header_of(batch), encode_body(batch), options);
}

std::string encode_row(const Batch& batch, std::size_t table, std::size_t row) {
  return sealed(header_of(batch, batch.tables[table].versions[row]), encode_body(batch, table, row),
                {});
}

std::string encode_reject(const Batch& batch, const Reject& reject) {
  return sealed(header_of(batch, reject.version), encode_body(reject), {});
}

Batch decode(std::string_view bytes, const DecodeLimits& limits) {
  auto [header, frame] = open(bytes);
  const auto body = decompress(frame, header.body_bytes, limits.bytes);
  return decoded(std::move(header), body, limits);
}

Batch decode(std::string&& bytes, const DecodeLimits& limits) {
  auto [header, frame] = open(bytes);
  const auto body = decompress(frame, header.body_bytes, limits.bytes);
  std::string().swap(bytes);
  return decoded(std::move(header), body, limits);
}

Header read_header(std::string_view bytes) { return open(bytes).header; }

}  // namespace edo::batch
