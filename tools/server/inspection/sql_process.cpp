#include "tools/server/inspection/sql_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <system_error>
#include <vector>

#include "edo/error.hpp"
#include "query/reading.hpp"
#include "query/time_limit.hpp"
#include "storage/store.hpp"
#include "tools/server/inspection/alarm.hpp"

namespace edo::inspection {
namespace {

constexpr int kLongestValue = 16 << 20;
constexpr sqlite3_int64 kMemory = 256 << 20;      // of SQLite, for one statement
constexpr std::size_t kSpelling = 6;              // bytes of JSON for one byte of a value, at most
constexpr std::chrono::milliseconds kGrace{500};  // for a statement that SQLite itself ends

Error failed(const std::string& what) {
  return {ErrorKind::io, "run SQL: " + what + ": " + std::system_category().message(errno)};
}

Error too_slow(const SqlLimits& limits) {
  return {ErrorKind::busy,
          "run SQL: it took longer than " + std::to_string(limits.seconds) + " seconds"};
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }

  [[nodiscard]] int get() const noexcept { return number_; }
  void close() noexcept {
    if (number_ >= 0) (void)::close(std::exchange(number_, -1));
  }

 private:
  int number_;
};

struct Pipe {
  Pipe() : Pipe(open_ends()) {}

  Descriptor from, to;

 private:
  explicit Pipe(const std::array<int, 2>& ends) : from(ends[0]), to(ends[1]) {}
  static std::array<int, 2> open_ends() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw failed("open a pipe");
    return ends;
  }
};

// Killed at the latest by its destructor.
class Process {
 public:
  Process(const Descriptor& input, const Descriptor& output) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input.get(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output.get(), STDOUT_FILENO);
    std::string name = "edo", argument(kSqlProcess);
    const std::array<char*, 3> arguments = {name.data(), argument.data(), nullptr};
    errno = posix_spawn(&id_, "/proc/self/exe", &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (errno != 0) throw failed("start a process");
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() {
    (void)::kill(id_, SIGKILL);
    while (::waitpid(id_, nullptr, 0) < 0 && errno == EINTR) continue;
  }

 private:
  pid_t id_ = 0;
};

void write_all(Descriptor& to, std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(to.get(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw failed("speak to its process");
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  to.close();
}

// All that the process writes, until it ends.
std::string read_all(const Descriptor& from, const SqlLimits& limits, const std::stop_token& left) {
  const Alarm alarm(left, std::chrono::seconds(limits.seconds) + kGrace);
  std::string text;
  std::array<char, 65536> buffer;
  for (;;) {
    std::array<pollfd, 2> ready = {{{from.get(), POLLIN, 0}, {alarm.descriptor(), POLLIN, 0}}};
    (void)::poll(ready.data(), ready.size(), -1);
    if (ready[1].revents != 0) throw too_slow(limits);
    if (ready[0].revents == 0) continue;  // a signal
    const auto count = ::read(from.get(), buffer.data(), buffer.size());
    if (count == 0) return text;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw failed("hear from its process");
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > kSpelling * limits.bytes + kLongestValue) {
      throw Error(ErrorKind::invalid_argument, "run", "SQL", "a row of the result is too large");
    }
  }
}

Json read_rows(query::Reading& reading, const SqlLimits& limits) {
  Json rows = Json::array();
  std::size_t bytes = 0;
  bool truncated = false;
  while (reading.next()) {
    truncated = rows.size() >= limits.rows || bytes >= limits.bytes;
    if (truncated) break;
    Json row = Json::array();
    for (int i = 0; i < static_cast<int>(reading.names().size()); ++i) {
      row.push_back(reading.json(i));
      bytes += row.back().is_string() ? row.back().get_ref<const std::string&>().size() : 8;
    }
    rows.push_back(std::move(row));
  }
  return {{"columns", reading.names()}, {"rows", std::move(rows)}, {"truncated", truncated}};
}

Json run_here(const std::string& store, const std::string& sql, const SqlLimits& limits) {
  storage::Database database(store, {.access = storage::Access::read_only});
  sqlite3* connection = database.handle().getHandle();
  sqlite3_limit(connection, SQLITE_LIMIT_LENGTH, kLongestValue);
  database.execute("PRAGMA temp_store = MEMORY");  // counted, and no disk fills up
  const query::TimeLimit time_limit(connection, std::chrono::seconds(limits.seconds));
  try {
    query::Reading reading(database, sql);
    if (reading.is_empty()) {
      throw Error(ErrorKind::invalid_argument, "run", "SQL", "the statement is empty");
    }
    return read_rows(reading, limits);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::busy && time_limit.passed()) throw too_slow(limits);
    throw;
  }
}

// Connections of clients would otherwise stay open as long as the process. Not with closefrom(),
// which older C libraries lack.
void close_inherited() {
  std::vector<int> open;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", none)) {
    open.push_back(std::atoi(entry.path().filename().c_str()));
  }
  for (const int descriptor : open) {
    if (descriptor > STDERR_FILENO) (void)::close(descriptor);
  }
}

Json answer_to(const Json& task) {
  const SqlLimits limits{task.at("rows"), task.at("bytes"), task.at("seconds")};
  try {
    return run_here(task.at("store"), task.at("sql"), limits);
  } catch (const Error& error) {
    return {{"error", error.what()}, {"kind", static_cast<int>(error.kind())}};
  }
}

}  // namespace

Json run_in_process(const std::string& store, const std::string& sql, const SqlLimits& limits,
                    const std::stop_token& left) {
  Pipe task, result;
  const Process process(task.from, result.to);
  task.from.close();
  result.to.close();
  const Json sent = {{"server", ::getpid()}, {"store", store},        {"sql", sql},
                     {"rows", limits.rows},  {"bytes", limits.bytes}, {"seconds", limits.seconds}};
  write_all(task.to, sent.dump());
  Json answer = Json::parse(read_all(result.from, limits, left), nullptr, false);
  if (answer.is_discarded()) {
    throw Error(ErrorKind::busy, "run", "SQL",
                "its process ended early; it may need too much memory");
  }
  if (answer.contains("error")) {
    throw Error(ErrorKind(answer["kind"].get<int>()), answer["error"].get<std::string>());
  }
  return answer;
}

int serve_sql_process() {
  (void)::prctl(PR_SET_PDEATHSIG, SIGKILL);
  close_inherited();
  (void)::setpriority(PRIO_PROCESS, 0, 10);
  (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 1);  // or SQLite has no limit of memory
  (void)sqlite3_hard_heap_limit64(kMemory);
  try {
    const std::string task{std::istreambuf_iterator<char>(std::cin), {}};
    const Json parsed = Json::parse(task);
    // The server died before this process asked for the signal.
    if (::getppid() != parsed.at("server").get<pid_t>()) return 1;
    std::cout << answer_to(parsed).dump(-1, ' ', false, Json::error_handler_t::replace);
    return std::cout.flush() ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "edo serve: run SQL: " << error.what() << '\n';
    return 1;
  }
}

}  // namespace edo::inspection
