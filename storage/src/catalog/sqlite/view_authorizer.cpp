#include "catalog/sqlite/view_authorizer.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>

#include "catalog/sqlite/sqlite_error.hpp"
#include "catalog/sqlite/statement.hpp"
#include "track/schemas/error.hpp"

namespace track::storage {
namespace {

bool is_base_table(std::string_view table) noexcept {
  return table.ends_with("_rows") || table.starts_with("sqlite_") || table == "dbstat";
}

bool is_harmless_pragma(std::string_view name) noexcept {
  constexpr std::array k_allowed{std::string_view("table_info"), std::string_view("table_xinfo"),
                                 std::string_view("table_list"), std::string_view("function_list")};
  return std::find(k_allowed.begin(), k_allowed.end(), name) != k_allowed.end();
}

/// `first` and `second` mean what sqlite3_set_authorizer() says of `action`; `view` is the view
/// that the access goes through, or null.
int authorize(void* context, int action, const char* first, const char* second, const char*,
              const char* view) {
  if (static_cast<InternalReads*>(context)->depth > 0) return SQLITE_OK;
  const auto text = [](const char* value) {
    return std::string_view(value != nullptr ? value : "");
  };
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_READ:
      return view == nullptr && is_base_table(text(first)) ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_FUNCTION:
      return text(second) == "load_extension" ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_PRAGMA:
      return is_harmless_pragma(text(first)) ? SQLITE_OK : SQLITE_DENY;
    default:
      return SQLITE_DENY;
  }
}

/// Goes through the words of a statement, quoted or not, past its comments.
class Words {
 public:
  explicit Words(std::string_view sql) : rest_(sql) {}

  /// Empty at the end; text in quotes comes without them, and doubled quotes stay doubled.
  std::string_view next() {
    while (!rest_.empty()) {
      if (rest_.starts_with("--")) {
        skip_past("\n");
      } else if (rest_.starts_with("/*")) {
        skip_past("*/");
      } else if (const char close = closing(rest_.front()); close != 0) {
        return quoted(close);
      } else if (is_word(rest_.front())) {
        return take(std::find_if_not(rest_.begin(), rest_.end(), is_word) - rest_.begin());
      } else {
        rest_.remove_prefix(1);
      }
    }
    return {};
  }

 private:
  static bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
  }
  static char closing(char open) {
    return open == '[' ? ']' : open == '\'' || open == '"' || open == '`' ? open : '\0';
  }
  void skip_past(std::string_view end) {
    const auto at = rest_.find(end);
    rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at + end.size());
  }
  std::string_view take(std::ptrdiff_t size) {
    const auto word = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(word.size());
    return word;
  }
  std::string_view quoted(char close) {
    std::size_t end = 1;
    while (end < rest_.size()) {
      if (rest_[end] != close) {
        ++end;
      } else if (close != ']' && end + 1 < rest_.size() && rest_[end + 1] == close) {
        end += 2;
      } else {
        break;
      }
    }
    const auto word = rest_.substr(1, end - 1);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return word.empty() ? " " : word;  // nothing in quotes is not the end
  }

  std::string_view rest_;
};

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

}  // namespace

void refuse_base_tables(std::string_view sql) {
  Words words(sql);
  for (auto word = words.next(); !word.empty(); word = words.next()) {
    if (!is_base_table(lower(word))) continue;
    throw Error(ErrorCode::usage, "cannot run the query: '" + std::string(word) + "' is internal",
                "only the public views can be read: runs, params, tags, metrics, metric_points, …");
  }
}

void allow_views_only(sqlite3* db, InternalReads& internal) {
  // A virtual table declares itself when first used, which would look like CREATE TABLE.
  for (const char* table : {"metric_points", "metric_points_all", "json_each('[]')",
                            "json_tree('[]')", "pragma_table_info('runs')", "pragma_table_list"}) {
    Statement(db, std::string("SELECT * FROM ") + table + " LIMIT 0").run();
  }
  const int result = sqlite3_set_authorizer(db, &authorize, &internal);
  if (result != SQLITE_OK) throw_sqlite(db, result, "guard catalog");
}

}  // namespace track::storage
