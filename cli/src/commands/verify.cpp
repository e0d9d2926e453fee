#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <memory>
#include <optional>
#include <ostream>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "render/colour.hpp"
#include "render/number.hpp"
#include "track/schemas/json_forms.hpp"
#include "track/store.hpp"

namespace track::cli {
namespace {

struct VerifyArguments {
  bool data = false;
  bool rebuild_index = false;
  std::optional<double> seconds;
};

void print_findings(const VerifyReport& report, Context& context) {
  for (const VerifyFinding& finding : report.findings) {
    context.out << paint(context.visible(finding.path), Style::bad, context.terminal) << ": "
                << context.visible(finding.problem) << '\n';
    for (const auto& hurt : finding.hurts) {
      context.out << "  hurts " << context.visible(hurt) << '\n';
    }
  }
}

void run_verify(const VerifyArguments& arguments, Context& context) {
  VerifyStoreOptions options;
  options.data = arguments.data;
  options.rebuild_index = arguments.rebuild_index;
  if (arguments.seconds) options.max_duration_ms = std::llround(*arguments.seconds * 1000);
  const VerifyReport report =
      context.with_progress(ProgressUnit::items, [&](const Progress& progress) {
        options.progress = progress;
        return context.store().verify(options);
      });
  if (!report.findings.empty()) {
    context.exit_code = k_exit_trouble;
  } else if (!report.complete) {
    context.exit_code = k_exit_inconclusive;
  }
  if (context.json) return context.print_json(schemas::to_json(report));
  print_findings(report, context);
  context.out << fmt::format("{} packs, {} chunks, {} objects, {}: {}\n", report.packs,
                             report.chunks, report.objects, format_bytes(report.bytes),
                             !report.findings.empty()
                                 ? fmt::format("{} problems", report.findings.size())
                             : report.complete ? "ok"
                                               : "ok so far, not complete");
}

}  // namespace

void add_verify(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<VerifyArguments>();  // shared with the callback
  auto* command = app.add_subcommand("verify", "Check the store, and say which runs damage hurts");
  command->add_flag("--data", arguments->data, "Read and hash every byte");
  command->add_flag("--rebuild-index", arguments->rebuild_index, "Make the index of chunks anew");
  command
      ->add_option("--max-duration", arguments->seconds, "Stop after so long; exit 3 if not done")
      ->type_name("SECONDS")
      ->check(CLI::NonNegativeNumber);
  set_examples(*command, {"track verify", "track verify --data --max-duration 600"});
  command->callback([arguments, &context] { run_verify(*arguments, context); });
}

}  // namespace track::cli
