#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <memory>
#include <optional>
#include <ostream>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "render/number.hpp"
#include "render/record_text.hpp"
#include "render/table.hpp"
#include "track/schemas/json_forms.hpp"
#include "track/store.hpp"

namespace track::cli {
namespace {

struct GcArguments {
  bool dry_run = false;
  bool all = false;
  std::optional<double> grace_s;
};

std::string join_owners(const GcObject& object) {
  std::string text;
  for (const auto& owner : object.owners) text += (text.empty() ? "" : ", ") + owner;
  return text;
}

/// What would go; with `all` also what would stay, which is nearly everything.
void print_objects(const GcReport& report, bool all, Context& context) {
  Table table({{"object"}, {"size", Align::right}, {"decision"}, {"reason"}, {"owners"}});
  for (const GcObject& object : report.objects) {
    if (!all && object.decision == "keep") continue;
    table.add_row({short_digest(object.digest), format_bytes(object.bytes), object.decision,
                   object.reason, join_owners(object)});
  }
  if (!table.empty()) table.print(context.out, context.terminal);
}

void run_gc(const GcArguments& arguments, Context& context) {
  GcStoreOptions options;
  options.dry_run = arguments.dry_run;
  if (arguments.grace_s) options.grace_ms = std::llround(*arguments.grace_s * 1000);
  const GcReport report = context.with_progress(ProgressUnit::items, [&](const Progress& progress) {
    options.progress = progress;
    return context.store().gc(options);
  });
  if (context.json) return context.print_json(schemas::to_json(report));
  print_objects(report, arguments.all, context);
  context.out << fmt::format("{}kept {}, condemned {}, swept {}, freed {}, purged {} runs\n",
                             report.dry_run ? "would have " : "", report.kept, report.condemned,
                             report.swept, format_bytes(report.freed_bytes), report.purged_runs);
}

}  // namespace

void add_gc(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<GcArguments>();  // shared with the callback
  auto* command = app.add_subcommand("gc", "Reclaim the bytes that nothing needs any more");
  auto* dry_run =
      command->add_flag("--dry-run", arguments->dry_run,
                        "Say what would go and why, and change nothing. What nothing names is "
                        "condemned, and swept by a later gc if that is still so");
  command->add_flag("--all", arguments->all, "With --dry-run: list what would be kept, too")
      ->needs(dry_run);
  command->add_option("--grace", arguments->grace_s, "Spare what was made or removed since")
      ->type_name("SECONDS")
      ->check(CLI::NonNegativeNumber);
  set_examples(*command,
               {"track gc --dry-run", "track gc --dry-run --all", "track gc --grace 86400"});
  command->callback([arguments, &context] { run_gc(*arguments, context); });
}

}  // namespace track::cli
