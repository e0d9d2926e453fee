#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <ostream>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "render/number.hpp"
#include "render/table.hpp"
#include "track/schemas/json_forms.hpp"
#include "track/store.hpp"

namespace track::cli {
namespace {

void run_du(Context& context) {
  const UsageReport usage = context.store().usage();
  if (context.json) return context.print_json(schemas::to_json(usage));
  Table totals({{"part"}, {"on disk", Align::right}, {"holds"}});
  totals.add_row({"objects", format_bytes(usage.objects.stored_bytes),
                  fmt::format("{} in {} objects, {} chunks, {} packs",
                              format_bytes(usage.objects.logical_bytes), usage.objects.objects,
                              usage.objects.chunks, usage.objects.packs)});
  totals.add_row({"catalog", format_bytes(usage.catalog_bytes), ""});
  totals.add_row({"journals", format_bytes(usage.journal_bytes), ""});
  totals.print(context.out, context.terminal);
  if (usage.runs.empty()) return;
  context.out << '\n';
  Table runs({{"run"}, {"name"}, {"names", Align::right}, {"its alone", Align::right}});
  for (const RunUsage& run : usage.runs) {
    runs.add_row({run.run.substr(0, 8), run.name, format_bytes(run.logical_bytes),
                  format_bytes(run.unique_bytes)});
  }
  runs.print(context.out, context.terminal);
}

}  // namespace

void add_du(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("du", "Say what takes up space, and which runs need it");
  set_examples(*command, {"track du", "track du --json"});
  command->callback([&context] { run_du(context); });
}

}  // namespace track::cli
