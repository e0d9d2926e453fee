#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <ostream>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "track/schemas/json_forms.hpp"
#include "track/store.hpp"

namespace track::cli {
namespace {

void run_ingest(Context& context) {
  // Opening must not do silently what this command reports.
  Store store = Store::open({.path = context.store_path, .ingest = false});
  const IngestReport report = context.with_progress(
      ProgressUnit::items, [&](const Progress& progress) { return store.ingest(progress); });
  if (context.json) return context.print_json(schemas::to_json(report));
  context.out << fmt::format("{} runs, {} segments, {} records, {} points\n", report.runs,
                             report.segments, report.entries, report.points);
  if (report.conflicts > 0) context.out << fmt::format("{} conflicts\n", report.conflicts);
  if (report.invalid_records > 0) {
    context.out << fmt::format("{} records were damaged and passed over\n", report.invalid_records);
  }
  for (const auto& problem : report.problems) context.out << context.visible(problem) << '\n';
}

}  // namespace

void add_ingest(CLI::App& app, Context& context) {
  auto* command =
      app.add_subcommand("ingest", "Move what running processes wrote into the catalog");
  set_examples(*command, {"track ingest", "track ingest --store /data/track --json"});
  command->callback([&context] { run_ingest(context); });
}

}  // namespace track::cli
