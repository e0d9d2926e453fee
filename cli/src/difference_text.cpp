#include "difference_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ostream>
#include <sstream>

#include "render/number.hpp"
#include "render/table.hpp"
#include "render/text.hpp"

namespace track::cli {
namespace {

bool is_unified_diff(const DiffEntry& entry) {
  return entry.detail.find('\n') != std::string::npos;
}

/// What a field of resources counts is in its name; the value is as `show` puts such.
std::string format_resource(const std::string& name, const Value& value) {
  const bool whole = value.type() == Value::Type::integer;
  if (!whole && value.type() != Value::Type::real) return value.to_string();
  const double number = whole ? static_cast<double>(value.as_integer()) : value.as_real();
  if (whole && number >= 0 &&
      (name.find("peak_rss") == 0 || name.find("_bytes") != std::string::npos))
    return format_bytes(static_cast<std::uint64_t>(value.as_integer()));
  if (name.find("capture.") == 0) return fmt::format("{:.1f} ms", number);
  if (name.find("_seconds") != std::string::npos) return fmt::format("{:.3f} s", number);
  return value.to_string();
}

std::string format_value(const std::string& section, const DiffEntry& entry, const Value& value) {
  if (section == "resources") return format_resource(entry.name, value);
  // As every other list spells it.
  if (value.type() == Value::Type::real && !std::isfinite(value.as_real()))
    return format_number(value.as_real());
  return value.to_string();
}

/// The type too, where only that tells the two apart.
std::string format_side(const std::string& section, const std::optional<Value>& value,
                        const std::string& type, const DiffEntry& entry) {
  if (!value) return "-";
  const std::string text = format_value(section, entry, *value);
  const bool typed =
      entry.left && entry.right && entry.left->to_string() == entry.right->to_string();
  return typed && !type.empty() ? fmt::format("{} ({})", text, type) : text;
}

Style style_of(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::added:
      return Style::added;
    case ChangeKind::removed:
      return Style::removed;
    case ChangeKind::changed:
      return Style::warning;
    case ChangeKind::unknown:
      return Style::muted;
  }
  return Style::plain;
}

const char* mark_of(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::added:
      return "+";
    case ChangeKind::removed:
      return "-";
    case ChangeKind::changed:
      return "~";
    case ChangeKind::unknown:
      return "?";
  }
  return " ";
}

void print_patch(const std::string& patch, std::ostream& out, const Terminal& terminal) {
  std::istringstream lines(patch);
  for (std::string line; std::getline(lines, line);) {
    const Style style = line.rfind('+', 0) == 0   ? Style::added
                        : line.rfind('-', 0) == 0 ? Style::removed
                                                  : Style::plain;
    out << "    " << paint(make_lines_visible(line, terminal), style, terminal) << '\n';
  }
}

void print_section(const DiffSection& section, std::ostream& out, const Terminal& terminal) {
  out << paint(make_visible(section.name, terminal), Style::heading, terminal) << '\n';
  Table table({{""}, {""}, {"left"}, {"right"}, {""}});
  for (const DiffEntry& entry : section.entries) {
    table.add_row({{std::string("  ") + mark_of(entry.kind), style_of(entry.kind)},
                   {entry.name, style_of(entry.kind)},
                   format_side(section.name, entry.left, entry.left_type, entry),
                   format_side(section.name, entry.right, entry.right_type, entry),
                   is_unified_diff(entry) ? "" : entry.detail});
  }
  table.print_rows(out, terminal);
  for (const DiffEntry& entry : section.entries) {
    if (!is_unified_diff(entry)) continue;
    out << "  " << make_visible(entry.name, terminal) << '\n';
    print_patch(entry.detail, out, terminal);
  }
}

std::string list_equal(const DiffReport& report) {
  std::string text;
  for (const DiffSection& section : report.sections) {
    if (section.entries.empty()) text += (text.empty() ? "" : ", ") + section.name;
  }
  return text;
}

/// A fence longer than any run of backticks inside it.
std::string fence_for(const std::string& text) {
  std::size_t longest = 2;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return std::string(longest + 1, '`');
}

}  // namespace

std::string escape_markdown(std::string_view text) {
  std::string escaped;
  for (const char c : make_visible(text, true)) {
    if (c == '<') {
      escaped += "&lt;";
    } else if (c == '>') {
      escaped += "&gt;";
    } else if (c == '&') {
      escaped += "&amp;";
    } else {
      if (std::string_view("\\`*_{}[]()#+-.!|~:@").find(c) != std::string_view::npos) {
        escaped += '\\';
      }
      escaped += c;
    }
  }
  return escaped;
}

void print_difference(const DiffReport& report, std::ostream& out, const Terminal& terminal) {
  for (const DiffSection& section : report.sections) {
    if (!section.entries.empty()) print_section(section, out, terminal);
  }
  const std::string equal = list_equal(report);
  if (!equal.empty()) out << "equal: " << make_visible(equal, terminal) << '\n';
}

void print_difference_markdown(const DiffReport& report, std::ostream& out) {
  out << fmt::format("## `{}` and `{}`\n", report.left.value, report.right.value);
  for (const DiffSection& section : report.sections) {
    if (section.entries.empty()) continue;
    out << fmt::format("\n### {}\n\n| | Name | Left | Right | |\n| --- | --- | --- | --- | --- |\n",
                       escape_markdown(section.name));
    for (const DiffEntry& entry : section.entries) {
      out << fmt::format(
          "| {} | {} | {} | {} | {} |\n", to_string(entry.kind), escape_markdown(entry.name),
          escape_markdown(format_side(section.name, entry.left, entry.left_type, entry)),
          escape_markdown(format_side(section.name, entry.right, entry.right_type, entry)),
          is_unified_diff(entry) ? "" : escape_markdown(entry.detail));
    }
    for (const DiffEntry& entry : section.entries) {
      if (!is_unified_diff(entry)) continue;
      const std::string fence = fence_for(entry.detail);
      out << fmt::format("\n{}diff\n{}", fence, make_lines_visible(entry.detail, Terminal{}));
      out << (entry.detail.back() == '\n' ? "" : "\n") << fence << '\n';
    }
  }
  const std::string equal = list_equal(report);
  if (!equal.empty()) out << "\nEqual: " << escape_markdown(equal) << '\n';
}

}  // namespace track::cli
