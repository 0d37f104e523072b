#include "replicator/postgres/failure.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <vector>

using namespace edo::postgres;
using edo::ErrorKind;

namespace {

std::vector<std::string> split(const std::string& text, const std::string& separator) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + separator.size();
  }
  return parts;
}

}  // namespace

TEST_CASE("an SQLSTATE says what can be done") {
  CHECK(kind_of("") == ErrorKind::unavailable);
  CHECK(kind_of("08006") == ErrorKind::unavailable);
  CHECK(kind_of("57P01") == ErrorKind::unavailable);
  CHECK(kind_of("57P03") == ErrorKind::unavailable);
  CHECK(kind_of("28P01") == ErrorKind::denied);
  CHECK(kind_of("42501") == ErrorKind::denied);
  CHECK(kind_of("22P02") == ErrorKind::refused);
  CHECK(kind_of("23514") == ErrorKind::refused);
  CHECK(kind_of("53100") == ErrorKind::full);
  CHECK(kind_of("53400") == ErrorKind::full);
  CHECK(kind_of("0P000") == ErrorKind::denied);
  CHECK(kind_of("40001") == ErrorKind::busy);
  CHECK(kind_of("40P01") == ErrorKind::busy);
  CHECK(kind_of("3D000") == ErrorKind::invalid_argument);
  CHECK(kind_of("XX000") == ErrorKind::io);
}

TEST_CASE("only an error without another cause may be the batch's own") {
  for (const char* own : {"XX000", "XX001", "53200", "53000", "54000", "57014", "58030"}) {
    CAPTURE(own);
    CHECK(may_follow_batch(own));
  }
  for (const char* other : {"", "08006", "57P01", "40001", "40P01", "55P03", "53100", "53300",
                            "42501", "42P01", "28000", "22P02", "23514"}) {
    CAPTURE(other);
    CHECK_FALSE(may_follow_batch(other));
  }
}

TEST_CASE("the documentation lists what each SQLSTATE leads to") {
  const std::map<std::string, Recourse> words = {{"another server", Recourse::another_server},
                                                 {"another statement", Recourse::another_way},
                                                 {"this row", Recourse::row},
                                                 {"this batch", Recourse::batch},
                                                 {"wait", Recourse::wait},
                                                 {"a person", Recourse::person}};
  std::ifstream page(EDO_REPLICATION_PAGE);
  std::map<std::string, Recourse> told;
  bool within = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("| SQLSTATE ")) within = true;
    if (line.empty()) within = false;
    // "| CODES | what happened | what is done |"
    const auto columns = within ? split(line, " | ") : std::vector<std::string>{};
    if (columns.size() != 3 || columns[0].find("policy") != std::string::npos) continue;
    const auto recourse = words.find(columns[2].substr(0, columns[2].rfind(" |")));
    if (recourse == words.end()) continue;  // the heading
    for (const auto& code : split(columns[0].substr(2), ", ")) told.emplace(code, recourse->second);
  }
  REQUIRE(told.size() > 25);
  CHECK(told.at("none") == recourse_of(""));
  CHECK(told.at("all others") == recourse_of("XX000"));
  // Every class of PostgreSQL 17's appendix A, and the codes that differ from their class.
  for (const std::string code :
       {"01",    "02",    "03",    "08",    "09",    "0A",    "0B",    "0F",    "0L",    "0P",
        "0Z",    "20",    "21",    "22",    "23",    "24",    "25",    "26",    "27",    "28",
        "2B",    "2D",    "2F",    "34",    "38",    "39",    "3B",    "3D",    "3F",    "40",
        "42",    "44",    "53",    "54",    "55",    "57",    "58",    "72",    "F0",    "HV",
        "P0",    "XX",    "25006", "25P02", "25P03", "25P04", "42501", "42P01", "53100", "53200",
        "53300", "53400", "55P03", "57014", "57P01", "57P02", "57P03", "57P04", "57P05", "58030"}) {
    CAPTURE(code);
    auto documented = told.end();
    for (std::size_t size = code.size(); size >= 2 && documented == told.end(); --size) {
      documented = told.find(code.substr(0, size));
    }
    const Recourse expected = documented == told.end() ? told.at("all others") : documented->second;
    CHECK(recourse_of(code.size() == 5 ? code : code + "000") == expected);
  }
}

TEST_CASE("a server failure is not blamed on rows, and a trigger's error is") {
  for (const char* sqlstate : {"53000", "53200", "57014", "55P03"}) {
    CAPTURE(sqlstate);
    CHECK(kind_of(sqlstate) == ErrorKind::busy);
  }
  for (const char* sqlstate : {"53300", "57000", "57P04", "57P05", "58000", "58030", "25006"}) {
    CAPTURE(sqlstate);
    CHECK(kind_of(sqlstate) == ErrorKind::unavailable);
  }
  for (const char* sqlstate : {"P0001", "P0002", "P0004", "09000", "20000", "21000", "27000",
                               "2F005", "38000", "39004", "44000", "54000"}) {
    CAPTURE(sqlstate);
    CHECK(kind_of(sqlstate) == ErrorKind::refused);
  }
}

TEST_CASE("the words of libpq become one line and give away the SQLSTATE") {
  const char* denied =
      "connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  28P01: password "
      "authentication failed for user \"x\"\nLOCATION:  auth_failed, auth.c:338\n";
  CHECK(sqlstate_in(denied) == "28P01");
  CHECK(one_line(denied) ==
        "connection to server at \"127.0.0.1\", port 5432 failed: password authentication failed "
        "for user \"x\"");
  const char* refused =
      "connection to server at \"h\", port 1 failed: Connection refused\n"
      "\tIs the server running on that host and accepting TCP/IP connections?\n";
  CHECK(sqlstate_in(refused).empty());
  CHECK(one_line(refused) ==
        "connection to server at \"h\", port 1 failed: Connection refused; Is the server running "
        "on that host and accepting TCP/IP connections?");
  CHECK(sqlstate_in("FATAL:  no state here").empty());
  CHECK(one_line("") == "");
}
