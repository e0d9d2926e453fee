#include <algorithm>
#include <nlohmann/json.hpp>

#include "track/schemas/error.hpp"
#include "track/schemas/json.hpp"

namespace track::schemas {
namespace {

constexpr std::size_t k_max_depth = 200;

[[noreturn]] void refuse(const std::string& where, const std::string& cause) {
  throw Error(ErrorCode::usage, "cannot read JSON" + where + ": " + cause);
}

/// " at line L, column C" of the byte at `offset`; a column is a byte.
std::string place_of(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, std::min(offset, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto start = before.rfind('\n');
  const auto column = 1 + before.size() - (start == std::string_view::npos ? 0 : start + 1);
  return " at line " + std::to_string(line) + ", column " + std::to_string(column);
}

/// Looked at before parsing, because the parser does not tell where it stands.
void check_depth(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > k_max_depth)
        refuse(place_of(text, i), "nested deeper than " + std::to_string(k_max_depth));
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
}

/// nlohmann's text is "[json.exception.…] parse error at line 1, column 2: cause".
std::string cause_of(const nlohmann::json::exception& error) {
  const std::string text = error.what();
  const auto prefix = text.find("parse error");
  const auto colon = prefix == std::string::npos ? text.find("] ") : text.find(": ", prefix);
  return colon == std::string::npos ? text : text.substr(colon + 2);
}

/// Builds the document from the parser's events.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Builder(std::string_view text) : text_(text) {}

  bool null() override { return add(Json()); }
  bool boolean(bool value) override { return add(Json(value)); }
  bool number_integer(number_integer_t value) override { return add(Json(value)); }
  bool number_unsigned(number_unsigned_t value) override { return add(Json(value)); }
  bool number_float(number_float_t value, const string_t&) override { return add(Json(value)); }
  bool string(string_t& value) override { return add(Json(std::move(value))); }
  bool binary(binary_t&) override { return false; }  // JSON text has none

  bool start_object(std::size_t) override { return open(true); }
  bool start_array(std::size_t) override { return open(false); }
  bool key(string_t& value) override {
    open_.back().key = std::move(value);
    return true;
  }

  bool end_object() override {
    auto& members = open_.back().members;
    check_unique(members);
    Json object(std::move(members));
    open_.pop_back();
    return add(std::move(object));
  }

  bool end_array() override {
    Json array(std::move(open_.back().elements));
    open_.pop_back();
    return add(std::move(array));
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::json::exception& error) override {
    refuse(place_of(text_, position == 0 ? 0 : position - 1), cause_of(error));
  }

  Json take() && { return std::move(root_); }

 private:
  struct Container {
    bool is_object;
    std::string key;
    Json::Object members;
    Json::Array elements;
  };

  bool open(bool is_object) {
    open_.push_back({is_object, {}, {}, {}});
    return true;
  }

  bool add(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (auto& top = open_.back(); top.is_object) {
      top.members.emplace_back(std::move(top.key), std::move(value));
    } else {
      top.elements.push_back(std::move(value));
    }
    return true;
  }

  // Readers disagree on which of two members counts, so that neither can be trusted.
  static void check_unique(const Json::Object& members) {
    std::vector<std::string_view> keys;
    keys.reserve(members.size());
    for (const auto& member : members) keys.emplace_back(member.first);
    std::sort(keys.begin(), keys.end());
    const auto twice = std::adjacent_find(keys.begin(), keys.end());
    if (twice != keys.end())
      refuse("", "member '" + std::string(*twice) + "' stands twice in one object");
  }

  std::string_view text_;
  std::vector<Container> open_;
  Json root_;
};

}  // namespace

Json Json::parse(std::string_view text) {
  check_depth(text);
  Builder builder(text);
  nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  return std::move(builder).take();
}

}  // namespace track::schemas
