#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <iostream>
#include <mutex>
#include <new>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "base/fork.hpp"
#include "base/signals_blocked.hpp"
#include "capture/job_lock.hpp"
#include "capture/lines.hpp"
#include "edo/log_capture.hpp"

namespace edo {
namespace {

constexpr std::size_t kMaxWaiting = std::size_t{4} << 20;  // bytes of lines not yet recorded
constexpr std::size_t kLineCost = 64;                      // of a line besides its text
constexpr std::chrono::seconds kPatience{1};
constexpr int kFirstFree = 3;  // descriptors of ours must not be taken for the standard ones

[[noreturn]] void fail(const char* operation) {
  throw Error(ErrorKind::io, "capture", "the output",
              std::string(operation) + ": " + std::generic_category().message(errno));
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
  explicit operator bool() const noexcept { return fd_ >= 0; }
  void reset() noexcept {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_ = -1;
};

// A copy that children do not inherit; empty if there is no such descriptor.
Descriptor copy_of(int fd) {
  Descriptor copy(fcntl(fd, F_DUPFD_CLOEXEC, kFirstFree));
  if (!copy && errno != EBADF) fail("copy a descriptor");
  return copy;
}

struct Pipe {
  Descriptor read;
  Descriptor write;

  Pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) fail("create a pipe");
    const Descriptor first_read(ends[0]);
    const Descriptor first_write(ends[1]);
    read = copy_of(ends[0]);
    write = copy_of(ends[1]);
  }
};

// What stdio and iostreams hold back goes where it was meant to go.
void flush_all() noexcept {
  try {
    std::cout.flush();
    std::clog.flush();
  } catch (...) {
    // The host made its streams throw; the failed write is in their state.
  }
  (void)std::fflush(stdout);
  (void)std::fflush(stderr);
}

// False once the receiver is gone.
bool write_all(int fd, std::string_view bytes) noexcept {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      pollfd one{.fd = fd, .events = POLLOUT, .revents = 0};
      (void)::poll(&one, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

struct Line {
  LogLevel level;
  std::string text;
};

// Lines on their way from the thread that reads to the one that records.
class Waiting {
 public:
  // Waits for room for a while; leaves the line out if there is none.
  void push(LogLevel level, std::string_view text) noexcept {
    std::unique_lock lock(mutex_);
    // Having waited in vain once, it does not wait again for each of the lines that follow.
    const std::size_t bound = left_out_ > 0 ? kMaxWaiting / 2 : kMaxWaiting;
    const auto room = [&] { return bytes_ < bound; };
    if (!room() && (left_out_ > 0 || !changed_.wait_for(lock, kPatience, room))) {
      ++left_out_;
      return;
    }
    tell_left_out();
    add(level, text);
  }

  void end() noexcept {
    const std::lock_guard lock(mutex_);
    tell_left_out();
    ended_ = true;
    changed_.notify_all();
  }

  // False when there is nothing more to come.
  bool pop(Line& line) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ended_ || !lines_.empty(); });
    if (lines_.empty()) return false;
    line = std::move(lines_.front());
    lines_.pop_front();
    bytes_ -= line.text.size() + kLineCost;
    changed_.notify_all();
    return true;
  }

 private:
  void add(LogLevel level, std::string_view text) noexcept {
    try {
      lines_.push_back({level, std::string(text)});
      bytes_ += text.size() + kLineCost;
    } catch (const std::bad_alloc&) {
      ++left_out_;
    }
    changed_.notify_all();
  }

  void tell_left_out() noexcept {
    if (left_out_ == 0) return;
    constexpr std::size_t kEnough = 100;
    char text[kEnough];
    const int size = std::snprintf(text, kEnough,
                                   "[edo: omitted %zu lines of output; the store did not keep up]",
                                   std::exchange(left_out_, 0));
    add(LogLevel::warn, {text, static_cast<std::size_t>(size)});
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Line> lines_;
  std::size_t bytes_ = 0;
  std::size_t left_out_ = 0;
  bool ended_ = false;
};

// One of the two streams of the process. redirect() and restore() are for the thread that captures,
// the rest is for the one that reads; the original stays open for both until the end.
class Stream {
 public:
  Stream(int target, LogLevel level) : target_(target), level_(level) {}

  void redirect() {
    original_ = copy_of(target_);
    original_flags_ = original_ ? fcntl(target_, F_GETFD) : 0;
    receiver_there_ = static_cast<bool>(original_);
    Pipe pipe;
    if (dup2(pipe.write.get(), target_) < 0) fail("redirect a descriptor");
    source_ = std::move(pipe.read);
    redirected_ = true;
  }

  // The descriptor as it was, also if it was closed.
  void restore() noexcept {
    if (!redirected_) return;
    redirected_ = false;
    if (!original_) {
      ::close(target_);
    } else {
      const int flags = (original_flags_ & FD_CLOEXEC) != 0 ? O_CLOEXEC : 0;
      while (dup3(original_.get(), target_, flags) < 0 && (errno == EINTR || errno == EBUSY)) {
      }
    }
  }

  [[nodiscard]] pollfd to_poll() const noexcept {
    return {.fd = source_.get(), .events = POLLIN, .revents = 0};
  }

  [[nodiscard]] bool open() const noexcept { return static_cast<bool>(source_); }

  // Somebody else has the other end of the pipe, or there is something in it.
  [[nodiscard]] bool has_writers() const noexcept {
    pollfd one = to_poll();
    return open() && !(::poll(&one, 1, 0) > 0 && (one.revents & POLLIN) == 0);
  }

  // Reads once, at most `bound` bytes, and passes them on. Returns them; empty at the end.
  std::string_view read(std::size_t bound = kBufferSize) {
    ssize_t count = 0;
    do {
      count = ::read(source_.get(), buffer_.data(), std::min(bound, buffer_.size()));
    } while (count < 0 && errno == EINTR);
    if (count <= 0) {
      source_.reset();
      return {};
    }
    const std::string_view bytes(buffer_.data(), static_cast<std::size_t>(count));
    receiver_there_ = receiver_there_ && write_all(original_.get(), bytes);
    return bytes;
  }

  void read_into(Waiting& waiting, std::size_t bound = kBufferSize) {
    lines_.add(read(bound), [&](std::string_view line) { waiting.push(level_, line); });
  }

  // Takes what is in the pipe now, and no more: a child may never stop writing.
  void drain_into(Waiting& waiting) {
    int count = 0;
    if (open() && ioctl(source_.get(), FIONREAD, &count) != 0) count = 0;
    auto left = static_cast<std::size_t>(count);
    while (left > 0 && open()) {
      const std::string_view bytes = read(left);
      lines_.add(bytes, [&](std::string_view line) { waiting.push(level_, line); });
      left -= bytes.size();
    }
    lines_.finish([&](std::string_view line) { waiting.push(level_, line); });
  }

 private:
  static constexpr std::size_t kBufferSize = capture::kMaxBytes;

  const int target_;
  const LogLevel level_;
  Descriptor original_;
  int original_flags_ = 0;
  bool redirected_ = false;
  bool receiver_there_ = false;
  Descriptor source_;
  capture::Lines lines_;
  std::array<char, kBufferSize> buffer_{};
};

// The generation of the process that has a capture, plus one; 0: nobody has.
std::atomic<std::uint64_t> capturing{0};

}  // namespace

// Two threads: one reads the pipes and never waits for the store for long, so that whoever prints,
// be it the recorder's own on_error, is not blocked for ever; the other records.
class OutputCapture::State {
 public:
  explicit State(JobExecution& job) : job_(job) {}

  [[nodiscard]] bool is_inherited() const noexcept {
    return generation_ != base::fork_generation();
  }

  void redirect() {
    for (Stream& stream : streams_) stream.redirect();
  }

  void restore() noexcept {
    flush_all();
    for (Stream& stream : streams_) stream.restore();
  }

  void start_recording() {
    recorder_ = std::thread([this] {
      Line line{};
      while (waiting_.pop(line)) capture::log_locked(job_, line.level, line.text, {});
    });
  }

  // The thread that reads, which keeps the state for as long as it needs it.
  static void start_reading(const std::shared_ptr<State>& state) {
    state->reader_ = std::thread([state] { state->read_all(); });
  }

  // Returns when all that was written before has been read. The thread goes on alone if children
  // may still write.
  void stop_reading() noexcept {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    const char wake = 0;
    (void)write_all(stop_.write.get(), {&wake, 1});
    changed_.wait(lock, [&] { return drained_; });
    lock.unlock();
    if (children_left_) {
      reader_.detach();
    } else {
      reader_.join();
    }
  }

  void stop_recording() noexcept {
    waiting_.end();
    if (recorder_.joinable()) recorder_.join();
  }

 private:
  void read_all() {
    while (true) {
      std::array<pollfd, 3> polled{streams_[0].to_poll(), streams_[1].to_poll(),
                                   pollfd{.fd = stop_.read.get(), .events = POLLIN, .revents = 0}};
      if (::poll(polled.data(), polled.size(), -1) < 0) continue;
      if (is_stopping()) break;
      for (std::size_t i = 0; i < streams_.size(); ++i) {
        if (polled[i].revents != 0) streams_[i].read_into(waiting_);
      }
    }
    for (Stream& stream : streams_) stream.drain_into(waiting_);
    {
      const std::lock_guard lock(mutex_);
      drained_ = true;
      children_left_ = streams_[0].has_writers() || streams_[1].has_writers();
      changed_.notify_all();
    }
    if (children_left_) pass_on_what_children_write();
  }

  bool is_stopping() {
    const std::lock_guard lock(mutex_);
    return stopping_;
  }

  void pass_on_what_children_write() {
    while (streams_[0].open() || streams_[1].open()) {
      std::array<pollfd, 2> polled{streams_[0].to_poll(), streams_[1].to_poll()};
      if (::poll(polled.data(), polled.size(), -1) < 0) continue;
      for (std::size_t i = 0; i < streams_.size(); ++i) {
        if (polled[i].revents != 0) (void)streams_[i].read();
      }
    }
  }

  JobExecution& job_;
  const std::uint64_t generation_ = base::fork_generation();
  std::array<Stream, 2> streams_{Stream(STDOUT_FILENO, LogLevel::info),
                                 Stream(STDERR_FILENO, LogLevel::error)};
  Pipe stop_;
  Waiting waiting_;
  std::thread recorder_;
  std::thread reader_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  bool drained_ = false;
  bool children_left_ = false;
};

OutputCapture::OutputCapture(JobExecution& job) {
  const std::uint64_t mine = base::fork_generation() + 1;
  if (capturing.exchange(mine) == mine) {
    throw Error(ErrorKind::invalid_argument, "capture", "the output",
                "this process already has a capture; end that one first");
  }
  try {
    state_ = std::make_shared<State>(job);
    flush_all();
    state_->redirect();
    const base::SignalsBlocked blocked;
    state_->start_recording();
    State::start_reading(state_);
  } catch (const std::exception& failure) {
    if (state_) {
      state_->restore();
      state_->stop_recording();
    }
    capturing = 0;
    if (const auto* known = dynamic_cast<const Error*>(&failure)) throw *known;
    throw Error(ErrorKind::io, "capture", "the output", failure.what());
  }
}

OutputCapture::~OutputCapture() {
  state_->restore();
  if (state_->is_inherited()) {
    // A forked child has neither of the threads. Their state can only be left alone.
    static std::shared_ptr<State>& left = *new std::shared_ptr<State>;
    left = std::move(state_);
    return;
  }
  state_->stop_reading();
  state_->stop_recording();
  capturing = 0;
}

}  // namespace edo
