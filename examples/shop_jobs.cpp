#include "examples/shop_jobs.hpp"

#include <fmt/format.h>

#include <initializer_list>

#include "examples/event_modules.hpp"
#include "examples/shop_payloads.hpp"

namespace edo::examples {
namespace {

struct Work {
  const HasuraPayload& payload;
  const Json& row;
  const Json& order;
  const Conditions& conditions;
  Random& random;
};

// The text of a JavaScript stack: the error, then the job's own frames, then those of the host.
std::string js_stack(std::string_view name, const std::string& message,
                     std::initializer_list<std::string_view> frames) {
  std::string stack = fmt::format("{}: {}", name, message);
  for (const auto frame : frames) stack += fmt::format("\n    at {}", frame);
  stack +=
      "\n    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)"
      "\n    at async runJob (/var/task/node_modules/event-host/run.js:141:20)";
  return stack;
}

std::string order_number(const Json& row) { return row.value("number", "SO-0"); }

std::string money(std::int64_t cents) {
  return fmt::format("{}.{:02} EUR", cents / 100, cents % 100);
}

// Mail goes through a relay that is busy now and then.
void send_mail(JobScript& job, const Work& work, const std::string& to, const char* mail_template) {
  job.debug("rendering template", {{"template", mail_template}, {"locale", "en-IE"}});
  job.takes(6);
  if (work.random.chance(0.012)) {
    const std::string message =
        fmt::format("template '{}': variable 'customer.name' is not defined", mail_template);
    job.error("cannot render the mail", {{"template", mail_template}});
    job.fail(message, js_stack("TemplateError", message,
                               {"resolve (/var/task/lib/templates.js:77:13)",
                                "render (/var/task/lib/templates.js:41:22)",
                                "sendMail (/var/task/lib/mail.js:19:28)"}));
    return;
  }
  job.takes(70, 0.6);
  if (work.random.chance(0.03)) {
    job.warn("relay is busy, trying again", {{"code", 421}, {"attempt", 1}});
    job.takes(1'200, 0.3);
    if (work.random.chance(0.3)) {
      const std::string message = "421 4.7.0 relay.example.com: too many connections, try later";
      job.error("giving up", {{"code", 421}, {"attempts", 2}});
      job.fail(message, js_stack("SmtpError", message,
                                 {"SmtpConnection.reply (/var/task/lib/smtp.js:203:15)",
                                  "sendMail (/var/task/lib/mail.js:31:9)"}));
      return;
    }
  }
  const std::string id = fmt::format("<{}@relay.example.com>", work.random.hex(12));
  job.info("mail accepted", {{"to", to}, {"message_id", id}});
  job.complete({{"sent", true}, {"message_id", id}});
}

std::string customer_email(const Work& work) {
  return work.row.value("customer_email", work.row.value("email", "customer@example.com"));
}

// Orders.

void reserve_stock(JobScript& job, const Work& work) {
  Json reserved = Json::array();
  for (const Json& item : work.row.at("items")) {
    job.takes(9);
    job.debug("locking stock row", {{"sku", item.at("sku")}, {"quantity", item.at("quantity")}});
    reserved.push_back(item.at("sku"));
  }
  if (work.random.chance(0.015)) {
    job.takes(1'000, 0.05);
    const std::string message =
        fmt::format("deadlock detected: process {} waits for ShareLock on transaction {}",
                    work.random.between(2'000, 32'000), work.random.between(7'000'000, 7'999'999));
    job.error("reservation rolled back", {{"sqlstate", "40P01"}});
    job.fail(message, js_stack("DatabaseError", message,
                               {"Parser.parseErrorMessage (/var/task/node_modules/pg-protocol/"
                                "dist/parser.js:285:98)",
                                "reserve (/var/task/jobs/reserve_stock.js:38:18)"}));
    return;
  }
  if (work.random.chance(0.06)) {
    job.warn("stock is low", {{"sku", reserved.at(0)}, {"left", work.random.between(0, 4)}});
  }
  job.takes(14);
  job.info(fmt::format("reserved {} articles for {}", reserved.size(), order_number(work.row)));
  job.complete({{"reserved", reserved}, {"warehouse", "GOT-2"}});
}

void request_payment(JobScript& job, const Work& work) {
  const std::int64_t total = work.row.at("total_cents");
  job.info(fmt::format("requesting {} by {}", money(total), work.row.value("payment_method", "")));
  job.takes(22);
  if (work.row.value("payment_method", "") != "card") {
    job.debug("paid by transfer, nothing to request");
    job.complete({{"requested", false}});
    return;
  }
  job.writes(make_follow_up("payment_requested",
                            {{"id", work.random.uuid()},
                             {"order_id", work.row.at("id")},
                             {"amount_cents", total},
                             {"card_last4", fmt::format("{:04}", work.random.between(0, 9'999))}},
                            work.random),
             work.row);
  job.takes(5);
  job.complete({{"requested", true}, {"amount_cents", total}});
}

void send_order_confirmation(JobScript& job, const Work& work) {
  send_mail(job, work, customer_email(work), "order-confirmation");
}

// A native add-on, whose stack is C++.
void update_search_index(JobScript& job, const Work& work) {
  job.debug("opening index segment", {{"segment", work.random.between(1, 64)}});
  job.takes(35, 0.8);
  if (work.random.chance(0.008)) {
    job.fail("index segment is locked by another writer",
             "std::system_error: index segment is locked by another writer\n"
             "    #0 search::Segment::lock() at src/search/segment.cpp:118\n"
             "    #1 search::Index::upsert(search::Document const&) at src/search/index.cpp:264\n"
             "    #2 node_search::Upsert::Execute() at binding/upsert.cc:57\n"
             "    #3 uv__worker at deps/uv/src/threadpool.c:122");
    return;
  }
  job.complete({{"indexed", 1}});
}

void start_fulfilment(JobScript& job, const Work& work) {
  job.info("picking list for " + order_number(work.row), {{"warehouse", "GOT-2"}});
  job.takes(60);
  const Json& address = work.row.at("shipping_address");
  if (address.is_null()) {
    job.warn("no address: to be collected at the counter");
  } else if (work.random.chance(0.6)) {
    // What is in stock next door leaves at once.
    Json values = work.row;
    values.erase("status");
    values["tracking_code"] =
        fmt::format("PX-{}-{}", work.random.between(1'000, 9'999), address.value("country", "SE"));
    job.takes(400, 0.7);
    job.info("label printed", {{"tracking_code", values["tracking_code"]}});
    job.writes(make_follow_up("order_shipped", values, work.random), work.row);
  }
  job.takes(12);
  job.complete({{"picking_list", fmt::format("PL-{}", work.random.between(10'000, 99'999))}});
}

// The ledger of another company: slow, and some days very slow.
void sync_to_erp(JobScript& job, const Work& work) {
  job.info("POST https://erp.example.com/v2/sales-orders", {{"order", order_number(work.row)}});
  job.takes(420, 0.8);
  if (work.random.chance(0.13)) {
    job.warn("no answer yet, the session is being renewed", {{"waited_ms", 5'000}});
    job.takes(12'000, 0.35);
  }
  if (work.random.chance(0.02)) {
    const std::string message =
        fmt::format("ERP refused order {}: field 'costCentre' is missing", order_number(work.row));
    job.error("refused", {{"status", 422}});
    job.fail(message, js_stack("ErpError", message,
                               {"checkAnswer (/var/task/lib/erp.js:64:11)",
                                "syncToErp (/var/task/jobs/sync_to_erp.js:29:18)"}));
    return;
  }
  job.info("stored", {{"status", 201}});
  job.complete({{"erp_id", fmt::format("E{}", work.random.between(700'000, 799'999))}});
}

void send_shipping_notice(JobScript& job, const Work& work) {
  send_mail(job, work, customer_email(work), "order-shipped");
}

void fetch_delivery_estimate(JobScript& job, const Work& work) {
  job.debug("GET https://parcels.example.com/v1/estimates",
            {{"tracking_code", work.row.value("tracking_code", "")}});
  job.takes(180, 0.9);
  if (work.random.chance(0.03)) {
    job.takes(4'000, 0.1);
    const std::string message = "request to parcels.example.com timed out after 5000 ms";
    job.error("no estimate", {{"timeout_ms", 5'000}});
    job.fail(message, js_stack("TimeoutError", message,
                               {"Timeout._onTimeout (/var/task/lib/http.js:52:18)",
                                "listOnTimeout (node:internal/timers:569:17)"}));
    return;
  }
  job.complete({{"days", work.random.between(1, 6)}});
}

void release_stock(JobScript& job, const Work& work) {
  job.takes(18);
  job.info("released stock of " + order_number(work.row));
  job.complete({{"released", work.row.at("items").size()}});
}

void refund_payment(JobScript& job, const Work& work) {
  job.info("looking for captured payments", {{"order_id", work.row.at("id")}});
  job.takes(30);
  if (work.random.chance(0.4)) {
    job.debug("nothing was captured");
    job.complete({{"refunded", false}});
    return;
  }
  job.takes(380, 0.6);
  job.info("refunded " + money(work.row.at("total_cents")));
  job.complete({{"refunded", true}, {"amount_cents", work.row.at("total_cents")}});
}

void render_invoice(JobScript& job, const Work& work) {
  job.info("rendering PDF", {{"order", order_number(work.row)}, {"pages", 2}});
  job.takes(900, 0.7);
  if (work.random.chance(0.05)) {
    job.warn("font cache is cold", {{"fonts", 214}});
    job.takes(6'500, 0.3);
  }
  job.debug("compressed", {{"bytes", work.random.between(48'000, 190'000)}});
  job.complete({{"file", fmt::format("invoices/{}.pdf", order_number(work.row))}});
}

void archive_invoice(JobScript& job, const Work& work) {
  job.takes(85, 0.6);
  job.info("PUT archive", {{"retention_years", 10}});
  job.complete({{"etag", work.random.hex(32)}});
}

// Payments.

// The gateway is what fails in bursts.
void authorize_payment(JobScript& job, const Work& work) {
  const std::int64_t amount = work.row.at("amount_cents");
  const std::string reference = "gw_" + work.random.hex(8);
  job.info(fmt::format("authorizing {}", money(amount)),
           {{"card_last4", work.row.at("card_last4")}, {"attempt", 1}});
  const bool down =
      work.conditions.gateway_down ? work.random.chance(0.85) : work.random.chance(0.006);
  if (down) {
    for (int attempt = 1; attempt <= 3; ++attempt) {
      job.takes(700, 0.4);
      job.warn("gateway answered 503, waiting",
               {{"attempt", attempt}, {"backoff_ms", 250 << attempt}});
      job.takes_exactly((250 << attempt) * kMillisecond);
    }
    const std::string message = fmt::format(
        "gateway.example.com answered 503 Service Unavailable (request {})", work.random.hex(12));
    job.error("giving up after 3 attempts", {{"amount_cents", amount}});
    job.fail(message, js_stack("GatewayError", message,
                               {"GatewayClient.request (/var/task/lib/gateway.js:118:13)",
                                "GatewayClient.authorize (/var/task/lib/gateway.js:61:19)",
                                "authorizePayment (/var/task/jobs/authorize_payment.js:33:22)"}));
    return;
  }
  job.takes(260, 0.6);
  const bool declined = work.random.chance(0.09);
  job.info(declined ? "declined" : "captured", {{"gateway_reference", reference}});
  Json values = {{"id", work.row.at("id")},
                 {"order_id", work.row.at("order_id")},
                 {"amount_cents", amount},
                 {"card_last4", work.row.at("card_last4")}};
  job.writes(make_follow_up(declined ? "payment_failed" : "payment_captured", values, work.random),
             work.order);
  job.takes(8);
  job.complete({{"captured", !declined}, {"gateway_reference", reference}});
}

void score_card_risk(JobScript& job, const Work& work) {
  job.takes(45, 0.7);
  const std::int64_t score = work.random.between(1, 99);
  if (score > 90) job.warn("high risk score", {{"score", score}});
  job.complete({{"score", score}, {"model", "card-risk-7"}});
}

void send_receipt(JobScript& job, const Work& work) {
  send_mail(job, work, "accounts@example.com", "receipt");
}

void post_to_ledger(JobScript& job, const Work& work) {
  const std::int64_t cents = work.row.at("amount_cents");
  job.debug("double entry", {{"debit", "1580"}, {"credit", "3001"}, {"cents", cents}});
  job.takes(25);
  job.complete({{"entry", work.random.between(880'000, 899'999)}});
}

void mark_order_paid(JobScript& job, const Work& work) {
  job.takes(11);
  const Json& id = work.row.at("order_id");
  job.info("order is paid", {{"order_id", id}});
  const Json values = work.order.is_object()
                          ? work.order
                          : Json{{"id", id},
                                 {"number", fmt::format("SO-{}", id.get<std::int64_t>())},
                                 {"total_cents", work.row.at("amount_cents")},
                                 {"payment_method", "card"}};
  job.writes(make_follow_up("order_paid", values, work.random), values);
  job.takes(6);
  job.complete({{"order_id", id}, {"status", "paid"}});
}

void notify_customer_of_failure(JobScript& job, const Work& work) {
  job.info("payment was declined", {{"failure_code", work.row.at("failure_code")}});
  send_mail(job, work, "customer@example.com", "payment-failed");
}

void schedule_payment_retry(JobScript& job, const Work& work) {
  const std::string code = work.row.value("failure_code", "");
  job.takes(7);
  if (code == "suspected_fraud" || code == "expired_card") {
    job.warn("not retried", {{"failure_code", code}});
    job.complete({{"scheduled", false}});
    return;
  }
  job.complete({{"scheduled", true}, {"in_hours", 6}});
}

// Users.

void send_welcome_mail(JobScript& job, const Work& work) {
  send_mail(job, work, customer_email(work), "welcome");
}

void create_crm_contact(JobScript& job, const Work& work) {
  job.info("POST https://crm.example.com/contacts", {{"locale", work.row.value("locale", "")}});
  job.takes(210, 0.7);
  if (work.random.chance(0.05)) {
    job.warn("rate limited", {{"status", 429}, {"retry_after_s", 2}});
    job.takes_exactly(2 * kSecond);
    job.takes(230, 0.5);
    if (work.random.chance(0.35)) {
      const std::string message =
          fmt::format("CRM rate limit reached for contact {}", work.row.value("id", ""));
      job.fail(message, js_stack("RateLimitError", message,
                                 {"CrmClient.post (/var/task/lib/crm.js:90:11)",
                                  "createContact (/var/task/jobs/create_crm_contact.js:21:15)"}));
      return;
    }
  }
  job.complete({{"contact_id", work.random.between(100'000, 999'999)}});
}

void choose_onboarding(JobScript& job, const Work& work) {
  job.takes(4);
  job.debug("variant",
            {{"experiment", "onboarding-12"}, {"group", work.random.chance(0.5) ? "A" : "B"}});
  job.complete({{"started", true}});
}

void send_verification_mail(JobScript& job, const Work& work) {
  send_mail(job, work, customer_email(work), "verify-email");
}

void sync_crm_contact(JobScript& job, const Work& work) {
  job.debug("PATCH https://crm.example.com/contacts", {{"fields", {"email"}}});
  job.takes(190, 0.7);
  job.complete({{"changed", work.random.between(1, 3)}});
}

void hold_order(JobScript& job, const Work& work) {
  job.warn("order is held for review",
           {{"order", order_number(work.row)}, {"total_cents", work.row.at("total_cents")}});
  job.takes(20);
  job.complete({{"held", true}});
}

void notify_risk_team(JobScript& job, const Work& work) {
  send_mail(job, work, "risk@example.com", "risk-review");
}

struct Job {
  std::string_view event;
  std::string_view name;
  std::string_view function_name;
  void (*plan)(JobScript& job, const Work& work);
};

constexpr Job kJobs[] = {
    {"order.created", "reserve_stock", "reserveStock", reserve_stock},
    {"order.created", "request_payment", "requestPayment", request_payment},
    {"order.created", "send_order_confirmation", "sendOrderConfirmation", send_order_confirmation},
    {"order.created", "update_search_index", "updateSearchIndex", update_search_index},
    {"order.paid", "start_fulfilment", "startFulfilment", start_fulfilment},
    {"order.paid", "sync_to_erp", "syncToErp", sync_to_erp},
    {"order.shipped", "send_shipping_notice", "sendShippingNotice", send_shipping_notice},
    {"order.shipped", "fetch_delivery_estimate", "fetchDeliveryEstimate", fetch_delivery_estimate},
    {"order.cancelled", "release_stock", "releaseStock", release_stock},
    {"order.cancelled", "refund_payment", "refundPayment", refund_payment},
    {"invoice.requested", "render_invoice", "renderInvoice", render_invoice},
    {"invoice.requested", "archive_invoice", "archiveInvoice", archive_invoice},
    {"fraud.suspected", "hold_order", "holdOrder", hold_order},
    {"fraud.suspected", "notify_risk_team", "notifyRiskTeam", notify_risk_team},
    {"payment.requested", "authorize_payment", "authorizePayment", authorize_payment},
    {"payment.requested", "score_card_risk", "scoreCardRisk", score_card_risk},
    {"payment.captured", "send_receipt", "sendReceipt", send_receipt},
    {"payment.captured", "post_to_ledger", "postToLedger", post_to_ledger},
    {"payment.captured", "mark_order_paid", "markOrderPaid", mark_order_paid},
    {"payment.failed", "notify_customer", "notifyCustomer", notify_customer_of_failure},
    {"payment.failed", "schedule_payment_retry", "schedulePaymentRetry", schedule_payment_retry},
    {"user.signed_up", "send_welcome_mail", "sendWelcomeMail", send_welcome_mail},
    {"user.signed_up", "create_crm_contact", "createCrmContact", create_crm_contact},
    {"user.signed_up", "choose_onboarding", "chooseOnboarding", choose_onboarding},
    {"user.email_changed", "send_verification_mail", "sendVerificationMail",
     send_verification_mail},
    {"user.email_changed", "sync_crm_contact", "syncCrmContact", sync_crm_contact},
};

// An invoice needs to know whom it bills.
void check_billing(const HasuraPayload& payload) {
  if (!payload.row().at("billing").is_null()) return;
  throw HostError("Cannot read properties of null (reading 'vat_id')",
                  "TypeError: Cannot read properties of null (reading 'vat_id')\n"
                  "    at taxRate (/var/task/lib/tax.js:17:34)\n"
                  "    at handler (/var/task/events/invoice.requested.js:26:16)\n"
                  "    at handleEvent (/var/task/node_modules/event-host/handle.js:54:24)");
}

}  // namespace

std::vector<PlannedJob> plan_jobs(std::string_view name, const HasuraPayload& payload,
                                  const Json& order, const Conditions& conditions, Random& random) {
  if (name == "invoice.requested") check_billing(payload);
  const Work work{payload, payload.row(), order, conditions, random};
  std::vector<PlannedJob> jobs;
  for (const Job& job : kJobs) {
    if (job.event != name) continue;
    Json options = {{"timeoutMs", 10'000}, {"retries", job.name == "authorize_payment" ? 3 : 0}};
    if (work.row.contains("id")) options["rowId"] = work.row.at("id");
    PlannedJob planned{job.name, job.function_name, options.dump(), JobScript(random.next())};
    job.plan(planned.script, work);
    jobs.push_back(std::move(planned));
  }
  return jobs;
}

}  // namespace edo::examples
