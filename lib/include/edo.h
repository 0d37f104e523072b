/** @file
 * Records what an event-driven function does, for C and every language that can call C:
 * invocations, the event modules that each one checks, the jobs they run and the lines that those
 * jobs log.
 *
 *     edo_recorder* recorder = NULL;
 *     edo_error error = EDO_ERROR_INIT;
 *     if (edo_open("{\"store\": \"telemetry.db\"}", &recorder, &error) < 0) {
 *       fprintf(stderr, "%s\n", error.message);
 *     }
 *     edo_invocation* invocation = NULL;
 *     edo_start_invocation(recorder, NULL, &invocation);
 *     ...
 *     edo_invocation_complete(invocation, EDO_MEASURED);
 *     edo_invocation_free(invocation);
 *     edo_recorder_free(recorder);
 *
 * examples/c_host.c is a complete host. docs/c-abi.md has the reasons and an example for Python.
 *
 * Outcomes. Every function that records returns an int32_t, which may be ignored. 0 or more is an
 * outcome (EDO_STORED ...). Less than 0 means that the call was wrong (EDO_NULL_HANDLE ...) and had
 * no effect. Only opening can fail. After that, no call waits for longer than the option
 * busyTimeout; calls that could not be stored are reported to the callback given to edo_open_with.
 *
 * Handles. A function that starts something returns a handle through its last argument, or NULL if
 * there is none. Every function accepts a NULL handle: it then does nothing and returns
 * EDO_NULL_HANDLE, so a host whose recorder could not be opened needs no checks. Ending a handle
 * (complete, fail, ...) does not free it: it keeps its ids and can still start late events and jobs
 * below it. Free each handle once, with the function for its kind, in any order, even after the
 * recorder. Freeing a handle that has not ended records its row as failed, with a message.
 *
 * Threads. Any number of threads may use a recorder at once. One thread at a time may use any other
 * handle. Free a handle only when no thread uses it any more.
 *
 * Text is UTF-8 and ends with a NUL. NULL means "not known", and so does "" if the column may be
 * empty. JSON is a document as text. Invalid UTF-8 and invalid JSON are repaired, visibly, and
 * recorded. A call reads its arguments only while it runs. A returned `const char*` is never NULL
 * and lives as long as the handle.
 *
 * Each struct begins with its own size, which the caller sets; unset fields must be 0. So a struct
 * may grow at its end, and hosts and libraries of different versions work together.
 */
#ifndef EDO_H
#define EDO_H

#include <stddef.h>
#include <stdint.h>

#include "edo_version.h"

#if defined(__GNUC__)
#define EDO_API __attribute__((visibility("default")))
#else
#define EDO_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** Rises by one with every addition to this header. Nothing that is already in it changes while the
 * library's file is called libedo.so.0. */
#define EDO_ABI_VERSION 1

/** The EDO_ABI_VERSION of the loaded library. The library has everything in this header if it is
 * not less than the EDO_ABI_VERSION that the host was compiled with. */
EDO_API int32_t edo_abi_version(void);

/** The version of the loaded library, such as "0.1.0". EDO_VERSION_STRING is the one of the
 * headers.
 */
EDO_API const char* edo_version(void);

typedef struct edo_recorder edo_recorder;
typedef struct edo_invocation edo_invocation;
typedef struct edo_event edo_event;
typedef struct edo_job edo_job;

enum {
  /* The outcome of a call. */
  EDO_STORED = 0,   /**< committed */
  EDO_QUEUED = 1,   /**< kept in memory, to be stored by a later call or in the background */
  EDO_DROPPED = 2,  /**< given up; the callback gets the reason */
  EDO_DISABLED = 3, /**< the recorder or this kind of record is switched off */

  /* The mistake in a call. */
  EDO_FAILED = -1, /**< opening failed, for the reason in its edo_error; elsewhere: no memory */
  EDO_NULL_HANDLE = -2,  /**< the handle is NULL */
  EDO_ENDED = -3,        /**< the handle has ended, or has a detector's answer already */
  EDO_BAD_ARGUMENT = -4, /**< a required argument is NULL, or a value is not allowed */
  EDO_BAD_STRUCT = -5    /**< struct_size is wrong, or a field this library does not know is set */
};

/** The kinds of failure, sorted by what the caller can do. */
enum {
  EDO_ERROR_NONE = 0,
  EDO_ERROR_INVALID_ARGUMENT = 1, /**< an option or a value is wrong; a retry changes nothing */
  EDO_ERROR_CLOSED = 2,           /**< the recorder was closed */
  EDO_ERROR_BUSY = 3,             /**< another process held the lock for too long */
  EDO_ERROR_UNAVAILABLE = 4,      /**< the other side cannot be reached, or went away */
  EDO_ERROR_DENIED = 5,           /**< authentication or permission */
  EDO_ERROR_IN_DOUBT = 6,         /**< the commit may or may not have happened */
  EDO_ERROR_REFUSED = 7,          /**< the other side does not accept this data */
  EDO_ERROR_FULL = 8,             /**< no space left, or the store's own bound is reached */
  EDO_ERROR_CORRUPT = 9,          /**< not a store, or damaged */
  EDO_ERROR_SCHEMA_TOO_NEW = 10,  /**< written by a newer version than this library */
  EDO_ERROR_IO = 11               /**< any other failure of the disk or the operating system */
};

/** "invalid_argument", "closed", ...; "unknown" for any other number. */
EDO_API const char* edo_error_kind_name(int32_t kind);

/** 1 if the same call may succeed later although nothing was corrected, else 0. */
EDO_API int32_t edo_error_is_retryable(int32_t kind);

/** Receives a failure. The caller owns it and may reuse it. */
typedef struct edo_error {
  size_t struct_size;
  int32_t kind;       /**< EDO_ERROR_NONE after success */
  char message[1024]; /**< one line; what does not fit is cut at a whole character */
} edo_error;
#define EDO_ERROR_INIT \
  { sizeof(edo_error), EDO_ERROR_NONE, "" }

/** Called for each failure that the outcome of a call does not show, or shows as EDO_DROPPED only.
 * Threads that record and a thread of the library call it, also several at once. `message` is valid
 * during the call only. The callback must not call functions that take a handle, must not throw and
 * must not jump out. */
typedef void (*edo_error_callback)(void* user_data, int32_t kind, const char* message);

/* -------------------------------------------------------------------------------- recorder */

typedef struct edo_open_options {
  size_t struct_size;
  /** A JSON object with the options of docs/host-cpp.md under their JavaScript names, such as
   * {"store": "/var/lib/app/telemetry.db", "maxJsonSize": 65536}. NULL: the defaults. Opening fails
   * on an unknown name or a wrong value, with the option's name in the message. */
  const char* options_json;
  /** Not 0: first reads OBSERVABILITY_... and EDO_STORE from the environment; options_json
   * overrides them. No other thread may change the environment meanwhile. */
  int32_t use_environment;
  /** NULL: failures are not reported. The last call comes before edo_recorder_free returns. */
  edo_error_callback on_error;
  void* user_data; /**< for on_error */
} edo_open_options;

/** Opens the store; creates or upgrades it if needed. `error` may be NULL. Returns 0; or less than
 * 0, with *recorder NULL and `error` filled in. */
EDO_API int32_t edo_open(const char* options_json, edo_recorder** recorder, edo_error* error);
EDO_API int32_t edo_open_with(const edo_open_options* options, edo_recorder** recorder,
                              edo_error* error);

/** Counters since the recorder was opened, in this process. */
typedef struct edo_health {
  size_t struct_size;
  int64_t stored;    /**< committed calls, including those that were queued */
  int64_t queued;    /**< calls that are in memory now */
  int64_t dropped;   /**< calls that were given up */
  int64_t wal_bytes; /**< size of the write-ahead log after the last commit */
} edo_health;

/** Fills in `health`, whose struct_size the caller sets, and returns 0. */
EDO_API int32_t edo_recorder_health(const edo_recorder* recorder, edo_health* health);

/** Waits until all calls made before are committed, at most `timeout_ms` (0 or less: does not
 * wait). Returns 1 if they are; 0 if some are still queued or the recorder is closed; less than 0
 * if the call is wrong. Must not be called from the error callback. */
EDO_API int32_t edo_recorder_flush(edo_recorder* recorder, int64_t timeout_ms);

/** Stores the queued calls and ends recording; later calls return EDO_DROPPED. Waits for the store
 * and its disk at most 5 s. Returns 0. */
EDO_API int32_t edo_recorder_close(edo_recorder* recorder);
/** The same, but waits at most `timeout_ms`. `health`, which may be NULL, then says what is left.
 * Calls that are still queued are lost if the process ends now. Bytes of the write-ahead log are
 * safe: the next process that opens the store writes them into it. */
EDO_API int32_t edo_recorder_close_within(edo_recorder* recorder, int64_t timeout_ms,
                                          edo_health* health);

/** Closes and frees. */
EDO_API void edo_recorder_free(edo_recorder* recorder);

/* ----------------------------------------------------------------------------- invocations */

/** Every field may be 0, and the pointer to the struct may be NULL. */
typedef struct edo_invocation_start {
  size_t struct_size;
  const char* id;             /**< the host's own UUID for it; NULL: one is made */
  const char* correlation_id; /**< the same for a whole chain; NULL: one is made */
  const char* source_function;
  const char* source_table;         /**< "schema.name" */
  const char* source_operation;     /**< INSERT, UPDATE, DELETE, MANUAL */
  const char* source_system;        /**< NULL: "hasura" */
  const char* source_job_id;        /**< UUID of the job that caused this invocation */
  const char* source_event_id;      /**< UUID by Hasura's habit; any text is kept */
  const char* source_event_payload; /**< JSON */
  const char* source_event_time;    /**< ISO 8601; stored in UTC */
  const char* source_user_email;
  const char* source_user_role;
  const char* event_modules_directory;
  const char* context_data;  /**< JSON */
  int64_t auto_load_modules; /**< 1: yes, -1: no, 0: not known */
} edo_invocation_start;

EDO_API int32_t edo_start_invocation(edo_recorder* recorder, const edo_invocation_start* start,
                                     edo_invocation** invocation);

/** "" for NULL. */
EDO_API const char* edo_invocation_id(const edo_invocation* invocation);
EDO_API const char* edo_invocation_correlation_id(const edo_invocation* invocation);

/** As a duration: measure the time since the start. Every negative number means the same. */
#define EDO_MEASURED (-1)

/** Ends the invocation, with the counts of the events and jobs recorded under it. Records it as
 * failed instead of completed if a job, a handler or a detector has failed. */
EDO_API int32_t edo_invocation_complete(edo_invocation* invocation, int64_t duration_ms);
EDO_API int32_t edo_invocation_fail(edo_invocation* invocation, const char* message,
                                    const char* stack, int64_t duration_ms);
/** Ends it with status timeout. Its jobs may still run, and may be recorded later. */
EDO_API int32_t edo_invocation_time_out(edo_invocation* invocation, int64_t duration_ms);

EDO_API void edo_invocation_free(edo_invocation* invocation);

/* ---------------------------------------------------------------------------------- events */

typedef struct edo_event_start {
  size_t struct_size;
  const char* id;         /**< the host's own UUID for it; NULL: one is made */
  const char* event_name; /**< required */
  const char* event_module_path;
} edo_event_start;

EDO_API int32_t edo_start_event(edo_invocation* invocation, const edo_event_start* start,
                                edo_event** event);

/** "" for NULL. */
EDO_API const char* edo_event_id(const edo_event* event);

/** The detector's answer. not_detected and detection_failed end the event. detected starts its
 * handler, whose duration is measured from then on. */
EDO_API int32_t edo_event_detected(edo_event* event, int64_t duration_ms);
EDO_API int32_t edo_event_not_detected(edo_event* event, int64_t duration_ms);
EDO_API int32_t edo_event_detection_failed(edo_event* event, const char* message, const char* stack,
                                           int64_t duration_ms);

/** The handler has ended: status completed, or failed if one of its jobs has failed. */
EDO_API int32_t edo_event_complete(edo_event* event, int64_t duration_ms);
/** The handler itself failed. */
EDO_API int32_t edo_event_handler_failed(edo_event* event, const char* message, const char* stack,
                                         int64_t duration_ms);

EDO_API void edo_event_free(edo_event* event);

/* ------------------------------------------------------------------------------------ jobs */

typedef struct edo_job_start {
  size_t struct_size;
  const char* id;       /**< the host's own UUID for it; NULL: one is made */
  const char* job_name; /**< required */
  const char* job_function_name;
  const char* job_options; /**< JSON */
} edo_job_start;

/** May be called while other jobs of the event run, but only by the thread that uses this event. */
EDO_API int32_t edo_start_job(edo_event* event, const edo_job_start* start, edo_job** job);

/** "" for NULL. */
EDO_API const char* edo_job_id(const edo_job* job);
EDO_API const char* edo_job_correlation_id(const edo_job* job);

enum { EDO_LOG_DEBUG = 0, EDO_LOG_INFO = 1, EDO_LOG_WARN = 2, EDO_LOG_ERROR = 3 };

typedef struct edo_log_line {
  size_t struct_size;
  const char* data;    /**< JSON */
  const char* source;  /**< file or module */
  int64_t line_number; /**< from 1; 0: not known */
} edo_log_line;

/** Adds a line to a job that has not ended. `line` may be NULL. */
EDO_API int32_t edo_job_log(edo_job* job, int32_t level, const char* message,
                            const edo_log_line* line);

/** `result` is JSON. */
EDO_API int32_t edo_job_complete(edo_job* job, const char* result, int64_t duration_ms);
EDO_API int32_t edo_job_fail(edo_job* job, const char* message, const char* stack,
                             int64_t duration_ms);

EDO_API void edo_job_free(edo_job* job);

/* -------------------------------------------------------------------------------- tracking */

/** Connects the invocations of a chain: a job writes a token "source|correlationId|jobExecutionId"
 * into the column `updated_by` of its row. The row causes the next event, whose handler reads the
 * token there. */

/** Writes the token and its NUL to `buffer`; a pipe in `source` becomes '_'. Returns the token's
 * length without the NUL, or EDO_BAD_ARGUMENT if an id is not a UUID or a required argument is
 * NULL. If the length is `size` or more, the buffer was too small and holds "" (or nothing, if
 * `size` is 0). job_id may be NULL. */
EDO_API int32_t edo_build_tracking_token(const char* source, const char* correlation_id,
                                         const char* job_id, char* buffer, size_t size);

typedef struct edo_tracking_token {
  size_t struct_size;
  char source[256];          /**< the function whose job wrote the row; longer names are cut */
  char correlation_id[37];   /**< UUID in lower case */
  char job_execution_id[37]; /**< the same; "": not known */
} edo_tracking_token;

/** Returns 1 and fills in `token`; 0 if the text is not a token, for example because a person wrote
 * the row; less than 0 if the call is wrong. */
EDO_API int32_t edo_parse_tracking_token(const char* text, edo_tracking_token* token);

typedef struct edo_chain_origin {
  size_t struct_size;
  char correlation_id[256]; /**< "": not in the payload */
  char source_job_id[37];   /**< UUID of the job that caused it; only a token has it */
} edo_chain_origin;

/** Finds where an invocation comes from, in the payload of a Hasura event trigger: looks for a
 * token, then for an id in the row's column `configured_field` (NULL: none), in its metadata and in
 * the session variables; edo/tracking.hpp has the exact order. Returns 1 if it found something; 0
 * if not, also for an invalid payload; less than 0 if the call is wrong. */
EDO_API int32_t edo_find_chain_origin(const char* hasura_payload, const char* configured_field,
                                      edo_chain_origin* origin);

#ifdef __cplusplus
}
#endif

#endif /* EDO_H */
