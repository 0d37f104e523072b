/* A host in C that runs for long and ships all the time, without an edo-replicator beside it.
 *
 *   cc c_shipping_host.c $(pkg-config --cflags --libs edo-shipper) -o c_shipping_host
 *   OBSERVABILITY_DB_URL=postgresql://... ./c_shipping_host '{"store": "telemetry.db", "replicate":
 * "background"}'
 *
 * It prints the ids of its invocations. What is pending when it ends is shipped then, for a second
 * at most; what is left after that stays in the store, and the next one ships it.
 */
#include <edo_shipper.h>
#include <stdio.h>

/* Gets failures that no outcome shows, such as an unreachable central database: once until it works
 * again. */
static void on_error(void* stream, int32_t kind, const char* message) {
  fprintf((FILE*)stream, "c_shipping_host: %s: %s\n", edo_error_kind_name(kind), message);
}

static void handle_order(edo_recorder* recorder) {
  edo_invocation_start start = {.struct_size = sizeof start, .source_function = "orders"};
  edo_invocation* invocation = NULL;
  edo_start_invocation(recorder, &start, &invocation);
  edo_invocation_complete(invocation, EDO_MEASURED);
  puts(edo_invocation_id(invocation));
  edo_invocation_free(invocation);
}

int main(int argc, char** argv) {
  edo_open_options options = {.struct_size = sizeof options};
  options.options_json = argc > 1 ? argv[1] : NULL;
  options.use_environment = 1;
  options.on_error = on_error;
  options.user_data = stderr;

  edo_recorder* recorder = NULL;
  edo_error error = EDO_ERROR_INIT;
  if (edo_open_with(&options, &recorder, &error) < 0) {
    fprintf(stderr, "c_shipping_host: %s\n", error.message);
    return 1;
  }
  for (int order = 0; order < 3; ++order) handle_order(recorder);

  /* Before a moment at which all rows should be in the central database; nothing else waits for
   * that. */
  const int32_t shipped = edo_recorder_ship(recorder, 2000);
  edo_recorder_free(recorder);
  return shipped == 1 ? 0 : 3;
}
