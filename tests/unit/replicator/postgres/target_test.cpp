#include "replicator/postgres/target.hpp"

#include <catch2/catch.hpp>

#include "edo/error.hpp"

using edo::postgres::masked;
using edo::postgres::Target;
using edo::postgres::target_of;

TEST_CASE("a target is named without its password") {
  CHECK(Target("postgresql://u:pw@h:5433/d").label() == "postgresql://u@h:5433/d");
  CHECK(Target("postgres://u:p%40ss%2Fw%3Ard@h/d?sslmode=require").label() == "postgresql://u@h/d");
  CHECK(Target("postgresql://h/d?user=u&password=pw").label() == "postgresql://u@h/d");
  CHECK(Target("host=h port=1 user=u password='p w' dbname=d").label() == "postgresql://u@h:1/d");
  CHECK(Target("postgresql://u@a:1,b:2/d").label() == "postgresql://u@a:1,b:2/d");
  CHECK(Target("service=central").label() == "postgresql://?service=central");
  CHECK(Target("postgresql:///d").label() == "postgresql:///d");
}

TEST_CASE("a target is what a host's options say") {
  edo::CentralDatabase central;
  CHECK_THROWS_WITH(target_of(central), Catch::StartsWith("replicate: no central database is set"));
  central.host = "h";
  central.password = "it's \\ secret";
  CHECK(target_of(central).conninfo() == R"(host='h' port='5432' password='it\'s \\ secret')");
  CHECK(target_of(central).label() == "postgresql://h:5432");
  central.port = 1;
  central.database = "d";
  central.user = "u";
  central.ssl_mode = "require";
  CHECK(target_of(central).label() == "postgresql://u@h:1/d");
  CHECK(target_of(central).conninfo().ends_with(" sslmode='require'"));

  central.connection_string = "postgresql://a@b/c";  // wins
  CHECK(target_of(central).conninfo() == "postgresql://a@b/c?sslmode=require");
  central.connection_string = "postgresql://a@b/c?connect_timeout=1";
  CHECK(target_of(central).conninfo() == "postgresql://a@b/c?connect_timeout=1&sslmode=require");
  central.connection_string = "postgresql://a@b/c?sslmode=disable";
  CHECK(target_of(central).conninfo() == central.connection_string);
  central.connection_string = "host=b dbname=c";
  CHECK(target_of(central).conninfo() == "host=b dbname=c sslmode='require'");
}

TEST_CASE("what is not an address is refused without repeating it") {
  for (const char* wrong :
       {"", "pw", "http://u:pw@h/d", "postgresql://u:p@pw@h/d", "postgresql://u:p/pw@h/d",
        "postgresql://u:pw@h:pw/d", "postgresql://u:pw@h/d?x", "nonsense=pw", "host=h port=pw",
        "postgresql://u:a:pw/d", "postgresql://u:p%zzpw@h/d"}) {
    CAPTURE(wrong);
    try {
      const Target target(wrong);
      FAIL("accepted as " << target.label());
    } catch (const edo::Error& error) {
      CHECK(error.kind() == edo::ErrorKind::invalid_argument);
      CHECK(error.operation() == "read");
      CHECK(error.object() == "the address of the central database");
      CHECK(std::string(error.what()).find("pw") == std::string::npos);
    }
  }
}

TEST_CASE("masking keeps the length and hides every password") {
  CHECK(masked("postgresql://u:secret@h/d") == "postgresql://u:******@h/d");
  CHECK(masked("postgresql://u:se@c:r/t@h/d") == "postgresql://u:********@h/d");
  CHECK(masked("postgresql://u@h:5432/d") == "postgresql://u@h:5432/d");
  CHECK(masked("postgresql://h/d?password=ab&user=u&sslpassword=cd") ==
        "postgresql://h/d?password=**&user=u&sslpassword=**");
  CHECK(masked("host=h password = 'a b\\' c' user=u") == "host=h password = ********' user=u");
  CHECK(masked("host=h PASSWORD=ab user=u") == "host=h PASSWORD=** user=u");
  CHECK(masked("password=") == "password=");
  CHECK(masked("password='open") == "password=*****");
  CHECK(masked("--store=telemetry.db") == "--store=telemetry.db");
}
