#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "argument_values.hpp"
#include "command_options.hpp"
#include "commands/commands.hpp"
#include "group_text.hpp"
#include "listing.hpp"
#include "track/schemas/json_forms.hpp"

namespace track::cli {
namespace {

using schemas::Json;
using schemas::to_json;

/// A page of a terminal or two; pipes and JSON get everything.
constexpr std::uint64_t k_terminal_limit = 100;

struct LsArguments {
  std::string experiment;
  std::string where;
  std::vector<std::string> tags;
  std::vector<std::string> states;
  std::string since;
  std::string sort;
  std::string columns;
  std::string group_by;
  std::string group;
  std::optional<std::uint64_t> limit;
  bool removed = false;
};

RunQuery make_query(const LsArguments& arguments) {
  RunQuery query;
  query.experiment = arguments.experiment;
  query.group = arguments.group;
  query.where = arguments.where;
  query.sort = arguments.sort;
  query.removed = arguments.removed;
  for (const auto& tag : arguments.tags) query.tags.push_back(parse_tag_filter(tag));
  for (const auto& state : arguments.states) {
    if (const auto known = parse_run_state(state)) query.states.push_back(*known);
  }
  if (!arguments.since.empty()) query.since = parse_since(arguments.since, Clock::system().now());
  if (arguments.limit && *arguments.limit > 0) query.limit = arguments.limit;
  return query;
}

Json to_document(const RunRow& row) {
  Json document = to_json(row.run);
  Json params = Json::object();
  for (const ParamRecord& param : row.params) params.set(param.name, param.value);
  Json tags = Json::object();
  for (const TagRecord& tag : row.tags) tags.set(tag.name, tag.value);
  Json metrics = Json::array();
  for (const MetricRecord& metric : row.metrics) metrics.push(to_json(metric));
  return document.set("params", params).set("tags", tags).set("metrics", metrics);
}

void print_rows(const LsArguments& arguments, const std::vector<RunRow>& rows, Context& context) {
  const Timestamp now = Clock::system().now();
  const auto names =
      arguments.columns.empty() ? choose_columns(rows) : split_list(arguments.columns);
  std::vector<ListColumn> columns;
  std::vector<Column> heads;
  for (const auto& name : names) {
    columns.push_back(make_column(name, now));
    heads.push_back(columns.back().head);
  }
  Table table(std::move(heads));
  for (const RunRow& row : rows) {
    std::vector<Cell> cells;
    for (const ListColumn& column : columns) cells.push_back(column.cell(row));
    table.add_row(std::move(cells));
  }
  table.print(context.out, context.terminal);
}

void list_runs(const LsArguments& arguments, Context& context) {
  RunQuery query = make_query(arguments);
  // What was asked for is checked whether or not there are runs.
  for (const auto& name : parse_list("--columns", arguments.columns)) {
    (void)make_column(name, Timestamp{});
  }
  const bool cut = !arguments.limit && !context.json && context.terminal.is_terminal;
  if (cut) query.limit = k_terminal_limit + 1;
  auto rows = context.store().list_rows(query);
  for (const auto& caution : context.store().cautions(query)) context.say("track: " + caution);
  if (context.json) {
    for (const RunRow& row : rows) context.print_json(to_document(row));
    return;
  }
  if (rows.empty()) return context.say("no runs");
  const bool more = cut && rows.size() > k_terminal_limit;
  if (more) rows.pop_back();
  print_rows(arguments, rows, context);
  if (more) context.say(fmt::format("there are more than {}; --limit 0 shows all", rows.size()));
}

Json to_document(const RunGroup& group) {
  Json by = Json::object();
  for (const auto& [name, value] : group.by) by.set(name, value);
  Json runs = Json::array();
  for (const RunId& run : group.runs) runs.push(run.value);
  Json metrics = Json::array();
  for (const GroupMetric& metric : group.metrics) {
    metrics.push(Json::object()
                     .set("metric", metric.series.name)
                     .set("labels", Json::from(metric.series.labels))
                     .set("n", metric.n)
                     .set("missing", metric.missing)
                     .set("mean", metric.n > 0 ? Json{metric.mean} : Json{})
                     .set("sd", metric.sd));
  }
  return Json::object().set("by", by).set("runs", runs).set("metrics", metrics);
}

void list_groups(const LsArguments& arguments, Context& context) {
  const auto by = parse_list("--group-by", arguments.group_by);
  const auto columns = parse_list("--columns", arguments.columns);
  const auto query = make_query(arguments);
  const auto groups = context.store().group(query, by);
  for (const auto& caution : context.store().cautions(query)) context.say("track: " + caution);
  if (context.json) {
    for (const RunGroup& group : groups) context.print_json(to_document(group));
  } else if (groups.empty()) {
    context.say("no runs");
  } else {
    print_groups(groups, columns, context.out, context.terminal);
  }
}

void add_filters(CLI::App& command, LsArguments& arguments) {
  command.add_option("experiment", arguments.experiment, "Only runs of this experiment")
      ->type_name("EXPERIMENT");
  command.add_option("--where", arguments.where, "Only runs for which this holds")
      ->type_name("SQL");
  add_repeated(command, "--tag", arguments.tags, "Only runs with this tag")
      ->type_name("NAME[=VALUE]");
  add_repeated(command, "--state", arguments.states, "Only runs in this state")
      ->type_name("running|finished|failed|killed|unknown")
      ->check(CLI::Validator(
          [](const std::string& text) {
            return parse_run_state(text) ? std::string{} : "'" + text + "' is no state";
          },
          ""));
  command
      .add_option("--since", arguments.since, "Only runs started since, such as 12h or 2026-01-31")
      ->type_name("TIME");
  command.add_option("--group", arguments.group, "Only runs of this group")->type_name("GROUP");
  command.add_flag("--removed", arguments.removed, "Only runs that rm took");
}

}  // namespace

void add_ls(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<LsArguments>();  // shared with the callback
  auto* command = app.add_subcommand("ls", "List runs, the newest first");
  add_filters(*command, *arguments);
  command
      ->add_option("--sort", arguments->sort,
                   "By a field, param:NAME or metric:NAME; -COLUMN turns it round")
      ->type_name("COLUMN");
  command
      ->add_option("--columns", arguments->columns,
                   "Fields, param:NAME, metric:NAME, tag:NAME, with commas between")
      ->type_name("LIST");
  add_integer(
      *command, "--limit",
      [arguments](std::int64_t limit) { arguments->limit = static_cast<std::uint64_t>(limit); },
      "At most so many; 0: all", 0);
  command
      ->add_option("--group-by", arguments->group_by,
                   "Mean and deviation over runs that agree in these params")
      ->type_name("PARAMS");
  set_examples(*command,
               {"track ls digits --since 7d",
                "track ls --where \"param('lr') < 0.1 and metric('val/acc') > 0.9\"",
                "track ls --columns id,name,param:lr,metric:val/acc --sort=-metric:val/acc",
                "track ls digits --group-by lr,hidden"});
  command->callback([arguments, &context] {
    if (arguments->group_by.empty()) {
      list_runs(*arguments, context);
    } else {
      list_groups(*arguments, context);
    }
  });
}

}  // namespace track::cli
