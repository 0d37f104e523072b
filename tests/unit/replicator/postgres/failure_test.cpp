#include "replicator/postgres/failure.hpp"

#include <catch2/catch.hpp>

using namespace edo::postgres;
using edo::ErrorKind;

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
  CHECK(kind_of("40001") == ErrorKind::busy);
  CHECK(kind_of("40P01") == ErrorKind::busy);
  CHECK(kind_of("3D000") == ErrorKind::invalid_argument);
  CHECK(kind_of("XX000") == ErrorKind::io);
}

TEST_CASE("trouble of the server is no fault of the rows, and what a trigger says of a row is") {
  for (const char* sqlstate : {"53000", "53200", "53400", "57014", "55P03"}) {
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
