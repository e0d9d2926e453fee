#include "command/param_sources.hpp"

#include <sstream>
#include <string_view>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "track/schemas/error.hpp"
#include "track/schemas/json.hpp"
#include "track/storage/file.hpp"

namespace track::detail {
namespace {

using schemas::Json;

std::string dotted(const std::string& prefix, std::string_view key) {
  return prefix.empty() ? std::string(key) : fmt::format("{}.{}", prefix, key);
}

void flatten(const Json& node, const std::string& prefix, Params& params) {
  if (!node.is_object()) {
    params.emplace_back(prefix, node.as_value());
    return;
  }
  for (const auto& [key, value] : node.as_object()) flatten(value, dotted(prefix, key), params);
}

template <typename T>
std::string written(const T& value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

Json to_json(const toml::node& node) {
  if (const auto* table = node.as_table()) {
    auto object = Json::object();
    for (const auto& [key, value] : *table) object.set(std::string(key.str()), to_json(value));
    return object;
  }
  if (const auto* array = node.as_array()) {
    auto list = Json::array();
    for (const auto& value : *array) list.push(to_json(value));
    return list;
  }
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* integer = node.as_integer()) return integer->get();
  if (const auto* real = node.as_floating_point()) return real->get();
  if (const auto* boolean = node.as_boolean()) return boolean->get();
  if (const auto* date = node.as_date()) return written(date->get());
  if (const auto* time = node.as_time()) return written(time->get());
  if (const auto* both = node.as_date_time()) return written(both->get());
  return nullptr;
}

Json parse_toml(const std::string& text) {
  try {
    return to_json(toml::parse(text));
  } catch (const toml::parse_error& error) {
    throw Error(ErrorCode::usage,
                fmt::format("line {}: {}", error.source().begin.line, error.description()));
  }
}

bool looks_like_json(const std::filesystem::path& path, std::string_view text) {
  const auto ending = path.extension();
  if (ending == ".json") return true;
  if (ending == ".toml") return false;
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

bool is_option(std::string_view word) { return word.size() > 2 && word.substr(0, 2) == "--"; }

/// A value may be a negative number, but no other option.
bool is_value(const std::string& word) {
  if (word.empty() || word[0] != '-') return true;
  const auto value = Value::from_text(word);
  return value.type() == Value::Type::integer || value.type() == Value::Type::real;
}

}  // namespace

Params read_param_file(const std::filesystem::path& path) {
  const auto text = storage::read_text(path);
  try {
    const auto document = looks_like_json(path, text) ? Json::parse(text) : parse_toml(text);
    if (!document.is_object()) throw Error(ErrorCode::usage, "it holds no object");
    Params params;
    flatten(document, "", params);
    return params;
  } catch (const Error& error) {
    throw Error(ErrorCode::usage,
                fmt::format("cannot read params from '{}': {}", path.string(), error.what()));
  }
}

Params read_argv_params(const std::vector<std::string>& argv) {
  Params params;
  for (std::size_t i = 1; i < argv.size() && argv[i] != "--"; ++i) {
    if (!is_option(argv[i])) continue;
    const auto name = std::string_view(argv[i]).substr(2);
    if (const auto equals = name.find('='); equals != std::string_view::npos) {
      params.emplace_back(name.substr(0, equals), Value::from_text(name.substr(equals + 1)));
    } else if (i + 1 < argv.size() && is_value(argv[i + 1])) {
      params.emplace_back(name, Value::from_text(argv[++i]));
    } else {
      params.emplace_back(name, true);
    }
  }
  return params;
}

}  // namespace track::detail
