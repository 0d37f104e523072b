#include "examples/shop_payloads.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <map>
#include <string>

#include "examples/payload_files.hpp"

namespace edo::examples {
namespace {

struct Person {
  const char* id;
  const char* name;
  const char* email;
};

constexpr Person kCustomers[] = {
    {"6f1d7a3e-52c4-4b0c-9a86-0e3f5d1c7b21", "Mara Lindqvist", "mara.lindqvist@example.com"},
    {"2c9e8b14-0d3f-4a67-b5d1-7e6f3a2c9d08", "Idris Okafor", "idris.okafor@example.com"},
    {"9c3b7e15-04d8-4f6a-8b2e-d1a5c0f79e34", "Pauline Mercier", "pauline.mercier@example.com"},
    {"4a9d2f6c-e180-4b73-a5c8-1d7e0f3b6295", "Yuki Tanabe", "yuki.tanabe@example.com"},
    {"d81c5e07-9f2a-4e36-b740-3c6a1b8d5f92", "Lena Hofer", "lena.hofer@example.com"},
    {"17b4a9d3-6c05-4f81-92e7-f0d3c8a5b6e1", "Rui Valadares", "rui.valadares@example.com"},
    {"a05f3c72-1e9b-4d48-8c6f-5b7d2e0a9134", "Sanna Aalto", "sanna.aalto@example.com"},
    {"5e72d0b8-c3a4-4196-bf05-8d1a6e9c7f23", "Bence Kardos", "bence.kardos@example.com"},
    {"c4f09a61-7d28-4b5e-a913-e6b2d5c08f7a", "Amira Haddad", "amira.haddad@example.com"},
    {"38d6e1f5-b092-4c7a-8e54-a9f1c3b7d206", "Ciaran Doyle", "ciaran.doyle@example.com"},
    {"f19b7c40-2a6e-4853-9d0c-4e8b1f5a3d67", "Katya Morozova", "katya.morozova@example.com"},
    {"83a2d5e9-f61c-4074-b8d3-0c9e7a4b1f58", "Joao Bettencourt", "joao.bettencourt@example.com"},
};

constexpr Person kSupport[] = {
    {"e41b6f70-3a95-4c28-8f0d-5b7c2d9a1e63", "Nadia Brandt", "nadia.brandt@example.com"},
    {"0d97c2e8-a5b4-4f13-96ea-7b1f8c3d5e20", "Oskar Nyberg", "oskar.nyberg@example.com"},
};

constexpr Person kWarehouse[] = {
    {"b3a0e1d2-7c44-4f1e-8d52-91c6a7e0f345", "Tomasz Wrona", "tomasz.wrona@example.com"},
    {"62f8b5d1-e03c-4a97-a4d6-c9e0f7b2a138", "Efua Mensah", "efua.mensah@example.com"},
};

struct Article {
  const char* sku;
  std::int64_t cents;
};

constexpr Article kArticles[] = {
    {"KB-ISO-61", 6'990},     {"CBL-USBC-2M", 1'480}, {"MON-27-4K", 23'800},   {"MUG-01", 1'990},
    {"DESK-OAK-160", 54'900}, {"LAMP-CLAMP", 3'750},  {"CHAIR-ERG-2", 41'250}, {"WEBCAM-HD", 7'290},
    {"HUB-7P", 4'560},        {"MAT-XL", 2'390},
};

struct Address {
  const char* street;
  const char* postcode;
  const char* city;
  const char* country;
};

constexpr Address kAddresses[] = {
    {"Ekvägen 14", "411 03", "Göteborg", "SE"},
    {"Harbour Road 7", "D02 XE81", "Dublin", "IE"},
    {"Rue des Lilas 22", "69003", "Lyon", "FR"},
    {"Lindengasse 5", "1070", "Wien", "AT"},
    {"Rua do Carmo 81", "1200-093", "Lisboa", "PT"},
    {"Mannerheimintie 40", "00100", "Helsinki", "FI"},
    {"Bartók Béla út 9", "1114", "Budapest", "HU"},
};

constexpr const char* kFailureCodes[] = {"insufficient_funds", "insufficient_funds", "expired_card",
                                         "do_not_honour", "suspected_fraud"};
constexpr const char* kLocales[] = {"sv-SE", "en-IE", "fr-FR", "de-AT", "pt-PT", "fi-FI", "ja-JP"};
constexpr const char* kNotes[] = {"Leave with the neighbour", "Ring twice",
                                  "Customer asked for Friday", "Gift, no price on the slip"};

const Json& file(std::string_view name) {
  static const auto files = [] {
    std::map<std::string_view, Json> parsed;
    for (const PayloadFile& one : payload_files()) parsed.emplace(one.name, Json::parse(one.text));
    return parsed;
  }();
  return files.at(name);
}

// The same value in whichever of the two rows exist and know the column.
void set(Json& payload, const char* column, const Json& value) {
  for (const char* side : {"old", "new"}) {
    Json& row = payload["event"]["data"][side];
    if (row.is_object() && row.contains(column)) row[column] = value;
  }
}

void set_new(Json& payload, const char* column, const Json& value) {
  Json& row = payload["event"]["data"]["new"];
  if (row.is_object() && row.contains(column)) row[column] = value;
}

void act_as(Json& payload, const Person& person) {
  Json& session = payload["event"]["session_variables"];
  session["x-hasura-user-id"] = person.id;
  if (session.contains("x-hasura-user-email")) session["x-hasura-user-email"] = person.email;
  set_new(payload, "updated_by", person.email);
}

void new_ids(Json& payload, Random& random) {
  payload["id"] = random.uuid();
  payload["event"]["trace_context"] = {{"trace_id", random.hex(32)}, {"span_id", random.hex(16)}};
  if (random.chance(0.03)) payload["delivery_info"]["current_retry"] = 1;
}

void vary_order(Json& payload, const Person& customer, Random& random) {
  const std::int64_t number = random.between(48'000, 52'999);
  Json items = Json::array();
  std::int64_t total = 0;
  for (std::int64_t i = random.between(1, 4); i > 0; --i) {
    const Article& article = random.pick(kArticles);
    const std::int64_t quantity = random.chance(0.8) ? 1 : random.between(2, 6);
    items.push_back(
        {{"sku", article.sku}, {"quantity", quantity}, {"unit_price_cents", article.cents}});
    total += quantity * article.cents;
  }
  set(payload, "id", number);
  set(payload, "number", fmt::format("SO-{}", number));
  set(payload, "customer_id", customer.id);
  set(payload, "customer_email", customer.email);
  set(payload, "items", items);
  set(payload, "total_cents", total);
  set(payload, "payment_method", random.chance(0.75) ? "card" : "transfer");
  const Address& address = random.pick(kAddresses);
  set(payload, "shipping_address",
      random.chance(0.04) ? Json()  // collected at the counter
                          : Json{{"street", address.street},
                                 {"postcode", address.postcode},
                                 {"city", address.city},
                                 {"country", address.country}});
  set(payload, "billing",
      random.chance(0.3) ? Json{{"company", fmt::format("{} Ltd", customer.name)},
                                {"vat_id", fmt::format("{}{}", address.country,
                                                       random.between(1'000'000, 9'999'999))},
                                {"country", random.pick(kAddresses).country}}
                         : Json());
}

void vary_payment(Json& payload, Random& random) {
  set(payload, "id", random.uuid());
  set(payload, "order_id", random.between(48'000, 52'999));
  set(payload, "amount_cents", random.between(990, 98'000));
  set(payload, "card_last4", fmt::format("{:04}", random.between(0, 9'999)));
  set_new(payload, "gateway_reference",
          payload["event"]["data"]["new"]["status"] == "requested" ? Json()
                                                                   : Json("gw_" + random.hex(8)));
}

}  // namespace

Json make_payload(std::string_view name, Random& random) {
  Json payload = file(name);
  new_ids(payload, random);
  const Person& customer = random.pick(kCustomers);
  const std::string table = payload["table"]["name"];
  const std::string role = payload["event"]["session_variables"]["x-hasura-role"];
  if (table == "orders") vary_order(payload, customer, random);
  if (table == "payments") vary_payment(payload, random);
  if (table == "users") {
    set(payload, "id", random.uuid());
    set(payload, "name", customer.name);
    set(payload, "locale", random.pick(kLocales));
    set(payload, "email", customer.email);
  }
  if (role == "customer") act_as(payload, customer);
  if (role == "support") act_as(payload, random.pick(kSupport));
  if (role == "warehouse") act_as(payload, random.pick(kWarehouse));

  Json& fresh = payload["event"]["data"]["new"];
  if (name == "order_invoice_requested" && random.chance(0.5)) {
    // As many customers without a company ask for an invoice as with one.
    fresh["billing"] = {{"company", fmt::format("{} Studio", customer.name)},
                        {"vat_id", fmt::format("SE{}01", random.between(10'000'000, 99'999'999))},
                        {"country", "SE"}};
  }
  if (name == "payment_failed") fresh["failure_code"] = random.pick(kFailureCodes);
  if (name == "user_email_changed") {
    const std::string email = customer.email;
    if (random.chance(0.55)) {
      fresh["email"] = "hello+" + email;
    } else {
      fresh["last_seen_at"] = "2026-03-09T15:52:07+00:00";  // an update that matters to nobody
    }
  }
  if (name == "order_paid" && random.chance(0.5)) {
    fresh["status"] = payload["event"]["data"]["old"]["status"];
    fresh["note"] = random.pick(kNotes);
  }
  return payload;
}

Json make_follow_up(std::string_view name, const Json& values, Random& random) {
  Json payload = file(name);
  new_ids(payload, random);
  Json& data = payload["event"]["data"];
  const bool is_order = payload["table"]["name"] == "orders";
  const Json status = data["new"]["status"];
  const Json old_status = data["old"].is_object() ? data["old"]["status"] : Json();
  for (const auto& [column, value] : values.items()) set(payload, column.c_str(), value);
  // The change itself is the file's, and the rest is what the job knew of the row.
  set_new(payload, "status", status);
  if (data["old"].is_object()) data["old"]["status"] = old_status;
  if (is_order) set_new(payload, "note", Json());
  payload["event"]["session_variables"] = {{"x-hasura-role", "service"},
                                           {"x-hasura-user-id", "job-runner"}};
  return payload;
}

void stamp(Json& payload, Micros age, Micros row_time, Micros event_time) {
  const auto iso = [](Micros time, std::string_view zone) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}{}",
                       fmt::gmtime(static_cast<std::time_t>(time / kSecond)), time % kSecond, zone);
  };
  payload["created_at"] = iso(event_time, "Z");
  const bool is_new = payload["event"]["op"] == "INSERT";
  set(payload, "created_at", iso(is_new ? row_time : row_time - age, "+00:00"));
  set(payload, "updated_at", iso(row_time - age / 2, "+00:00"));
  set_new(payload, "updated_at", iso(row_time, "+00:00"));
}

}  // namespace edo::examples
