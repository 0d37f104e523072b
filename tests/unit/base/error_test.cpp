#include "edo/error.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "edo/version.hpp"

namespace edo {
namespace {

TEST_CASE("an error has its operation and its object as fields") {
  const Error error(ErrorKind::full, "record a log line in", "/a b/c.db", "no space: free some");
  CHECK(error.what() == std::string("record a log line in /a b/c.db: no space: free some"));
  CHECK(error.operation() == "record a log line in");
  CHECK(error.object() == "/a b/c.db");
  CHECK(error.kind() == ErrorKind::full);
  const Error copy = error;  // NOLINT(performance-unnecessary-copy-initialization)
  CHECK(copy.operation() == "record a log line in");
  CHECK(copy.object() == "/a b/c.db");
}

TEST_CASE("either of them may be empty") {
  const Error no_operation(ErrorKind::invalid_argument, {}, "maxJsonSize", "must not be 0");
  CHECK(no_operation.what() == std::string("maxJsonSize: must not be 0"));
  CHECK(no_operation.operation().empty());
  CHECK(no_operation.object() == "maxJsonSize");

  const Error no_object(ErrorKind::io, "record", {}, "no memory");
  CHECK(no_object.what() == std::string("record: no memory"));
  CHECK(no_object.operation() == "record");
  CHECK(no_object.object().empty());

  const Error message(ErrorKind::io, "no more is known");
  CHECK(message.what() == std::string("no more is known"));
  CHECK(message.operation().empty());
  CHECK(message.object().empty());
}

TEST_CASE("the version of the library is the one of its headers") {
  CHECK(library_version() == kVersion);
  CHECK(kVersion == std::to_string(kVersionMajor) + "." + std::to_string(kVersionMinor) + "." +
                        std::to_string(kVersionPatch));
  CHECK(EDO_VERSION_NUMBER == kVersionMajor * 1'000'000 + kVersionMinor * 1000 + kVersionPatch);
}

}  // namespace
}  // namespace edo
