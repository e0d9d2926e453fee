#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iterator>
#include <memory>
#include <ostream>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "render/number.hpp"
#include "render/record_text.hpp"
#include "render/table.hpp"
#include "track/registry.hpp"
#include "track/schemas/json_forms.hpp"

namespace track::cli {
namespace {

using schemas::Json;

struct AuditArguments {
  bool verify = false;
  std::string against;
  bool checkpoint = false;
  std::string key;
};

AuditCheckpoint read_checkpoint(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorCode::io, fmt::format("cannot read checkpoint '{}'", path));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  try {
    const Json document = Json::parse(text);
    const auto head = Digest::parse(document.at("head").as_string());
    if (!head) throw Error(ErrorCode::corrupt, "'head' is not a digest");
    return {.store = document.at("store").as_string(),
            .length = document.at("length").as_integer(),
            .head = *head,
            .time = document.at("time").as_string(),
            .key_id = document.at("key_id").as_string(),
            .signature = document.at("signature").as_string()};
  } catch (const Error& error) {
    throw Error(ErrorCode::usage,
                fmt::format("cannot read checkpoint '{}': {}", path, error.what()));
  }
}

void verify_log(const AuditArguments& arguments, Context& context) {
  std::optional<AuditCheckpoint> checkpoint;
  if (!arguments.against.empty()) checkpoint = read_checkpoint(arguments.against);
  const AuditReport report = Registry(context.store()).verify_audit(checkpoint);
  if (!report.findings.empty()) context.exit_code = k_exit_trouble;
  if (context.json) return context.print_json(schemas::to_json(report));
  for (const AuditFinding& finding : report.findings) {
    context.out << fmt::format("entry {}: ", finding.sequence) << context.visible(finding.problem)
                << '\n';
  }
  context.out << fmt::format(
      "{} entries, head {}: {}\n", report.length, report.head ? report.head->to_string() : "none",
      report.findings.empty() ? "ok" : fmt::format("{} problems", report.findings.size()));
}

/// The text of a member of an entry's content, which is JSON; empty where it is not there.
std::string member_text(const Json& content, std::string_view name) {
  const Json* member = content.find(name);
  if (member == nullptr || member->is_null()) return {};
  if (member->is_integer()) return std::to_string(member->as_integer());
  return member->is_string() ? member->as_string() : member->dump();
}

/// What an entry says, in the words of `track models show`. One whose content cannot be read is
/// shown as it is: --verify says what is wrong with it.
std::vector<Cell> describe_entry(const AuditRecord& record) {
  const std::vector<Cell> raw = {record.event, "", record.payload, "", ""};
  try {
    const Json content = Json::parse(record.payload);
    if (!content.is_object()) return raw;
    const auto text = [&](std::string_view name) { return member_text(content, name); };
    const bool made = record.event == "version";
    std::string subject = text("model");
    if (const auto alias = text("alias"); !alias.empty()) subject += '@' + alias;
    const auto from = text("from");
    const auto to = made ? text("version") : text("to");
    std::string version = made || from.empty() ? to : fmt::format("{} to {}", from, to);
    if (version.empty()) {
      const auto digest = Digest::parse(text("digest"));
      version = digest ? short_digest(*digest) : "-";
    }
    return {made ? "version" : text("action"), subject, version, text("actor"), text("reason")};
  } catch (const Error&) {
    return raw;
  }
}

void list_log(Context& context) {
  const auto records = Registry(context.store()).audit();
  if (context.json) {
    for (const AuditRecord& record : records) context.print_json(schemas::to_json(record));
    return;
  }
  if (records.empty()) return context.say("the audit log is empty");
  Table table(
      {{"#", Align::right}, {"time"}, {"event"}, {"model"}, {"version"}, {"by"}, {"reason"}});
  for (const AuditRecord& record : records) {
    std::vector<Cell> row = {std::to_string(record.sequence), format_local_time(record.time.ms)};
    for (Cell& cell : describe_entry(record)) row.push_back(std::move(cell));
    table.add_row(std::move(row));
  }
  table.print(context.out, context.terminal);
}

void run_audit(const AuditArguments& arguments, Context& context) {
  if (arguments.checkpoint) {
    // JSON in any case: it is made to be kept and given back.
    const AuditCheckpoint checkpoint = Registry(context.store()).checkpoint(arguments.key);
    context.print_json(schemas::to_json(checkpoint));
  } else if (arguments.verify) {
    verify_log(arguments, context);
  } else {
    list_log(context);
  }
}

}  // namespace

void add_audit(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<AuditArguments>();  // shared with the callback
  auto* command =
      app.add_subcommand("audit", "Show, check or sign the log of what models went through");
  auto* verify = command->add_flag("--verify", arguments->verify,
                                   "Replay the chain and compare it with the tables");
  command->add_option("--against", arguments->against, "Also with a checkpoint that was kept")
      ->type_name("FILE")
      ->needs(verify);
  auto* checkpoint = command
                         ->add_flag("--checkpoint", arguments->checkpoint,
                                    "Print a signed head, to be kept elsewhere")
                         ->excludes(verify);
  command
      ->add_option("--key", arguments->key,
                   "Sign with this; default: TRACK_SIGNING_KEY_FILE, else the only key")
      ->type_name("KEY")
      ->needs(checkpoint);
  set_examples(*command, {"track audit", "track audit --verify",
                          "track audit --checkpoint --key ci > head.json",
                          "track audit --verify --against head.json"});
  command->callback([arguments, &context] { run_audit(*arguments, context); });
}

}  // namespace track::cli
