#include "edo/log_capture.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include "capture/lines.hpp"
#include "captured_store.hpp"

namespace edo {
namespace {

using testing::CapturedStore;
using testing::read_file;
using Texts = std::vector<std::string>;

// Sends what this process prints into files, until it ends.
class IntoFiles {
 public:
  explicit IntoFiles(const CapturedStore& store)
      : out_path_(store.path("out")), err_path_(store.path("err")) {
    flush();
    saved_ = {dup(1), dup(2)};
    aim(1, out_path_);
    aim(2, err_path_);
  }
  IntoFiles(const IntoFiles&) = delete;
  IntoFiles& operator=(const IntoFiles&) = delete;
  ~IntoFiles() { end(); }

  void end() {
    if (saved_[0] < 0) return;
    flush();
    for (int fd : {1, 2}) {
      dup2(saved_[static_cast<std::size_t>(fd - 1)], fd);
      ::close(saved_[static_cast<std::size_t>(fd - 1)]);
    }
    saved_ = {-1, -1};
  }

  [[nodiscard]] std::string out() const { return read_file(out_path_); }
  [[nodiscard]] std::string err() const { return read_file(err_path_); }

 private:
  static void flush() {
    std::cout.flush();
    std::fflush(stdout);
    std::fflush(stderr);
  }
  static void aim(int fd, const std::string& path) {
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(file, fd);
    ::close(file);
  }

  std::string out_path_;
  std::string err_path_;
  std::array<int, 2> saved_{-1, -1};
};

void print(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(fd, text.data(), text.size());
    if (count < 0) return;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

// What a descriptor leads to, and its flags; -1 if it is closed.
std::array<std::uint64_t, 3> identity(int fd) {
  struct stat status {};
  if (fstat(fd, &status) != 0) return {};
  return {status.st_dev, status.st_ino, static_cast<std::uint64_t>(fcntl(fd, F_GETFD)) + 1};
}

// Waits for what another thread does.
template <typename Condition>
bool eventually(Condition&& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (std::chrono::steady_clock::now() < deadline) {
    if (condition()) return true;
    std::this_thread::yield();
  }
  return false;
}

TEST_CASE("scopes nest, each on its own thread") {
  JobExecution one;
  JobExecution two;
  CHECK(current_job() == nullptr);
  {
    const JobScope outer(one);
    CHECK(current_job() == &one);
    {
      const JobScope inner(two);
      CHECK(current_job() == &two);
      JobExecution* elsewhere = &one;
      std::thread([&] { elsewhere = current_job(); }).join();
      CHECK(elsewhere == nullptr);
    }
    CHECK(current_job() == &one);
    try {
      const JobScope inner(two);
      throw std::runtime_error("out of the scope");
    } catch (const std::runtime_error&) {
      CHECK(current_job() == &one);
    }
  }
  CHECK(current_job() == nullptr);
}

TEST_CASE("a line for the current job is recorded, and outside a job nowhere") {
  CapturedStore store;
  JobExecution job = store.job();
  log_to_current_job(LogLevel::info, "before");
  {
    const JobScope scope(job);
    log_to_current_job(LogLevel::warn, "inside",
                       {.data = "{}", .source = "a.cpp", .line_number = 3});
  }
  log_to_current_job(LogLevel::info, "after");
  const auto lines = store.lines();
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].level == "warn");
  CHECK(lines[0].message == "inside");
  CHECK(lines[0].source == "a.cpp");
  CHECK(lines[0].line_number == 3);
}

TEST_CASE("several threads may log to one job at once") {
  constexpr int kThreads = 4;
  constexpr int kEach = 50;
  CapturedStore store;
  JobExecution job = store.job();
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&job] {
      const JobScope scope(job);
      for (int j = 0; j < kEach; ++j) log_to_current_job(LogLevel::info, "x");
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(store.texts().size() == kThreads * kEach);
}

TEST_CASE("an error handler that logs does not go round in circles") {
  int told = 0;
  Options options;
  options.on_error = [&](const Error&) {
    ++told;
    log_to_current_job(LogLevel::error, "it went wrong");
  };
  CapturedStore store(options);
  JobExecution job = store.job();
  store.recorder().close();
  const JobScope scope(job);
  log_to_current_job(LogLevel::info, "too late");
  CHECK(told == 1);
}

TEST_CASE("what is printed becomes lines, and arrives where it would have gone") {
  CapturedStore store;
  JobExecution job = store.job();
  IntoFiles files(store);
  std::printf("earlier, still in the buffer\n");
  {
    const OutputCapture capture(job);
    std::printf("by printf\n");
    std::fflush(stdout);
    std::cout << "by a stream\n" << std::flush;
    print(1, "by write\r\n\nunfinished");
  }
  std::printf("later\n");
  files.end();
  CHECK(store.texts() == Texts{"info: by printf", "info: by a stream", "info: by write",
                               "info: ", "info: unfinished"});
  CHECK(files.out() ==
        "earlier, still in the buffer\nby printf\nby a stream\nby write\r\n\nunfinishedlater\n");
}

TEST_CASE("standard error becomes lines of level error") {
  CapturedStore store;
  JobExecution job = store.job();
  IntoFiles files(store);
  {
    const OutputCapture capture(job);
    std::fprintf(stderr, "bad: %d\n", 7);
    std::cerr << "worse";
  }
  files.end();
  CHECK(store.texts() == Texts{"error: bad: 7", "error: worse"});
  CHECK(files.err() == "bad: 7\nworse");
  CHECK(files.out().empty());
}

TEST_CASE("what stdio still holds at the end belongs to the job") {
  CapturedStore store;
  JobExecution job = store.job();
  IntoFiles files(store);
  {
    const OutputCapture capture(job);
    std::printf("in the buffer");
  }
  files.end();
  CHECK(store.texts() == Texts{"info: in the buffer"});
}

TEST_CASE("lines are recorded while the job runs") {
  CapturedStore store;
  JobExecution job = store.job();
  IntoFiles files(store);
  std::optional<OutputCapture> capture(job);
  print(1, "now\n");
  const bool seen = eventually([&] { return store.texts() == Texts{"info: now"}; });
  capture.reset();
  files.end();
  CHECK(seen);
}

TEST_CASE("a capture and a scope of the same job may be used together") {
  CapturedStore store;
  JobExecution job = store.job();
  IntoFiles files(store);
  {
    const JobScope scope(job);
    const OutputCapture capture(job);
    for (int i = 0; i < 100; ++i) {
      print(1, "printed\n");
      log_to_current_job(LogLevel::debug, "logged");
    }
  }
  files.end();
  CHECK(store.texts().size() == 200);
}

TEST_CASE("a child process that prints is captured too") {
  CapturedStore store;
  JobExecution job = store.job();
  IntoFiles files(store);
  int status = -1;
  {
    const OutputCapture capture(job);
    status = std::system("echo out; echo err >&2");
  }
  files.end();
  REQUIRE(status == 0);
  const Texts texts = store.texts();
  REQUIRE(texts.size() == 2);  // in either order, since they are two streams
  CHECK(std::count(texts.begin(), texts.end(), "info: out") == 1);
  CHECK(std::count(texts.begin(), texts.end(), "error: err") == 1);
}

TEST_CASE("the descriptors are put back as they were, also when an exception flies") {
  CapturedStore store;
  JobExecution job = store.job();
  IntoFiles files(store);
  fcntl(2, F_SETFD, FD_CLOEXEC);
  const auto before = std::array{identity(1), identity(2)};
  bool redirected = false;
  try {
    const OutputCapture capture(job);
    redirected = identity(1) != before[0] && identity(2) != before[1];
    throw std::runtime_error("the job failed");
  } catch (const std::runtime_error&) {
  }
  const auto after = std::array{identity(1), identity(2)};
  files.end();
  CHECK(redirected);
  CHECK(after == before);
}

TEST_CASE("a stream that was closed is captured and is closed again") {
  CapturedStore store;
  JobExecution job = store.job();
  IntoFiles files(store);
  ::close(1);
  {
    const OutputCapture capture(job);
    print(1, "into nothing\n");
  }
  const bool closed = fcntl(1, F_GETFD) < 0;
  files.end();
  CHECK(closed);
  CHECK(store.texts() == Texts{"info: into nothing"});
}

TEST_CASE("a job that closes its output gets it back") {
  CapturedStore store;
  JobExecution job = store.job();
  IntoFiles files(store);
  const auto before = identity(1);
  {
    const OutputCapture capture(job);
    print(1, "last words");
    ::close(1);
    // The other stream is still read after the first has ended.
    print(2, "an error\n");
    (void)eventually([&] { return store.texts().size() == 1; });
  }
  const auto after = identity(1);
  files.end();
  CHECK(after == before);
  const Texts texts = store.texts();
  CHECK(std::count(texts.begin(), texts.end(), "info: last words") == 1);
  CHECK(std::count(texts.begin(), texts.end(), "error: an error") == 1);
}

TEST_CASE("when the reader of the output is gone, the output is still recorded") {
  CapturedStore store;
  JobExecution job = store.job();
  int onward[2];
  REQUIRE(pipe(onward) == 0);
  std::fflush(stdout);
  const int saved = dup(1);
  dup2(onward[1], 1);
  ::close(onward[0]);
  const auto before = identity(1);
  {
    const OutputCapture capture(job);
    print(1, "one\n");
    (void)eventually([&] { return store.texts().size() == 1; });
    print(1, "two\n");
  }
  const auto after = identity(1);
  dup2(saved, 1);
  ::close(saved);
  ::close(onward[1]);
  CHECK(after == before);
  CHECK(store.texts() == Texts{"info: one", "info: two"});
}

TEST_CASE("no descriptor is left over") {
  CapturedStore store;
  JobExecution job = store.job();
  const auto next_free = [] {
    const int fd = open("/dev/null", O_RDONLY);
    ::close(fd);
    return fd;
  };
  IntoFiles files(store);
  const int before = next_free();
  for (int i = 0; i < 20; ++i) {
    const OutputCapture capture(job);
    print(1, "x\n");
  }
  const int after = next_free();
  files.end();
  CHECK(after == before);
}

TEST_CASE("there is one capture at a time") {
  CapturedStore store;
  JobExecution job = store.job();
  JobExecution other = store.job("other");
  IntoFiles files(store);
  std::optional<ErrorKind> refused;
  {
    const OutputCapture capture(job);
    std::thread([&] {
      try {
        const OutputCapture second(other);
      } catch (const Error& failure) {
        refused = failure.kind();
      }
    }).join();
    print(1, "still the first\n");
  }
  {
    const OutputCapture capture(other);
    print(1, "now the other\n");
  }
  files.end();
  CHECK(refused == ErrorKind::invalid_argument);
  const auto lines = store.lines();
  REQUIRE(lines.size() == 2);
  CHECK((lines[0].job == "job" && lines[0].message == "still the first"));
  CHECK((lines[1].job == "other" && lines[1].message == "now the other"));
}

TEST_CASE("far more than a pipe holds may be printed, in long lines and in short ones") {
  CapturedStore store;
  JobExecution job = store.job();
  IntoFiles files(store);
  const std::string huge(std::size_t{3} << 20, 'x');
  std::string printed = huge + "\n";
  for (int i = 0; i < 2000; ++i) printed += "line " + std::to_string(i) + "\n";
  {
    const OutputCapture capture(job);
    print(1, printed);
  }
  files.end();
  CHECK((files.out() == printed));
  const auto lines = store.lines();
  const std::size_t pieces = huge.size() / capture::kMaxLine;
  REQUIRE(lines.size() == pieces + 2000);
  std::string joined;
  for (std::size_t i = 0; i < pieces; ++i) joined += lines[i].message;
  CHECK((joined == huge));
  CHECK(lines[pieces].message == "line 0");
  CHECK(lines.back().message == "line 1999");
}

TEST_CASE("bytes that are not UTF-8 are passed on unchanged, and repaired in the store") {
  CapturedStore store;
  JobExecution job = store.job();
  IntoFiles files(store);
  const std::string bytes("\xFFz\0\n", 4);
  {
    const OutputCapture capture(job);
    print(1, bytes);
  }
  files.end();
  CHECK(files.out() == bytes);
  CHECK(store.texts() == Texts{"info: \xEF\xBF\xBDz\xEF\xBF\xBD [edo: replaced 2 bytes]"});
}

TEST_CASE("a child that outlives the capture neither delays its end nor is hurt by it") {
  CapturedStore store;
  JobExecution job = store.job();
  int go[2];
  int onward[2];  // where the output of this process goes
  REQUIRE(pipe(go) == 0);
  REQUIRE(pipe(onward) == 0);
  std::fflush(stdout);
  const int saved = dup(1);
  dup2(onward[1], 1);
  pid_t child = -1;
  {
    const OutputCapture capture(job);
    print(1, "early\n");
    child = fork();
    if (child == 0) {
      char signal = 0;
      const bool told = read(go[0], &signal, 1) == 1;
      _exit(told && write(1, "late\n", 5) == 5 ? 0 : 1);
    }
  }
  dup2(saved, 1);
  ::close(saved);
  int status = -1;
  const bool alive = waitpid(child, &status, WNOHANG) == 0;
  print(go[1], "!");
  waitpid(child, &status, 0);
  std::string arrived;
  while (arrived.size() < 11) {
    char byte = 0;
    if (read(onward[0], &byte, 1) != 1) break;
    arrived += byte;
  }
  for (const int fd : {go[0], go[1], onward[0], onward[1]}) ::close(fd);
  CHECK(alive);
  CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 0));
  CHECK(arrived == "early\nlate\n");
  CHECK(store.texts() == Texts{"info: early"});
}

TEST_CASE("a forked child may end the capture for itself") {
  CapturedStore store;
  JobExecution job = store.job();
  IntoFiles files(store);
  std::optional<OutputCapture> capture(job);
  const pid_t child = fork();
  if (child == 0) {
    print(1, "child, captured\n");
    capture.reset();
    print(1, "child, free\n");
    _exit(0);
  }
  int status = -1;
  waitpid(child, &status, 0);
  print(1, "parent\n");
  capture.reset();
  files.end();
  CHECK(status == 0);
  CHECK(store.texts() == Texts{"info: child, captured", "info: parent"});
  CHECK(files.out().find("child, free\n") != std::string::npos);
}

TEST_CASE("when the store does not keep up, printing continues and a line counts what is missing") {
  std::atomic<bool> stuck = false;
  Options options;
  options.clock = [&] {
    stuck.wait(true);
    return Timestamp(std::chrono::seconds(1'700'000'000));
  };
  CapturedStore store(options);
  JobExecution job = store.job();
  IntoFiles files(store);
  const std::string line = std::string(60'000, 'x') + "\n";
  constexpr std::size_t kPrinted = 200;  // of which the memory takes about seventy
  {
    const OutputCapture capture(job);
    stuck = true;
    for (std::size_t i = 0; i < kPrinted; ++i) print(1, line);
    stuck = false;
    stuck.notify_all();
  }
  files.end();
  CHECK((files.out().size() == kPrinted * line.size()));
  const Texts texts = store.texts();
  REQUIRE(texts.size() < kPrinted);
  std::size_t missing = 0;
  for (const std::string& text : texts) {
    (void)std::sscanf(text.c_str(), "warn: [edo: omitted %zu lines of output", &missing);
  }
  CHECK(texts.size() - 1 + missing == kPrinted);
}

TEST_CASE("an error handler that prints, against the rule, blocks nothing for ever") {
  Options options;
  const std::string much(200'000, 'e');
  std::atomic<bool> printing = true;
  options.on_error = [&](const Error&) {
    if (printing) print(2, much + "\n");
  };
  CapturedStore store(options);
  JobExecution job = store.job();
  store.recorder().close();
  IntoFiles files(store);
  {
    const OutputCapture capture(job);
    print(1, "too late\n");
  }
  printing = false;  // the handles have errors to tell when they are destroyed
  files.end();
  CHECK(files.out() == "too late\n");
  CHECK(files.err().find(much) != std::string::npos);
}

}  // namespace
}  // namespace edo
