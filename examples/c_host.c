/* A host in C: one invocation of a function that handles an order, from its event to its end.
 *
 *   cc c_host.c $(pkg-config --cflags --libs edo) -o c_host
 *   ./c_host telemetry.db
 *   edo show --store telemetry.db ID      with the id that it prints
 */
#include <edo.h>
#include <stdio.h>

/* Told what no outcome tells, from any thread. It must not call the library. */
static void on_error(void* user_data, int32_t kind, const char* message) {
  const char* const program = user_data;
  fprintf(stderr, "%s: %s: %s\n", program, edo_error_kind_name(kind), message);
}

static edo_recorder* open_store(const char* program, const char* store) {
  char options[512];
  snprintf(options, sizeof options, "{\"store\": \"%s\", \"redact\": [\"card\"]}", store);

  edo_open_options open = {.struct_size = sizeof open};
  open.options_json = options;
  open.on_error = on_error;
  open.user_data = (void*)program;

  edo_recorder* recorder = NULL;
  edo_error error = EDO_ERROR_INIT;
  if (edo_open_with(&open, &recorder, &error) < 0) {
    /* A host need not give up here: all that follows does nothing with a recorder that is NULL. */
    fprintf(stderr, "%s: %s\n", program, error.message);
  }
  return recorder;
}

/* A job that succeeds: lines of a log, a result, and a token for the row that it writes. */
static void send_receipt(edo_event* event) {
  edo_job* job = NULL;
  edo_job_start start = {.struct_size = sizeof start};
  start.job_name = "send_receipt";
  start.job_options = "{\"template\": \"receipt\", \"card\": \"4111111111111111\"}";
  edo_start_job(event, &start, &job);

  edo_job_log(job, EDO_LOG_INFO, "rendering the receipt", NULL);
  edo_log_line line = {.struct_size = sizeof line, .source = __FILE__, .line_number = __LINE__};
  line.data = "{\"pages\": 2}";
  edo_job_log(job, EDO_LOG_DEBUG, "rendered", &line);

  /* Written to the column updated_by, it ties the next event to this job. */
  char token[256];
  edo_build_tracking_token("orders", edo_job_correlation_id(job), edo_job_id(job), token,
                           sizeof token);
  edo_job_log(job, EDO_LOG_INFO, token, NULL);

  edo_job_complete(job, "{\"sent\": true}", EDO_MEASURED);
  edo_job_free(job);
}

/* A job that fails after 40 ms, as its host has measured. */
static void notify_warehouse(edo_event* event) {
  edo_job* job = NULL;
  edo_job_start start = {.struct_size = sizeof start, .job_name = "notify_warehouse"};
  edo_start_job(event, &start, &job);
  edo_job_log(job, EDO_LOG_WARN, "no answer, trying again", NULL);
  edo_job_fail(job, "the warehouse does not answer", NULL, 40);
  edo_job_free(job);
}

int main(int argc, char** argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: %s STORE\n", argv[0]);
    return 2;
  }
  if (edo_abi_version() < EDO_ABI_VERSION) {
    fprintf(stderr, "%s: libedo %s is older than this program needs\n", argv[0], edo_version());
    return 1;
  }
  edo_recorder* recorder = open_store(argv[0], argv[1]);

  /* The function was called for one event of the database. */
  edo_invocation* invocation = NULL;
  edo_invocation_start start = {.struct_size = sizeof start};
  start.source_function = "orders";
  start.source_table = "public.orders";
  start.source_operation = "INSERT";
  start.source_event_payload =
      "{\"event\": {\"op\": \"INSERT\", \"data\": {\"old\": null, \"new\": {\"id\": 7}}}}";
  edo_start_invocation(recorder, &start, &invocation);

  /* It asks each of its event modules whether this is theirs. This one says no, */
  edo_event* cancelled = NULL;
  edo_start_event(
      invocation,
      &(edo_event_start){.struct_size = sizeof(edo_event_start), .event_name = "order.cancelled"},
      &cancelled);
  edo_event_not_detected(cancelled, EDO_MEASURED);
  edo_event_free(cancelled);

  /* and this one yes, so its jobs run. */
  edo_event* created = NULL;
  edo_start_event(
      invocation,
      &(edo_event_start){.struct_size = sizeof(edo_event_start), .event_name = "order.created"},
      &created);
  edo_event_detected(created, EDO_MEASURED);
  send_receipt(created);
  notify_warehouse(created);
  edo_event_complete(created, EDO_MEASURED);
  edo_event_free(created);

  /* Completed, says the host; one of its jobs has failed, so the row will say failed. */
  edo_invocation_complete(invocation, EDO_MEASURED);
  puts(edo_invocation_id(invocation));
  edo_invocation_free(invocation);

  edo_health health = {.struct_size = sizeof health};
  edo_recorder_health(recorder, &health);
  edo_recorder_free(recorder);
  return health.stored > 0 && health.dropped == 0 ? 0 : 1;
}
