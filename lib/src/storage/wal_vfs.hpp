// Writes a commit to the write-ahead log with one system call.
//
// SQLite appends a transaction to its log frame by frame, each as a header of 24 bytes and a page,
// with a system call for either: six for a log line of ours, and they are most of what recording
// costs. Behind this VFS (https://sqlite.org/vfs.html) the frames of a transaction are gathered and
// written when its last one comes, which is before SQLite tells any other connection of them. A
// transaction that outgrows the page cache comes in parts, and may be rolled back after some: what
// was gathered by then is forgotten before anybody else may write there.
#pragma once

namespace edo::storage {

// The VFS name for opening a database that is written. It passes everything except writing the log
// to the VFS that is the default when a file is opened. Empty, which means that default, if it
// cannot be registered. Any thread may call it.
[[nodiscard]] const char* wal_vfs();

}  // namespace edo::storage
