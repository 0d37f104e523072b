/* The same as host.cpp, in C. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef EDO_SHIPS
#include "edo_shipper.h"
#else
#include "edo.h"
#endif

static long long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void on_error(void* user_data, int32_t kind, const char* message) {
  (void)user_data;
  fprintf(stderr, "error: %s: %s\n", edo_error_kind_name(kind), message);
}

static void record(edo_recorder* recorder, long count) {
  for (long i = 0; i < count; ++i) {
    edo_invocation_start invocation_start = {.struct_size = sizeof invocation_start};
    invocation_start.source_function = "shipper";
    edo_invocation* invocation = NULL;
    edo_start_invocation(recorder, &invocation_start, &invocation);
    edo_event_start event_start = {.struct_size = sizeof event_start};
    event_start.event_name = "order.created";
    edo_event* event = NULL;
    edo_start_event(invocation, &event_start, &event);
    edo_event_detected(event, EDO_MEASURED);
    edo_job_start job_start = {.struct_size = sizeof job_start, .job_name = "send_receipt"};
    edo_job* job = NULL;
    edo_start_job(event, &job_start, &job);
    edo_job_log(job, EDO_LOG_INFO, "sent", NULL);
    edo_job_complete(job, NULL, EDO_MEASURED);
    edo_job_free(job);
    edo_event_complete(event, EDO_MEASURED);
    edo_event_free(event);
    edo_invocation_complete(invocation, EDO_MEASURED);
    edo_invocation_free(invocation);
  }
}

static void sample(edo_recorder* recorder) {
  char payload[400];
  char note[301] = "";
  memset(note, 'x', sizeof note - 1);
  snprintf(payload, sizeof payload, "{\"card\": \"4111\", \"apiKey\": \"k\", \"note\": \"%s\"}",
           note);
  edo_invocation_start invocation_start = {.struct_size = sizeof invocation_start};
  invocation_start.source_function = "sample";
  invocation_start.source_event_payload = payload;
  edo_invocation* invocation = NULL;
  edo_start_invocation(recorder, &invocation_start, &invocation);
  edo_event_start event_start = {.struct_size = sizeof event_start};
  event_start.event_name = "order.created";
  edo_event* event = NULL;
  edo_start_event(invocation, &event_start, &event);
  edo_event_detected(event, EDO_MEASURED);
  edo_job_start job_start = {.struct_size = sizeof job_start, .job_name = "send_receipt"};
  job_start.job_options = "{\"retries\": 3}";
  edo_job* job = NULL;
  edo_start_job(event, &job_start, &job);
  edo_job_log(job, EDO_LOG_INFO, "sent", NULL);
  edo_job_complete(job, "{\"sent\": true}", EDO_MEASURED);
  edo_job_free(job);
  edo_job_start other_start = {.struct_size = sizeof other_start, .job_name = "notify"};
  edo_job* other = NULL;
  edo_start_job(event, &other_start, &other);
  edo_job_fail(other, "no answer", "at notify", EDO_MEASURED);
  edo_job_free(other);
  edo_event_complete(event, EDO_MEASURED);
  edo_event_free(event);
  edo_invocation_complete(invocation, EDO_MEASURED);
  edo_invocation_free(invocation);
}

static void flush(edo_recorder* recorder, long ms) {
#ifdef EDO_SHIPS
  const long long began = now_ms();
  const int32_t finished = edo_recorder_ship(recorder, ms);
  printf("flushed %s %lld\n", finished == 1 ? "true" : "false", now_ms() - began);
#else
  (void)recorder;
  (void)ms;
#endif
}

static void await(const char* file) {
  const struct timespec pause = {.tv_nsec = 5000000};
  puts("awaiting");
  fflush(stdout);
  while (access(file, F_OK) != 0) nanosleep(&pause, NULL);
}

static void fork_child(edo_recorder* recorder, long ms) {
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    record(recorder, 1);
    flush(recorder, ms);
    fflush(stdout);
    exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  printf("child %d\n", status);
}

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  edo_open_options options = {.struct_size = sizeof options};
  options.options_json = argv[1];
  options.use_environment = 1;
  options.on_error = on_error;
  edo_recorder* recorder = NULL;
  edo_error error = EDO_ERROR_INIT;
  if (edo_open_with(&options, &recorder, &error) < 0) {
    fprintf(stderr, "refused: %s: %s\n", edo_error_kind_name(error.kind), error.message);
    return 1;
  }
  edo_invocation* unfinished = NULL;
  for (int i = 2; i < argc; ++i) {
    const char* const equals = strchr(argv[i], '=');
    const char* const value = equals == NULL ? "" : equals + 1;
    const size_t length = equals == NULL ? strlen(argv[i]) : (size_t)(equals - argv[i]);
    const long number = strtol(value, NULL, 10);
    const char* const command = argv[i];
#define IS(name) (length == sizeof(name) - 1 && memcmp(command, name, length) == 0)
    if (IS("sample")) sample(recorder);
    if (IS("record")) record(recorder, number);
    if (IS("timed")) {
      const long long began = now_ms();
      record(recorder, number);
      printf("timed %lld\n", now_ms() - began);
    }
    if (IS("invocation")) edo_start_invocation(recorder, NULL, &unfinished);
    if (IS("flush")) flush(recorder, number);
    if (IS("await")) await(value);
    if (IS("fork")) fork_child(recorder, number);
    if (IS("close")) {
      const long long began = now_ms();
      edo_recorder_free(recorder);
      recorder = NULL;
      printf("closed %lld\n", now_ms() - began);
    }
    if (IS("exit")) exit((int)number);
    if (IS("health")) {
      edo_health health = {.struct_size = sizeof health};
      edo_recorder_health(recorder, &health);
      printf("health %lld %lld\n", (long long)health.stored, (long long)health.dropped);
    }
    fflush(stdout);
  }
  edo_recorder_free(recorder);
  edo_invocation_free(unfinished);
  return 0;
}
