#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "render/terminal.hpp"
#include "track/schemas/judge_reports.hpp"

namespace track::cli {

/// Only what differs, a section at a time, and a line that says what is equal.
void print_difference(const DiffReport& report, std::ostream& out, const Terminal& terminal);

/// The same as Markdown; names are escaped, so that none of them is read as markup.
void print_difference_markdown(const DiffReport& report, std::ostream& out);

/// `text` so that Markdown and HTML show it as it is.
[[nodiscard]] std::string escape_markdown(std::string_view text);

}  // namespace track::cli
