#include "support/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

namespace edo::testing {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));
}

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    reset();
    fd_ = std::exchange(other.fd_, -1);
    return *this;
  }
  ~Descriptor() { reset(); }

  [[nodiscard]] int get() const noexcept { return fd_; }
  void reset() noexcept {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
};

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

Pipe make_terminal() {
  int master = -1;
  int slave = -1;
  winsize size{.ws_row = 40, .ws_col = 120, .ws_xpixel = 0, .ws_ypixel = 0};
  if (openpty(&master, &slave, nullptr, nullptr, &size) != 0) fail("openpty");
  Pipe ends{Descriptor(master), Descriptor(slave)};
  fcntl(master, F_SETFD, FD_CLOEXEC);
  fcntl(slave, F_SETFD, FD_CLOEXEC);
  termios modes{};
  if (tcgetattr(slave, &modes) != 0) fail("tcgetattr");
  cfmakeraw(&modes);  // newlines arrive as they were written
  if (tcsetattr(slave, TCSANOW, &modes) != 0) fail("tcsetattr");
  return ends;
}

std::vector<std::string> environment_with(const Environment& changes) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (!changes.contains(std::string(text.substr(0, text.find('='))))) result.emplace_back(text);
  }
  for (const auto& [name, value] : changes) {
    if (value) result.push_back(name + "=" + *value);
  }
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (auto& text : strings) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

struct Process::State {
  pid_t pid = -1;
  Descriptor in;
  Descriptor out;
  Descriptor err;
  Pipe ended;  // closing its write end wakes the collector

  std::mutex mutex;
  std::condition_variable changed;
  std::string out_text;
  std::string err_text;
  bool reaped = false;     // the pid may belong to somebody else from now on
  bool collected = false;  // and all that it wrote is here
  int status = 0;
  std::thread waiter;
  std::thread collector;

  ~State() {
    signal_group(SIGKILL);
    if (waiter.joinable()) waiter.join();
    if (collector.joinable()) collector.join();
  }

  void signal_group(int signal) {
    const std::lock_guard lock(mutex);
    if (!reaped && pid > 0) ::kill(-pid, signal);
  }

  void wait_for_end() {
    siginfo_t info{};
    while (waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
    }
    const std::lock_guard lock(mutex);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    reaped = true;
    ended.write.reset();
  }

  // One read; false at the end of the stream.
  bool read_some(Descriptor& from, std::string& into) {
    std::array<char, 65536> buffer;
    const ssize_t count = ::read(from.get(), buffer.data(), buffer.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return true;
    if (count <= 0) {  // a terminal answers EIO when its other side has been closed
      from.reset();
      return false;
    }
    const std::lock_guard lock(mutex);
    into.append(buffer.data(), static_cast<std::size_t>(count));
    changed.notify_all();
    return true;
  }

  void write_some(std::string_view& rest) {
    const ssize_t count = rest.empty() ? 0 : ::write(in.get(), rest.data(), rest.size());
    if (count > 0) rest.remove_prefix(static_cast<std::size_t>(count));
    const bool broken = count < 0 && errno != EINTR && errno != EAGAIN;
    if (rest.empty() || broken) in.reset();
  }

  static bool readable(const Descriptor& from) {
    pollfd one{.fd = from.get(), .events = POLLIN, .revents = 0};
    return from.get() >= 0 && ::poll(&one, 1, 0) > 0;
  }

  void collect(const std::string& input) {
    std::string_view rest(input);
    if (rest.empty()) in.reset();
    while (true) {
      std::array<pollfd, 4> polled{{{in.get(), POLLOUT, 0},
                                    {out.get(), POLLIN, 0},
                                    {err.get(), POLLIN, 0},
                                    {ended.read.get(), POLLIN, 0}}};
      if (::poll(polled.data(), polled.size(), -1) < 0) continue;
      if (polled[0].revents != 0) write_some(rest);
      if (polled[1].revents != 0) read_some(out, out_text);
      if (polled[2].revents != 0) read_some(err, err_text);
      if (polled[3].revents != 0) break;
    }
    // A grandchild may keep the streams open for ever, so this takes what is there and no more.
    while (readable(out) && read_some(out, out_text)) {
    }
    while (readable(err) && read_some(err, err_text)) {
    }
    const std::lock_guard lock(mutex);
    collected = true;
    changed.notify_all();
  }

  bool wait_for_text(const std::string& where, std::string_view text,
                     std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex);
    const auto found = [&] { return where.find(text) != std::string::npos; };
    changed.wait_for(lock, timeout, [&] { return found() || collected; });
    return found();
  }
};

Process::Process(const Command& command) : state_(std::make_unique<State>()) {
  // A program that does not read its input must not end the test.
  std::signal(SIGPIPE, SIG_IGN);
  Pipe in = make_pipe();
  Pipe out = command.on_terminal ? make_terminal() : make_pipe();
  Pipe err = make_pipe();
  Pipe started = make_pipe();
  std::vector<std::string> arguments = command.argv;
  std::vector<std::string> environment = environment_with(command.environment);
  const std::vector<char*> argv = pointers(arguments);
  const std::vector<char*> envp = pointers(environment);

  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) fail("fork");
  if (pid == 0) {
    // Only async-signal-safe calls from here on: other threads of the test may hold locks.
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::signal(SIGPIPE, SIG_DFL);
    const bool ready = getppid() == parent && dup2(in.read.get(), 0) == 0 &&
                       dup2(out.write.get(), 1) == 1 && dup2(err.write.get(), 2) == 2 &&
                       (command.directory.empty() || chdir(command.directory.c_str()) == 0);
    if (ready) execvpe(argv[0], argv.data(), envp.data());
    const int why = errno;
    const ssize_t told = write(started.write.get(), &why, sizeof why);
    _exit(told < 0 ? 126 : 127);
  }
  setpgid(pid, pid);  // whichever of the two comes first
  started.write.reset();
  int why = 0;
  if (read(started.read.get(), &why, sizeof why) > 0) {
    waitpid(pid, nullptr, 0);
    errno = why;
    fail("start " + command.argv.at(0));
  }
  in.read.reset();
  out.write.reset();
  err.write.reset();
  fcntl(in.write.get(), F_SETFL, O_NONBLOCK);

  state_->pid = pid;
  state_->in = std::move(in.write);
  state_->out = std::move(out.read);
  state_->err = std::move(err.read);
  state_->ended = make_pipe();
  state_->waiter = std::thread([state = state_.get()] { state->wait_for_end(); });
  state_->collector =
      std::thread([state = state_.get(), input = command.input] { state->collect(input); });
}

Process::Process(Process&&) noexcept = default;
Process& Process::operator=(Process&&) noexcept = default;
Process::~Process() = default;

pid_t Process::pid() const noexcept { return state_->pid; }

bool Process::running() const {
  const std::lock_guard lock(state_->mutex);
  return !state_->reaped;
}

void Process::kill(int signal) {
  const std::lock_guard lock(state_->mutex);
  if (!state_->reaped) ::kill(state_->pid, signal);
}

bool Process::stop() {
  kill(SIGSTOP);
  siginfo_t info{};
  int waited = 0;
  do {
    waited = waitid(P_PID, static_cast<id_t>(pid()), &info, WSTOPPED);
  } while (waited != 0 && errno == EINTR);
  return waited == 0;
}

Result Process::wait(std::chrono::milliseconds timeout) {
  Result result;
  std::unique_lock lock(state_->mutex);
  const auto over = [&] { return state_->collected; };
  if (!state_->changed.wait_for(lock, timeout, over)) {
    result.timed_out = true;
    lock.unlock();
    state_->signal_group(SIGKILL);
    lock.lock();
    state_->changed.wait(lock, over);
  }
  if (WIFEXITED(state_->status)) result.exit_code = WEXITSTATUS(state_->status);
  if (WIFSIGNALED(state_->status)) result.signal = WTERMSIG(state_->status);
  result.out = state_->out_text;
  result.err = state_->err_text;
  return result;
}

bool Process::wait_for_output(std::string_view text, std::chrono::milliseconds timeout) {
  return state_->wait_for_text(state_->out_text, text, timeout);
}

bool Process::wait_for_error(std::string_view text, std::chrono::milliseconds timeout) {
  return state_->wait_for_text(state_->err_text, text, timeout);
}

std::string Process::out() const {
  const std::lock_guard lock(state_->mutex);
  return state_->out_text;
}

std::string Process::err() const {
  const std::lock_guard lock(state_->mutex);
  return state_->err_text;
}

Result run(const Command& command, std::chrono::milliseconds timeout) {
  Process process(command);
  return process.wait(timeout);
}

}  // namespace edo::testing
