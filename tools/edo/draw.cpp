// Draws a tree: facts about the invocation, then its events, jobs and log lines.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "tools/edo/status.hpp"
#include "tools/edo/tree.hpp"
#include "tools/program/text.hpp"

namespace edo::cli {
namespace {

constexpr std::size_t kLongestResult = 100;
constexpr std::size_t kLongestData = 160;
constexpr std::size_t kUndetectedNamed = 12;

struct Node {
  std::vector<std::string> lines;  // the first is at the branch, the others below it
  std::vector<Node> children;
};

struct Branches {
  std::string_view middle;
  std::string_view last;
  std::string_view beside;
  std::string_view below;
};
constexpr Branches kLines = {"├─ ", "└─ ", "│  ", "   "};
constexpr Branches kAscii = {"|- ", "`- ", "|  ", "   "};

std::string text_of(const Json& row, const char* column) {
  const Json& value = row[column];
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::optional<std::int64_t> number_of(const Json& row, const char* column) {
  const Json& value = row[column];
  if (!value.is_number_integer()) return std::nullopt;
  return value.get<std::int64_t>();
}

class Drawing {
 public:
  Drawing(const Tree& tree, base::Micros now, Output& out)
      : tree_(tree),
        invocation_(tree.json["invocation"]),
        now_(now),
        out_(out),
        branches_(out.unicode() ? kLines : kAscii) {}

  void draw() {
    out_.write(headline() + "\n");
    facts();
    std::vector<Node> nodes = events();
    if (!tree_.json["triggered_invocations"].empty()) nodes.push_back(triggered());
    if (!nodes.empty()) out_.write(out_.paint(Tone::dim, out_.unicode() ? "│" : "|") + "\n");
    draw(nodes, "");
  }

 private:
  // Colours the lines of the tree, not its contents.
  [[nodiscard]] std::string rule(const std::string& before, std::string_view branch) const {
    std::string text = before + std::string(branch);
    while (text.ends_with(' ')) text.pop_back();
    const std::size_t spaces = before.size() + branch.size() - text.size();
    return out_.paint(Tone::dim, text) + std::string(spaces, ' ');
  }

  void draw(const std::vector<Node>& nodes, const std::string& before) {
    for (const auto& node : nodes) {
      const bool last = &node == &nodes.back();
      const std::string inside = before + std::string(last ? branches_.below : branches_.beside);
      bool first = true;
      for (const auto& line : node.lines) {
        const std::string_view own = node.children.empty() ? branches_.below : branches_.beside;
        out_.write(first ? rule(before, last ? branches_.last : branches_.middle)
                         : rule(inside, own));
        out_.write(line + "\n");
        first = false;
      }
      draw(node.children, inside);
    }
  }

  [[nodiscard]] std::string marked(std::string_view status, std::string_view name) const {
    return fmt::format("{} {}", out_.paint(tone_of(status), symbol_of(status, out_.unicode())),
                       out_.paint(Tone::strong, printable(name)));
  }

  // "completed in 1.24 s", or how long it has been running and whether that can still change.
  [[nodiscard]] std::string outcome(const Json& row, std::string_view status,
                                    const char* duration_column) const {
    std::string text = out_.paint(tone_of(status), status);
    if (tone_of(status) == Tone::busy) {
      const auto started = base::parse_timestamp(text_of(row, "created_at"));
      const base::Micros elapsed = started ? std::max<base::Micros>(now_ - *started, 0) : 0;
      text += fmt::format(" for {}", duration_text(elapsed / 1000));
      if (!tree_.lost_writer.empty()) text += out_.paint(Tone::bad, ", its process is gone");
    } else if (const auto duration = number_of(row, duration_column)) {
      text += fmt::format(" in {}", duration_text(*duration));
    } else if (status == "crashed") {
      text += ", its end was not recorded";
    }
    return text;
  }

  [[nodiscard]] std::string headline() const {
    const std::string status = text_of(invocation_, "status");
    return fmt::format("{}  {}", marked(status, text_of(invocation_, "source_function")),
                       outcome(invocation_, status, "total_duration_ms"));
  }

  void fact(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    out_.write(
        fmt::format("  {}  {}\n", out_.paint(Tone::dim, fmt::format("{:<12}", name)), value));
  }

  void facts() {
    const auto text = [&](const char* column) { return printable(text_of(invocation_, column)); };
    const auto joined = [](std::string a, std::string_view between, const std::string& b,
                           std::string_view after = "") {
      if (a.empty() || b.empty()) return a + b;
      return a.append(between).append(b).append(after);
    };
    fact("id", text("id"));
    const auto started = base::parse_timestamp(text_of(invocation_, "created_at"));
    fact("started", started ? exact_local_time(*started) : text("created_at"));
    fact("table", joined(text("source_table"), " ", text("source_operation")));
    fact("source", joined(text("source_system"), ", event ", text("source_event_id")));
    fact("user", joined(text("source_user_email"), " (", text("source_user_role"), ")"));
    fact("correlation", text("correlation_id"));
    fact("triggered by", tree_.triggered_by);
    if (const auto jobs = number_of(invocation_, "total_jobs_run"); jobs && *jobs > 0) {
      fact("jobs", jobs_text(*jobs, number_of(invocation_, "total_jobs_succeeded").value_or(0),
                             number_of(invocation_, "total_jobs_failed").value_or(0)));
    }
    if (!tree_.lost_writer.empty()) fact("writer", out_.paint(Tone::bad, tree_.lost_writer));
    std::string_view title = "error";
    for (const auto& line :
         failure(text_of(invocation_, "error_message"), text_of(invocation_, "error_stack"), "")) {
      fact(title, line);
      title = "";
    }
  }

  // The message, then the stack without the message that most stacks begin with.
  [[nodiscard]] std::vector<std::string> failure(const std::string& message,
                                                 const std::string& stack,
                                                 std::string_view title) const {
    std::vector<std::string> lines;
    if (!message.empty()) {
      bool first = true;
      for (const auto line : lines_of(message)) {
        lines.push_back(out_.paint(Tone::bad, std::string(first ? title : "  ") + printable(line)));
        first = false;
      }
    }
    if (stack.empty()) return lines;
    std::string_view rest = stack;
    const std::size_t begin = message.empty() ? std::string::npos : rest.find(message);
    if (begin != std::string::npos && begin <= rest.find('\n')) {
      rest.remove_prefix(begin + message.size());
      const std::size_t end = rest.find('\n');
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    if (rest.empty()) return lines;
    for (const auto line : lines_of(rest)) {
      const std::size_t indent = std::min(line.find_first_not_of(" \t"), line.size());
      lines.push_back(out_.paint(Tone::dim, "    " + printable(line.substr(indent))));
    }
    return lines;
  }

  [[nodiscard]] std::string jobs_text(std::int64_t run, std::int64_t succeeded,
                                      std::int64_t failed) const {
    std::string text = fmt::format("{} job{}", run, run == 1 ? "" : "s");
    std::vector<std::string> parts;
    if (succeeded > 0 && succeeded < run) parts.push_back(fmt::format("{} ok", succeeded));
    if (failed > 0) parts.push_back(out_.paint(Tone::bad, fmt::format("{} failed", failed)));
    if (!parts.empty()) text += fmt::format(" ({})", fmt::join(parts, ", "));
    return text;
  }

  [[nodiscard]] std::vector<Node> events() const {
    std::vector<Node> nodes;
    std::vector<std::string> undetected;
    for (const auto& event : tree_.json["events"]) {
      if (text_of(event, "status") == "not_detected" && event["jobs"].empty()) {
        undetected.push_back(printable(text_of(event, "event_name")));
      } else {
        nodes.push_back(event_node(event));
      }
    }
    if (!undetected.empty()) {
      const std::size_t count = undetected.size();
      undetected.resize(std::min(count, kUndetectedNamed));
      std::string line = fmt::format("{} {} event module{} did not detect: {}",
                                     symbol_of("not_detected", out_.unicode()), count,
                                     count == 1 ? "" : "s", fmt::join(undetected, ", "));
      if (count > kUndetectedNamed) line.append(", ").append(out_.ellipsis());
      nodes.push_back({{out_.paint(Tone::dim, line)}, {}});
    }
    return nodes;
  }

  [[nodiscard]] Node event_node(const Json& event) const {
    const std::string status = text_of(event, "status");
    Node node;
    if (status.empty()) {
      node.lines.push_back(
          fmt::format("jobs of the event {}, which was not stored", text_of(event, "id")));
    } else {
      std::string line = fmt::format("{}  {}", marked(status, text_of(event, "event_name")),
                                     outcome(event, status, "handler_duration_ms"));
      if (const auto detection = number_of(event, "detection_duration_ms")) {
        line += out_.paint(Tone::dim, fmt::format(", detection {}", duration_text(*detection)));
      }
      if (const auto jobs = number_of(event, "jobs_count"); jobs && *jobs > 0) {
        line += ", " + jobs_text(*jobs, number_of(event, "jobs_succeeded").value_or(0),
                                 number_of(event, "jobs_failed").value_or(0));
      }
      node.lines.push_back(std::move(line));
    }
    append(node.lines, failure(text_of(event, "detection_error"),
                               text_of(event, "detection_error_stack"), "detection error: "));
    append(node.lines, failure(text_of(event, "handler_error"),
                               text_of(event, "handler_error_stack"), "handler error: "));
    for (const auto& job : event["jobs"]) node.children.push_back(job_node(job));
    return node;
  }

  [[nodiscard]] Node job_node(const Json& job) const {
    const std::string status = text_of(job, "status");
    Node node;
    node.lines.push_back(fmt::format("{}  {}", marked(status, text_of(job, "job_name")),
                                     outcome(job, status, "duration_ms")));
    if (!job["result"].is_null()) {
      node.lines.push_back(
          fmt::format("{} {}", out_.paint(Tone::dim, "result"),
                      shorten(printable(dump(job["result"])), kLongestResult, out_.ellipsis())));
    }
    append(node.lines,
           failure(text_of(job, "error_message"), text_of(job, "error_stack"), "error: "));
    for (const auto& log : job["logs"]) node.children.push_back(log_node(log));
    return node;
  }

  [[nodiscard]] Node log_node(const Json& log) const {
    const std::string level = text_of(log, "level");
    std::string start =
        fmt::format("{} {} ", out_.paint(Tone::dim, fmt::format("{:>8}", offset(log))),
                    out_.paint(tone_of(level), fmt::format("{:<5}", level)));
    Node node;
    const std::string message = text_of(log, "message");
    for (const auto line : lines_of(message)) {
      node.lines.push_back(start + printable(line));
      start.assign(12, ' ');
    }
    if (!log["data"].is_null()) {
      node.lines.back() += "  " + out_.paint(Tone::dim, shorten(printable(dump(log["data"])),
                                                                kLongestData, out_.ellipsis()));
    }
    if (const std::string source = text_of(log, "source"); !source.empty()) {
      const auto line = number_of(log, "line_number");
      node.lines.back() +=
          "  " + out_.paint(Tone::dim, printable(source) + (line ? fmt::format(":{}", *line) : ""));
    }
    return node;
  }

  // The time since the start of the invocation.
  [[nodiscard]] std::string offset(const Json& log) const {
    const auto start = base::parse_timestamp(text_of(invocation_, "created_at"));
    const auto time = base::parse_timestamp(text_of(log, "created_at"));
    if (!start || !time) return {};
    const std::int64_t ms = (*time - *start) / 1000;
    return ms < 0 ? fmt::format("-{}", duration_text(-ms)) : fmt::format("+{}", duration_text(ms));
  }

  [[nodiscard]] Node triggered() const {
    const Json& invocations = tree_.json["triggered_invocations"];
    Node node;
    node.lines.push_back(fmt::format("its jobs triggered {} invocation{}", invocations.size(),
                                     invocations.size() == 1 ? "" : "s"));
    for (const auto& each : invocations) {
      const std::string status = text_of(each, "status");
      const std::string id = text_of(each, "id").substr(0, tree_.id_length);
      node.children.push_back(
          {{fmt::format("{}  {}: edo show {}", marked(status, text_of(each, "source_function")),
                        outcome(each, status, "total_duration_ms"), id)},
           {}});
    }
    return node;
  }

  static void append(std::vector<std::string>& lines, std::vector<std::string> more) {
    for (auto& line : more) lines.push_back(std::move(line));
  }

  const Tree& tree_;
  const Json& invocation_;
  const base::Micros now_;
  Output& out_;
  const Branches branches_;
};

}  // namespace

void draw_tree(const Tree& tree, base::Micros now, Output& out) { Drawing(tree, now, out).draw(); }

}  // namespace edo::cli
