#include "tools/server/http/compression.hpp"

#include <zlib.h>

#include <array>
#include <charconv>
#include <new>

namespace edo::http {
namespace {

constexpr int kWindowBits = 15;
constexpr int kGzip = 16;  // added to the window bits: with a gzip header
constexpr int kMemoryLevel = 8;
// Twice as fast as zlib's default; results are a tenth larger.
constexpr int kLevel = 3;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Removes and returns the part before the separator, trimmed.
std::string_view take(std::string_view& rest, char separator) {
  const std::string_view part = rest.substr(0, rest.find(separator));
  rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  return trimmed(part);
}

// q=0 refuses a coding; other weights are ignored.
bool is_refused(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view parameter = take(parameters, ';');
    if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) continue;
    return parameter.find_first_not_of("0.", 2) == std::string_view::npos;
  }
  return false;
}

// zlib counts in unsigned int; bodies are far smaller than that.
void set_input(z_stream& stream, std::string_view text) {
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
}

}  // namespace

Coding choose_coding(std::string_view accept_encoding) {
  bool gzip = false, deflate = false, anything = false, gzip_refused = false;
  while (!accept_encoding.empty()) {
    std::string_view parameters = take(accept_encoding, ',');
    const std::string_view name = take(parameters, ';');
    const bool refused = is_refused(parameters);
    if (name == "gzip" || name == "x-gzip") (refused ? gzip_refused : gzip) = true;
    if (name == "deflate") deflate = !refused;
    if (name == "*") anything = !refused;
  }
  if (gzip || (anything && !gzip_refused)) return Coding::gzip;
  return deflate ? Coding::deflate : Coding::identity;
}

std::string_view name_of(Coding coding) noexcept {
  constexpr std::array<std::string_view, 3> kNames = {"identity", "gzip", "deflate"};
  return kNames[static_cast<std::size_t>(coding)];
}

std::string compressed(std::string_view body, Coding coding) {
  if (coding == Coding::identity) return std::string(body);
  z_stream stream{};
  if (deflateInit2(&stream, kLevel, Z_DEFLATED, kWindowBits + (coding == Coding::gzip ? kGzip : 0),
                   kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
  std::string result(deflateBound(&stream, static_cast<uLong>(body.size())), '\0');
  set_input(stream, body);
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  deflate(&stream, Z_FINISH);  // one call is enough, since the output has its maximum size
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}

std::string decompressed(std::string_view gzip) {
  z_stream stream{};
  if (inflateInit2(&stream, kWindowBits + kGzip) != Z_OK) throw std::bad_alloc();
  set_input(stream, gzip);
  std::string result;
  std::array<char, 65536> buffer;
  int code = Z_OK;
  while (code == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    code = inflate(&stream, Z_NO_FLUSH);
    result.append(buffer.data(), buffer.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  return result;
}

}  // namespace edo::http
