#include "catalog/sqlite/where.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

#include "track/schemas/error.hpp"
#include "track/schemas/labels.hpp"

namespace track::storage {
namespace {

/// A word that stands for a value of the run, and the SQL of it over all_series.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> k_metric_words{{
    {"metric", "summary_value"},
    {"last", "CASE WHEN abs(last) <= 1.7976931348623157e308 THEN last END"},
    {"best", "CASE goal WHEN 'minimize' THEN min WHEN 'maximize' THEN max END"},
    {"min", "min"},
    {"max", "max"},
    {"mean", "CASE WHEN abs(mean) <= 1.7976931348623157e308 THEN mean END"},
}};

std::string_view value_of(std::string_view word) {
  const auto found = std::find_if(k_metric_words.begin(), k_metric_words.end(),
                                  [&](const auto& entry) { return entry.first == word; });
  return found != k_metric_words.end() ? found->second : std::string_view{};
}

bool is_word_start(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$';
}
bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

std::string tag_sql(std::string_view name, std::string_view run_column) {
  return "(SELECT value FROM all_tags WHERE run = " + std::string(run_column) +
         " AND name = " + quote_sql(name) + ")";
}

/// Goes through an expression token by token.
class Rewriter {
 public:
  explicit Rewriter(std::string_view text) : text_(text) {}

  std::string run() {
    while (at_ < text_.size()) take();
    if (depth_ != 0) fail("a parenthesis is not closed");
    if (std::all_of(out_.begin(), out_.end(), is_space)) fail("it is empty");
    return std::move(out_);
  }

  [[nodiscard]] const std::set<std::string>& params() const noexcept { return params_; }

 private:
  [[noreturn]] void fail(const std::string& cause) const {
    throw Error(ErrorCode::usage, "cannot read expression '" + std::string(text_) + "': " + cause,
                "write for example: param('lr') < 0.1 and metric('val/acc') > 0.9");
  }

  [[nodiscard]] bool next_is(std::string_view token) const {
    return text_.substr(at_).starts_with(token);
  }

  void take() {
    const char c = text_[at_];
    if (next_is("--") || next_is("/*")) fail("comments are not allowed");
    if (c == '\'' || c == '"' || c == '`') return copy_quoted(c);
    if (c == '[') return copy_quoted(']');
    if (c == ';' || c == '?' || c == ':' || c == '@' || c == '$' || c == '\0') {
      fail(std::string("'") + (c == '\0' ? "NUL" : std::string(1, c)) + "' is not allowed");
    }
    if (is_word_start(c)) return word();
    if (std::isdigit(static_cast<unsigned char>(c)) != 0) return number();
    if (c == '(') ++depth_;
    if (c == ')' && --depth_ < 0) fail("a parenthesis is closed that was not opened");
    out_ += c;
    ++at_;
  }

  void copy_quoted(char close) {
    const auto from = at_;
    static_cast<void>(quoted(close));
    out_ += text_.substr(from, at_ - from);
  }

  /// The text of what is quoted from here on, and goes past it. A doubled quote stands for one.
  std::string quoted(char close) {
    std::string content;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] != close) {
        content += text_[at_];
      } else if (close != ']' && at_ + 1 < text_.size() && text_[at_ + 1] == close) {
        content += text_[at_++];
      } else {
        ++at_;
        return content;
      }
    }
    fail("a quote is not closed");
  }

  /// Digits with what may hang on them, so that the e of 1e5 is no word.
  void number() {
    while (at_ < text_.size() && (is_word(text_[at_]) || text_[at_] == '.')) {
      const bool exponent = lower(text_.substr(at_, 1)) == "e";
      out_ += text_[at_++];
      if (exponent && at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) {
        out_ += text_[at_++];
      }
    }
  }

  void word() {
    const auto from = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    const auto original = text_.substr(from, at_ - from);
    const auto name = lower(original);
    const bool is_metric = !value_of(name).empty();
    if (!is_metric && name != "param" && name != "tag") {
      out_ += is_column_like_keyword(name) ? '"' + name + '"' : std::string(original);
      return;
    }
    const auto argument = only_argument();
    if (!argument) {
      // min, max and last are SQL's words too.
      if (name == "param" || name == "tag" || name == "metric" || name == "best") {
        fail(name + "() takes one name in quotes");
      }
      out_ += original;
      return;
    }
    if (name == "param") {
      out_ += param_sql(*argument, "runs.id");
      params_.insert(*argument);
    } else if (name == "tag") {
      out_ += tag_sql(*argument, "runs.id");
    } else {
      out_ += metric_sql(name, *argument, "runs.id");
    }
  }

  /// The columns `group` and `end` are SQL's words too, which mean no column only in GROUP BY and
  /// in CASE … END.
  bool is_column_like_keyword(std::string_view name) {
    if (name == "case") ++cases_;
    if (name == "end") return cases_ == 0 || --cases_ < 0;
    if (name != "group") return false;
    auto rest = text_.substr(at_);
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
    return lower(rest.substr(0, 2)) != "by" || (rest.size() > 2 && is_word(rest[2]));
  }

  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  /// The text in `('…')`, and goes past it; nothing, and stays, where something else stands here.
  std::optional<std::string> only_argument() {
    const auto start = at_;
    const auto give_up = [&]() -> std::optional<std::string> {
      at_ = start;
      return std::nullopt;
    };
    skip_space();
    if (at_ >= text_.size() || text_[at_] != '(') return give_up();
    ++at_;
    skip_space();
    if (at_ >= text_.size() || (text_[at_] != '\'' && text_[at_] != '"')) return give_up();
    auto content = quoted(text_[at_]);
    skip_space();
    if (at_ >= text_.size() || text_[at_] != ')') return give_up();
    ++at_;
    return content;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  int cases_ = 0;  ///< CASE without its END so far
  std::string out_;
  std::set<std::string> params_;
};

}  // namespace

std::string quote_sql(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    throw Error(ErrorCode::usage, "cannot look for a name with a NUL byte in it");
  }
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += c;
    quoted += c;
  }
  return quoted + "'";
}

std::string param_sql(std::string_view name, std::string_view run_column) {
  return "(SELECT value FROM all_params WHERE run = " + std::string(run_column) +
         " AND name = " + quote_sql(name) + ")";
}

std::string metric_sql(std::string_view word, std::string_view series,
                       std::string_view run_column) {
  const auto key = SeriesKey::parse(series);
  const std::string value(value_of(word));
  return "(SELECT track_only(labels, " + value + ", " + quote_sql(key.name) + ", " +
         quote_sql(labels_to_json(key.labels)) +
         ") FROM all_series WHERE run = " + std::string(run_column) +
         " AND name = " + quote_sql(key.name) + ")";
}

std::string rewrite_where(std::string_view expression) { return Rewriter(expression).run(); }

std::set<std::string> params_in(std::string_view expression) {
  Rewriter rewriter(expression);
  static_cast<void>(rewriter.run());
  return rewriter.params();
}

}  // namespace track::storage
