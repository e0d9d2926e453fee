#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "real_text.hpp"
#include "track/schemas/json.hpp"

namespace track::schemas {
namespace {

/// Writes one document; `indent` < 0 is one line.
class Writer {
 public:
  Writer(int indent, bool sorted) : indent_(indent), sorted_(sorted) {}

  void write(const Json& value) {
    if (value.is_array()) {
      write_array(value.as_array());
    } else if (value.is_object()) {
      write_object(value.as_object());
    } else if (value.is_string()) {
      write_string(value.as_string());
    } else if (value.is_number()) {
      write_number(value);
    } else {
      text_ += value.is_null() ? "null" : value.as_bool() ? "true" : "false";
    }
  }

  std::string take() && { return std::move(text_); }

 private:
  void write_string(const std::string& text) {
    text_ += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }

  void write_number(const Json& value) {
    if (value.is_integer()) {
      text_ += std::to_string(value.as_integer());
      return;
    }
    const auto as_value = value.as_value();
    if (as_value.type() == Value::Type::json) {  // an integer beyond 63 bits
      text_ += as_value.as_json();
    } else if (const double real = as_value.as_real(); std::isfinite(real)) {
      text_ += real_text(real);
    } else {
      text_ += std::isnan(real) ? "\"NaN\"" : real > 0 ? "\"Infinity\"" : "\"-Infinity\"";
    }
  }

  void write_array(const Json::Array& elements) {
    text_ += '[';
    ++depth_;
    bool first = true;
    for (const auto& element : elements) {
      start_line(std::exchange(first, false));
      write(element);
    }
    end_lines(elements.empty(), ']');
  }

  void write_member(const Json::Member& member, bool first) {
    start_line(first);
    write_string(member.first);
    text_ += indent_ < 0 ? ":" : ": ";
    write(member.second);
  }

  void write_object(const Json::Object& members) {
    text_ += '{';
    ++depth_;
    bool first = true;
    if (sorted_) {
      std::vector<const Json::Member*> order;
      order.reserve(members.size());
      for (const auto& member : members) order.push_back(&member);
      std::sort(order.begin(), order.end(),
                [](const auto* a, const auto* b) { return a->first < b->first; });
      for (const auto* member : order) write_member(*member, std::exchange(first, false));
    } else {
      for (const auto& member : members) write_member(member, std::exchange(first, false));
    }
    end_lines(members.empty(), '}');
  }

  void start_line(bool first) {
    if (!first) text_ += ',';
    break_line();
  }

  void end_lines(bool empty, char closing) {
    --depth_;
    if (!empty) break_line();
    text_ += closing;
  }

  void break_line() {
    if (indent_ < 0) return;
    text_ += '\n';
    text_.append(static_cast<std::size_t>(indent_) * depth_, ' ');
  }

  int indent_;
  bool sorted_;
  std::size_t depth_ = 0;
  std::string text_;
};

}  // namespace

std::string Json::dump(int indent) const {
  Writer writer(indent, false);
  writer.write(*this);
  return std::move(writer).take();
}

std::string Json::canonical() const {
  Writer writer(-1, true);
  writer.write(*this);
  return std::move(writer).take();
}

}  // namespace track::schemas
