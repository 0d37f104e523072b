#include "examples/event_modules.hpp"

namespace edo::examples {
namespace {

bool is(const HasuraPayload& payload, std::string_view table, std::string_view operation) {
  return payload.table == table && payload.operation == operation;
}

bool order_created(const HasuraPayload& payload) { return is(payload, "public.orders", "INSERT"); }

bool order_paid(const HasuraPayload& payload) {
  return is(payload, "public.orders", "UPDATE") && payload.changed_to("status", "paid");
}

bool order_shipped(const HasuraPayload& payload) {
  return is(payload, "public.orders", "UPDATE") && payload.changed_to("status", "shipped");
}

bool order_cancelled(const HasuraPayload& payload) {
  return is(payload, "public.orders", "DELETE") ||
         (is(payload, "public.orders", "UPDATE") && payload.changed_to("status", "cancelled"));
}

bool payment_requested(const HasuraPayload& payload) {
  return is(payload, "public.payments", "INSERT");
}

bool payment_captured(const HasuraPayload& payload) {
  return is(payload, "public.payments", "UPDATE") && payload.changed_to("status", "captured");
}

bool payment_failed(const HasuraPayload& payload) {
  return is(payload, "public.payments", "UPDATE") && payload.changed_to("status", "failed");
}

bool invoice_requested(const HasuraPayload& payload) {
  return is(payload, "public.orders", "MANUAL") || payload.changed_to("invoice_requested", true);
}

// Large orders to a country other than the one that is billed. It does not expect an order
// without an address, such as one that is collected at the counter.
bool fraud_suspected(const HasuraPayload& payload) {
  if (!is(payload, "public.orders", "INSERT")) return false;
  const Json& address = payload.new_row.at("shipping_address");
  if (!address.is_object()) {
    throw HostError("Cannot read properties of null (reading 'country')",
                    "TypeError: Cannot read properties of null (reading 'country')\n"
                    "    at isCrossBorder (/var/task/events/fraud.suspected.js:23:41)\n"
                    "    at detector (/var/task/events/fraud.suspected.js:11:10)\n"
                    "    at detectEvent (/var/task/node_modules/event-host/detect.js:88:26)\n"
                    "    at async Promise.all (index 8)");
  }
  const Json& billing = payload.new_row.at("billing");
  return payload.new_row.at("total_cents").get<std::int64_t>() > 100'000 && billing.is_object() &&
         billing.at("country") != address.at("country");
}

bool user_signed_up(const HasuraPayload& payload) { return is(payload, "public.users", "INSERT"); }

bool user_email_changed(const HasuraPayload& payload) {
  return is(payload, "public.users", "UPDATE") &&
         payload.old_row.at("email") != payload.new_row.at("email");
}

}  // namespace

std::span<const EventModule> event_modules() noexcept {
  static constexpr EventModule kModules[] = {
      {"order.created", "/var/task/events/order.created.js", order_created},
      {"order.paid", "/var/task/events/order.paid.js", order_paid},
      {"order.shipped", "/var/task/events/order.shipped.js", order_shipped},
      {"order.cancelled", "/var/task/events/order.cancelled.js", order_cancelled},
      {"payment.requested", "/var/task/events/payment.requested.js", payment_requested},
      {"payment.captured", "/var/task/events/payment.captured.js", payment_captured},
      {"payment.failed", "/var/task/events/payment.failed.js", payment_failed},
      {"invoice.requested", "/var/task/events/invoice.requested.js", invoice_requested},
      {"fraud.suspected", "/var/task/events/fraud.suspected.js", fraud_suspected},
      {"user.signed_up", "/var/task/events/user.signed_up.js", user_signed_up},
      {"user.email_changed", "/var/task/events/user.email_changed.js", user_email_changed},
  };
  return kModules;
}

}  // namespace edo::examples
