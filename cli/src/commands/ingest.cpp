#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "track/schemas/json_forms.hpp"
#include "track/store.hpp"

namespace track::cli {
namespace {

void run_ingest(const std::vector<std::string>& directories, Context& context) {
  // Opening must not do silently what this command reports.
  Store store = Store::open({.path = context.store_path, .ingest = false});
  const std::vector<std::filesystem::path> paths(directories.begin(), directories.end());
  const IngestReport report =
      context.with_progress(ProgressUnit::items, [&](const Progress& progress) {
        return paths.empty() ? store.ingest(progress) : store.ingest_from(paths, progress);
      });
  if (context.json) return context.print_json(schemas::to_json(report));
  context.out << fmt::format("{} runs, {} segments, {} records, {} points\n", report.runs,
                             report.segments, report.entries, report.points);
  if (report.conflicts > 0) context.out << fmt::format("{} conflicts\n", report.conflicts);
  if (report.invalid_records > 0) {
    context.out << fmt::format("{} records were damaged and passed over\n", report.invalid_records);
  }
  if (report.packs > 0) context.out << fmt::format("{} packs of objects\n", report.packs);
  for (const auto& run : report.waiting) context.out << context.visible(run) << '\n';
  for (const auto& problem : report.problems) context.out << context.visible(problem) << '\n';
}

}  // namespace

void add_ingest(CLI::App& app, Context& context) {
  auto directories = std::make_shared<std::vector<std::string>>();  // shared with the callback
  auto* command = app.add_subcommand(
      "ingest", "Move into the catalog what running processes wrote and what waits elsewhere");
  command
      ->add_option("directory", *directories,
                   "A spool, a copy of one, or a directory of such, to be taken")
      ->type_name("PATH");
  set_examples(*command,
               {"track ingest", "track ingest --store /data/track --json",
                "track ingest ~/.local/state/track/spool", "track ingest /media/usb/spool"});
  command->callback([directories, &context] { run_ingest(*directories, context); });
}

}  // namespace track::cli
