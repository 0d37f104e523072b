/* A host in C: one invocation of a function that handles an order, from its event to its end.
 *
 *   cc c_host.c $(pkg-config --cflags --libs edo) -o c_host
 *   ./c_host '{"store": "telemetry.db", "redact": ["card"]}'
 *   edo show --store telemetry.db ID                              with the id that c_host prints
 */
#include <edo.h>
#include <stdio.h>

/* Told what no outcome tells, from any thread. It must not call functions that record. */
static void on_error(void* stream, int32_t kind, const char* message) {
  fprintf((FILE*)stream, "c_host: %s: %s\n", edo_error_kind_name(kind), message);
}

static edo_recorder* open_recorder(const char* options_json) {
  edo_open_options options = {.struct_size = sizeof options};
  options.options_json = options_json;
  options.use_environment = 1;
  options.on_error = on_error;
  options.user_data = stderr;

  edo_recorder* recorder = NULL;
  edo_error error = EDO_ERROR_INIT;
  if (edo_open_with(&options, &recorder, &error) < 0) {
    /* No reason for a host to give up: with a NULL recorder, all that follows does nothing. */
    fprintf(stderr, "c_host: %s\n", error.message);
  }
  return recorder;
}

/* A job that succeeds: options, lines of a log and a result. */
static void send_receipt(edo_event* event) {
  edo_job_start start = {.struct_size = sizeof start, .job_name = "send_receipt"};
  start.job_options = "{\"template\": \"receipt\", \"card\": \"4111111111111111\"}";
  edo_job* job = NULL;
  edo_start_job(event, &start, &job);

  edo_job_log(job, EDO_LOG_INFO, "rendering the receipt", NULL);

  edo_log_line line = {.struct_size = sizeof line, .source = __FILE__, .line_number = __LINE__};
  line.data = "{\"pages\": 2}";
  edo_job_log(job, EDO_LOG_DEBUG, "rendered", &line);

  /* Written to the column updated_by of a row, this ties the event that follows to this job. */
  char token[256];
  edo_build_tracking_token("orders", edo_job_correlation_id(job), edo_job_id(job), token,
                           sizeof token);
  edo_job_log(job, EDO_LOG_INFO, token, NULL);

  edo_job_complete(job, "{\"sent\": true}", EDO_MEASURED);
  edo_job_free(job);
}

/* A job that fails, after 40 ms by the host's own measure. */
static void notify_warehouse(edo_event* event) {
  edo_job_start start = {.struct_size = sizeof start, .job_name = "notify_warehouse"};
  edo_job* job = NULL;
  edo_start_job(event, &start, &job);
  edo_job_log(job, EDO_LOG_WARN, "no answer, trying again", NULL);
  edo_job_fail(job, "the warehouse does not answer", NULL, 40);
  edo_job_free(job);
}

/* An event module whose event did not happen. */
static void order_cancelled(edo_invocation* invocation) {
  edo_event_start start = {.struct_size = sizeof start, .event_name = "order.cancelled"};
  edo_event* event = NULL;
  edo_start_event(invocation, &start, &event);
  edo_event_not_detected(event, EDO_MEASURED);
  edo_event_free(event);
}

/* One whose event did happen, so its jobs run. */
static void order_created(edo_invocation* invocation) {
  edo_event_start start = {.struct_size = sizeof start, .event_name = "order.created"};
  edo_event* event = NULL;
  edo_start_event(invocation, &start, &event);
  edo_event_detected(event, EDO_MEASURED);
  send_receipt(event);
  notify_warehouse(event);
  edo_event_complete(event, EDO_MEASURED);
  edo_event_free(event);
}

int main(int argc, char** argv) {
  if (edo_abi_version() < EDO_ABI_VERSION) {
    fprintf(stderr, "c_host: libedo %s is older than this program\n", edo_version());
    return 1;
  }
  edo_recorder* recorder = open_recorder(argc > 1 ? argv[1] : NULL);

  edo_invocation_start start = {.struct_size = sizeof start};
  start.source_function = "orders";
  start.source_table = "public.orders";
  start.source_operation = "INSERT";
  start.source_event_payload =
      "{\"event\": {\"op\": \"INSERT\", \"data\": {\"old\": null, \"new\": {\"id\": 7}}}}";
  edo_invocation* invocation = NULL;
  edo_start_invocation(recorder, &start, &invocation);

  order_cancelled(invocation);
  order_created(invocation);

  /* Its row says failed all the same, because one of its jobs has failed. */
  edo_invocation_complete(invocation, EDO_MEASURED);
  puts(edo_invocation_id(invocation));
  edo_invocation_free(invocation);

  edo_health health = {.struct_size = sizeof health};
  edo_recorder_health(recorder, &health);
  edo_recorder_free(recorder);
  return health.stored > 0 && health.dropped == 0 ? 0 : 1;
}
