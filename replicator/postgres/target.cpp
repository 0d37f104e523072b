#include "replicator/postgres/target.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <utility>

#include "edo/error.hpp"

namespace edo::postgres {
namespace {

constexpr std::string_view kSchemes[] = {"postgresql://", "postgres://"};

std::size_t scheme_size(std::string_view text) {
  for (const auto scheme : kSchemes) {
    if (text.starts_with(scheme)) return scheme.size();
  }
  return 0;
}

[[noreturn]] void refuse(const std::string& why) {
  throw Error(ErrorKind::invalid_argument, "read", "the address of the central database",
              why + "; write it like postgresql://user@host:5432/database");
}

// libpq cuts a URL at the first '@', '/' and ':' it meets, so an unescaped one in a password makes
// the rest of the password look like a host or a port, which messages would then print.
void refuse_unescaped_password(std::string_view url) {
  const auto rest = url.substr(scheme_size(url));
  const auto path = rest.substr(0, rest.find('?'));
  if (std::count(path.begin(), path.end(), '@') > 1 ||
      (path.find('@') != std::string_view::npos && path.find('/') < path.find('@'))) {
    refuse("special characters in the user or the password must be percent-encoded");
  }
}

std::string described(const PQconninfoOption* options) {
  const auto value = [&](std::string_view keyword) -> std::string {
    for (const auto* option = options; option->keyword != nullptr; ++option) {
      if (keyword == option->keyword && option->val != nullptr) return option->val;
    }
    return {};
  };
  const std::string port = value("port");
  if (!std::all_of(port.begin(), port.end(),
                   [](unsigned char c) { return std::isdigit(c) != 0 || c == ','; })) {
    refuse("the port is not a number");
  }
  if (value("host").find('@') != std::string::npos) {
    refuse("special characters in the user or the password must be percent-encoded");
  }
  std::string label = "postgresql://";
  if (!value("user").empty()) label += value("user") + "@";
  const auto hosts = split_list(value("host").empty() ? value("hostaddr") : value("host"));
  const auto ports = split_list(port);
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    if (i > 0) label += ",";
    label += hosts[i];
    if (!ports.empty()) label += ":" + ports[std::min(i, ports.size() - 1)];
  }
  if (hosts.empty() && !port.empty()) label += ":" + port;
  if (!value("dbname").empty()) label += "/" + value("dbname");
  if (!value("service").empty()) label += "?service=" + value("service");
  return label;
}

}  // namespace

Target::Target(std::string conninfo) : conninfo_(std::move(conninfo)) {
  if (conninfo_.empty()) refuse("it is empty");
  if (scheme_size(conninfo_) != 0) refuse_unescaped_password(conninfo_);
  char* failure = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(conninfo_.c_str(), &failure), &PQconninfoFree);
  PQfreemem(failure);
  if (options == nullptr) refuse("it is neither a URL nor a list of libpq keywords");
  label_ = described(options.get());
}

Target target_of(const CentralDatabase& central) {
  std::string conninfo = central.connection_string;
  const bool is_url = scheme_size(conninfo) != 0;
  const auto add = [&conninfo](std::string_view keyword, std::string_view value) {
    if (value.empty()) return;
    conninfo.append(conninfo.empty() ? "" : " ").append(keyword).append("='");
    for (const char c : value) {
      if (c == '\'' || c == '\\') conninfo += '\\';
      conninfo += c;
    }
    conninfo += '\'';
  };
  if (conninfo.empty()) {
    if (central.host.empty() && central.database.empty() && central.user.empty()) {
      throw Error(ErrorKind::invalid_argument, "replicate", "",
                  "no central database is set; set database.connectionString, or "
                  "OBSERVABILITY_DB_URL");
    }
    add("host", central.host);
    add("port", std::to_string(central.port));
    add("dbname", central.database);
    add("user", central.user);
    add("password", central.password);
  }
  if (conninfo.find("sslmode=") == std::string::npos && !central.ssl_mode.empty()) {
    if (is_url) {
      conninfo += (conninfo.find('?') == std::string::npos ? "?sslmode=" : "&sslmode=");
      conninfo += central.ssl_mode;
    } else {
      add("sslmode", central.ssl_mode);
    }
  }
  return Target(std::move(conninfo));
}

std::vector<std::string> split_list(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    parts.emplace_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return parts;
}

std::string masked(std::string_view text) {
  std::string result(text);
  const auto hide = [&](std::size_t from, std::size_t to) {
    std::fill(result.begin() + static_cast<std::ptrdiff_t>(from),
              result.begin() + static_cast<std::ptrdiff_t>(to), '*');
  };
  const auto scheme = text.find("://");
  const auto at = text.rfind('@');
  if (scheme != std::string_view::npos && at != std::string_view::npos && at > scheme) {
    const auto colon = text.find(':', scheme + 3);
    if (colon < at) hide(colon + 1, at);
  }
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::string_view kKeyword = "password";
  for (auto found = lower.find(kKeyword); found != std::string::npos;
       found = lower.find(kKeyword, found + kKeyword.size())) {
    const auto equals = lower.find_first_not_of(' ', found + kKeyword.size());
    if (equals == std::string::npos || lower[equals] != '=') continue;
    const auto value = std::min(lower.find_first_not_of(' ', equals + 1), lower.size());
    std::size_t end = value;
    if (end < lower.size() && lower[end] == '\'') {
      // Quoted: up to the next quote without a backslash.
      for (++end; end < lower.size() && lower[end] != '\''; ++end) {
        if (lower[end] == '\\') ++end;
      }
      end = std::min(end, lower.size());
    } else {
      end = std::min(lower.find_first_of(scheme == std::string_view::npos ? " \t" : "&", value),
                     lower.size());
    }
    hide(value, end);
  }
  return result;
}

}  // namespace edo::postgres
