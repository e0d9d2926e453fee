#include "store/store_config.hpp"

#include <algorithm>
#include <functional>
#include <sstream>

#include <fmt/format.h>

#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;

fs::path config_path(const fs::path& root) { return storage::StoreLayout{root}.config(); }

[[noreturn]] void fail_key(const fs::path& path, std::string_view key, const toml::node& node,
                           std::string_view wanted) {
  throw Error(ErrorCode::corrupt,
              fmt::format("cannot read '{}': line {}: '{}' must be {}", path.string(),
                          node.source().begin.line, key, wanted));
}

/// One key that may be set: how it is read into a StoreConfig and how it is shown.
struct Key {
  std::string_view name;  ///< "section.key"
  std::string_view wanted;
  std::function<bool(StoreConfig&, const toml::node&)> read;
  std::function<std::string(const StoreConfig&)> show;  ///< as TOML
};

template <typename T>
bool read_count(T& member, const toml::node& node) {
  const auto value = node.value_exact<std::int64_t>();
  if (!value || *value < 0) return false;
  member = static_cast<T>(*value);
  return true;
}

bool read_texts(std::vector<std::string>& member, const toml::node& node) {
  const auto* array = node.as_array();
  if (array == nullptr) return false;
  std::vector<std::string> texts;
  for (const auto& element : *array) {
    const auto text = element.value_exact<std::string>();
    if (!text) return false;
    texts.push_back(*text);
  }
  member = std::move(texts);
  return true;
}

std::string show_texts(const std::vector<std::string>& texts) {
  toml::array array;
  for (const auto& text : texts) array.push_back(text);
  std::ostringstream out;
  out << array;
  return out.str();
}

bool read_share(double& member, const toml::node& node) {
  const auto value = node.value<double>();
  if (!value || !(*value >= 0 && *value < 1)) return false;
  member = *value;
  return true;
}

bool read_mode(IngestMode& member, const toml::node& node) {
  const auto word = node.value_exact<std::string>();
  if (word != "auto" && word != "deferred") return false;
  member = word == "auto" ? IngestMode::automatic : IngestMode::deferred;
  return true;
}

const std::vector<Key>& keys() {
  static const std::vector<Key> k_keys = {
      {"code.file_limit", "a number of bytes",
       [](auto& config, const auto& node) { return read_count(config.code_file_limit, node); },
       [](const auto& config) { return fmt::to_string(config.code_file_limit); }},
      {"code.total_limit", "a number of bytes",
       [](auto& config, const auto& node) { return read_count(config.code_total_limit, node); },
       [](const auto& config) { return fmt::to_string(config.code_total_limit); }},
      {"env.allow", "an array of names",
       [](auto& config, const auto& node) { return read_texts(config.env_allow, node); },
       [](const auto& config) { return show_texts(config.env_allow); }},
      {"gc.grace", "a number of seconds",
       [](auto& config, const auto& node) {
         std::int64_t seconds = 0;
         if (!read_count(seconds, node) || seconds > 1'000'000'000) return false;
         config.gc_grace_ms = seconds * 1000;
         return true;
       },
       [](const auto& config) { return fmt::to_string(config.gc_grace_ms / 1000); }},
      {"ingest.mode", "auto or deferred",
       [](auto& config, const auto& node) { return read_mode(config.ingest_mode, node); },
       [](const auto& config) {
         return config.ingest_mode == IngestMode::automatic ? "\"auto\"" : "\"deferred\"";
       }},
      {"objects.free_space_floor", "a share from 0 to below 1",
       [](auto& config, const auto& node) { return read_share(config.free_space_floor, node); },
       [](const auto& config) { return fmt::format("{}", config.free_space_floor); }},
      {"program.limit", "a number of bytes",
       [](auto& config, const auto& node) { return read_count(config.program_limit, node); },
       [](const auto& config) { return fmt::to_string(config.program_limit); }},
  };
  return k_keys;
}

toml::table parse_text(std::string_view text, const fs::path& path) {
  try {
    return toml::parse(text, path.string());
  } catch (const toml::parse_error& error) {
    throw Error(ErrorCode::corrupt, fmt::format("cannot read '{}': line {}: {}", path.string(),
                                                error.source().begin.line, error.description()));
  }
}

template <typename T>
void read_exact(T& member, const toml::table& table, std::string_view key, std::string_view wanted,
                const fs::path& path) {
  const auto* node = table.get(key);
  if (node == nullptr) return;
  const auto value = node->value_exact<T>();
  if (!value) fail_key(path, key, *node, wanted);
  member = *value;
}

StoreConfig read_table(const toml::table& table, const fs::path& path) {
  StoreConfig config;
  const auto format = table["format"].value_exact<std::int64_t>();
  const auto id = table["id"].value_exact<std::string>();
  if (!format || !id || id->empty()) {
    throw Error(ErrorCode::corrupt,
                fmt::format("cannot read '{}': 'id' or 'format' is missing", path.string()));
  }
  if (*format > k_store_format) {
    throw Error(
        ErrorCode::unsupported,
        fmt::format(
            "cannot open store '{}': its format {} is newer than {}, which this version knows",
            path.parent_path().string(), *format, k_store_format),
        "use a newer version of track");
  }
  if (*format < 1) fail_key(path, "format", *table.get("format"), "1 or more");
  config.id = *id;
  config.format = static_cast<int>(*format);
  read_exact(config.shared, table, "shared", "true or false", path);
  read_exact(config.group, table, "group", "a name", path);
  for (const auto& key : keys()) {
    const auto node = table.at_path(key.name);
    if (node && !key.read(config, *node.node())) fail_key(path, key.name, *node.node(), key.wanted);
  }
  return config;
}

const Key& get_key(const std::string& name) {
  for (const auto& key : keys()) {
    if (key.name == name) return key;
  }
  std::string known;
  for (const auto& key : keys()) known += (known.empty() ? "" : ", ") + std::string(key.name);
  throw Error(ErrorCode::usage, fmt::format("cannot set '{}': no such key", name),
              "keys are " + known);
}

/// The file's text with one key set: its lines replaced, or a line added to its section. What the
/// text says then is for the caller to check: a key may stand in a form that lines cannot tell.
std::string edit_text(const std::string& text, const toml::table& table, std::string_view section,
                      std::string_view member, const std::string& line) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string each; std::getline(in, each);) lines.push_back(std::move(each));
  const auto at = [&](std::size_t number) {
    return lines.begin() + static_cast<std::ptrdiff_t>(std::min(number, lines.size()));
  };
  const auto* inside = table[section].as_table();
  if (inside == nullptr) {
    lines.insert(lines.end(), {"", fmt::format("[{}]", section), line});
  } else if (const auto* node = inside->get(member)) {
    const auto first = node->source().begin.line;
    *at(first - 1) = line;
    lines.erase(at(first), at(std::max(first, node->source().end.line)));
  } else {
    lines.insert(at(inside->source().begin.line), line);
  }
  std::string out;
  for (const auto& each : lines) out += each + '\n';
  return out;
}

/// Whether `text` reads as `table` does with `member` of `section` set to what `line` says.
bool is_edit_of(const toml::table& table, const std::string& text, std::string_view section,
                std::string_view member, const std::string& line) {
  auto wanted = table;
  const auto set = toml::parse(line);
  auto* inside = wanted.emplace<toml::table>(section).first->second.as_table();
  if (inside == nullptr) return false;
  inside->insert_or_assign(member, *set.get(member));
  try {
    return toml::parse(text) == wanted;
  } catch (const toml::parse_error&) {
    return false;
  }
}

/// Whether `line` sets `member`, and nothing else, to what `key` may have.
bool is_valid(const Key& key, std::string_view member, const std::string& line) {
  try {
    const auto set = toml::parse(line);
    StoreConfig config;
    const auto* node = set.get(member);
    return set.size() == 1 && node != nullptr && key.read(config, *node);
  } catch (const toml::parse_error&) {
    return false;
  }
}

/// The line that gives `member` a value; a bare word where text is wanted is taken for text.
std::string line_of(const Key& key, std::string_view member, const std::string& value) {
  auto line = fmt::format("{} = {}", member, value);
  if (value.find_first_of("\n\"\\'") != std::string::npos || is_valid(key, member, line))
    return line;
  auto quoted = fmt::format("{} = \"{}\"", member, value);
  return is_valid(key, member, quoted) ? quoted : line;
}

}  // namespace

StoreConfig read_store_config(const fs::path& root) {
  const auto path = config_path(root);
  return read_table(parse_text(storage::read_text(path), path), path);
}

std::string make_store_config(const StoreConfig& config) {
  toml::table head{{"id", config.id},
                   {"format", config.format},
                   {"shared", config.shared},
                   {"group", config.group}};
  std::string text = "# A libtrack store. Change settings with `track config`.\n";
  for (const auto* key : {"id", "format", "shared", "group"}) {
    std::ostringstream value;
    value << head[key];
    text += fmt::format("{} = {}\n", key, value.str());
  }
  return text;
}

std::map<std::string, std::string> list_config(const fs::path& root) {
  const auto config = read_store_config(root);
  std::map<std::string, std::string> values;
  for (const auto& key : keys()) values.emplace(key.name, key.show(config));
  return values;
}

void set_config(const fs::path& root, const std::string& name, const std::string& value,
                int wait_ms) {
  const auto& key = get_key(name);
  const auto path = config_path(root);
  const auto dot = name.find('.');
  const auto section = name.substr(0, dot);
  const auto member = name.substr(dot + 1);
  const auto line = line_of(key, member, value);
  if (value.find('\n') != std::string::npos || !is_valid(key, member, line)) {
    throw Error(ErrorCode::usage,
                fmt::format("cannot set '{}' to '{}': it must be {}", name, value, key.wanted));
  }
  const storage::StoreLayout layout{root, read_store_config(root).shared};
  const auto lock = storage::lock_file(layout.config_lock(), layout.file_mode(), wait_ms);
  if (!lock) {
    throw Error(
        ErrorCode::busy,
        fmt::format("cannot set '{}': another process is changing '{}'", name, path.string()),
        "try again");
  }
  const auto old = storage::read_text(path);
  const auto table = parse_text(old, path);
  const auto config = read_table(table, path);
  const auto text = edit_text(old, table, section, member, line);
  if (!is_edit_of(table, text, section, member, line)) {
    throw Error(ErrorCode::usage,
                fmt::format("cannot set '{}': '{}' does not state it on lines of its own in [{}]",
                            name, path.string(), section),
                "change that file with an editor");
  }
  storage::replace_file(path, text, config.shared ? 0660 : 0600);
}

}  // namespace track::detail
