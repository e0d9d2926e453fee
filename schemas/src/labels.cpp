#include "track/schemas/labels.hpp"

#include <utility>

#include "track/schemas/error.hpp"
#include "track/schemas/json.hpp"

namespace track {
namespace {

constexpr std::string_view k_special = "{}=,\\";
constexpr std::string_view k_special_in_value = "{},\\";  // a value is over at ',' or '}' only

void append_escaped(std::string& out, std::string_view text, std::string_view special) {
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
}

[[noreturn]] void refuse(std::string_view text, const std::string& cause) {
  throw Error(
      ErrorCode::usage, "cannot read series '" + std::string(text) + "': " + cause,
      "write name or name{label=value,...}, with a backslash before any of {}=,\\ inside a word");
}

/// Reads words parted by special characters.
class Scanner {
 public:
  explicit Scanner(std::string_view text) noexcept : text_(text) {}

  [[nodiscard]] bool done() const noexcept { return at_ == text_.size(); }

  /// Up to the next special character that has no backslash before it.
  std::string word(std::string_view special = k_special) {
    std::string word;
    while (!done()) {
      char c = text_[at_];
      if (c == '\\') {
        if (++at_ == text_.size()) refuse(text_, "it ends in a backslash");
        c = text_[at_];
      } else if (special.find(c) != std::string_view::npos) {
        break;
      }
      word += c;
      ++at_;
    }
    return word;
  }

  bool take(char c) noexcept {
    if (done() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void expect(char c) {
    if (take(c)) return;
    const auto found = done() ? std::string("its end") : "'" + std::string(1, text_[at_]) + "'";
    refuse(text_, "expected '" + std::string(1, c) + "' before " + found);
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::string SeriesKey::to_string() const {
  std::string text;
  append_escaped(text, name, k_special);
  if (labels.empty()) return text;
  char separator = '{';
  for (const auto& [key, value] : labels) {
    text += separator;
    append_escaped(text, key, k_special);
    text += '=';
    append_escaped(text, value, k_special_in_value);
    separator = ',';
  }
  return text += '}';
}

SeriesKey SeriesKey::parse(std::string_view text) {
  Scanner scanner(text);
  SeriesKey series;
  series.name = scanner.word();
  if (series.name.empty()) refuse(text, "the name is empty");
  if (scanner.done()) return series;
  scanner.expect('{');
  if (!scanner.take('}')) {
    do {
      auto key = scanner.word();
      if (key.empty()) refuse(text, "a label has no name");
      scanner.expect('=');
      const auto [at, fresh] =
          series.labels.emplace(std::move(key), scanner.word(k_special_in_value));
      if (!fresh) refuse(text, "label '" + at->first + "' stands twice");
    } while (scanner.take(','));
    scanner.expect('}');
  }
  if (!scanner.done()) refuse(text, "there is text after '}'");
  return series;
}

SeriesKey SeriesKey::without_rank() const {
  SeriesKey key = *this;
  key.labels.erase(k_rank_label);
  return key;
}

std::string labels_to_json(const Labels& labels) { return schemas::Json::from(labels).canonical(); }

Labels labels_from_json(std::string_view json) {
  try {
    Labels labels;
    const auto document = schemas::Json::parse(json);
    for (const auto& [key, value] : document.as_object()) labels.emplace(key, value.as_string());
    return labels;
  } catch (const Error& error) {
    throw Error(ErrorCode::corrupt,
                "cannot read labels '" + std::string(json) + "': " + error.what());
  }
}

}  // namespace track
