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

// Call it before SQLite opens its first file: a lock that was taken in one way cannot be released
// in the other. From then on, in the whole process:
// - a named pipe instead of a journal, whose other end SQLite would wait for, is an error, and so
// is
//   a link to a file that it would write to;
// - the locks of the WAL index stay when other code of the process closes the file.
// Any thread may call it, more than once.
void prepare_sqlite();

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
