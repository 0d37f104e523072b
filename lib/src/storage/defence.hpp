// What protects a program from a file that somebody else has made: a store in a watched folder can
// hold anything that SQLite reads.
#pragma once

struct sqlite3;

namespace edo::storage {

// Looked at while SQLite works or waits for a lock, by the thread that does.
class Interrupt {
 public:
  // Once true, what is under way and all that follows fails with Error io.
  [[nodiscard]] virtual bool is_due() const noexcept = 0;

 protected:
  ~Interrupt() = default;
};

// The bytes of a value that a defended connection reads, unless its owner says otherwise.
inline constexpr int kLongestValue = 1 << 20;

// From now on the connection is interrupted where `interrupt` says so, which must outlive it. Its
// schema may neither loop nor call functions that take long, its triggers and views are off, and
// pages are checked before they are believed.
void defend(sqlite3* connection, const Interrupt& interrupt);

// Somebody may have put a named pipe in the place of a journal, on whose other end SQLite would
// wait, or a link to a file that it would write to. From now on either is an error, in the whole
// process; any thread may call it, more than once.
void guard_opening();

// Switches the triggers of a connection on or off within a scope.
class Triggers {
 public:
  Triggers(sqlite3* connection, bool on);
  Triggers(const Triggers&) = delete;
  Triggers& operator=(const Triggers&) = delete;
  ~Triggers();

 private:
  sqlite3* connection_;
  int before_ = 0;
};

}  // namespace edo::storage
