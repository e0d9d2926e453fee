#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <set>
#include <utility>

#include "command_options.hpp"
#include "commands/commands.hpp"
#include "render/number.hpp"
#include "render/table.hpp"
#include "track/store.hpp"

namespace track::cli {
namespace {

using schemas::Json;

struct SqlArguments {
  std::string query;
};

/// Fields of an object, one for each column: the second `id` is `id_2`, if no column is called so.
std::vector<std::string> unique_names(const std::vector<std::string>& names) {
  std::set<std::string> taken(names.begin(), names.end());
  std::set<std::string> seen;
  std::vector<std::string> result;
  for (const std::string& name : names) {
    std::string unique = name;
    if (!seen.insert(name).second) {
      for (int i = 2; !taken.insert(unique = fmt::format("{}_{}", name, i)).second;) ++i;
    }
    result.push_back(std::move(unique));
  }
  return result;
}

bool is_number(const Value& value) {
  return value.type() == Value::Type::integer || value.type() == Value::Type::real;
}

/// A line a row, as they come.
class JsonSink final : public SqlSink {
 public:
  explicit JsonSink(Context& context) : context_(context) {}
  void columns(const std::vector<std::string>& names) override { names_ = unique_names(names); }
  void row(const std::vector<Value>& values) override {
    Json row = Json::object();
    for (std::size_t i = 0; i < names_.size(); ++i) row.set(names_[i], values[i]);
    context_.print_json(row);
  }

 private:
  Context& context_;
  std::vector<std::string> names_;
};

/// All rows, because the widest decides; a column of numbers alone is aligned right.
class TableSink final : public SqlSink {
 public:
  void columns(const std::vector<std::string>& names) override { names_ = names; }
  void row(const std::vector<Value>& values) override { rows_.push_back(values); }

  void print(Context& context) const {
    std::vector<Column> columns;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      columns.push_back({names_[i], holds_numbers(i) ? Align::right : Align::left});
    }
    Table table(std::move(columns));
    for (const auto& row : rows_) {
      std::vector<Cell> cells;
      for (const Value& value : row) {
        cells.push_back(value.is_null() ? Cell{"NULL", Style::muted} : Cell{value.to_string()});
      }
      table.add_row(std::move(cells));
    }
    if (!names_.empty()) table.print(context.out, context.terminal);
  }

 private:
  [[nodiscard]] bool holds_numbers(std::size_t column) const {
    bool any = false;
    for (const auto& row : rows_) {
      if (row[column].is_null()) continue;
      if (!is_number(row[column])) return false;
      any = true;
    }
    return any;
  }

  std::vector<std::string> names_;
  std::vector<std::vector<Value>> rows_;
};

void run_sql(const SqlArguments& arguments, Context& context) {
  if (context.json) {
    JsonSink sink(context);
    return context.store().query(arguments.query, sink);
  }
  TableSink sink;
  context.store().query(arguments.query, sink);
  sink.print(context);
}

}  // namespace

void add_sql(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<SqlArguments>();  // shared with the callback
  auto* command = app.add_subcommand("sql", "Ask the public views in SQL; nothing can be changed");
  command->add_option("query", arguments->query, "One SELECT")->type_name("SQL")->required();
  set_examples(
      *command,
      {"track sql 'select id, name, state from runs order by start desc limit 5'",
       "track sql \"select step, value from metric_points where metric = 'loss'\" --json"});
  command->callback([arguments, &context] { run_sql(*arguments, context); });
}

}  // namespace track::cli
