#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <clocale>
#include <cstdint>
#include <map>

#include <fmt/format.h>

#include "capture/code/code_root.hpp"
#include "capture/collectors.hpp"
#include "capture/environment_rules.hpp"
#include "capture/field_list.hpp"
#include "capture/field_names.hpp"
#include "capture/redaction.hpp"
#include "capture/system_text.hpp"
#include "track/schemas/json.hpp"

namespace track::detail {
namespace {

using schemas::Json;

JsonText json_of(const std::vector<std::string>& texts) {
  auto array = Json::array();
  for (const auto& text : texts) array.push(text);
  return {array.dump()};
}

void add_arguments(const CaptureContext& context, FieldList& fields) {
  const auto redacted = redact_arguments(context.args);
  if (redacted.redactions.empty()) {
    fields.known(fields::k_argv, FieldClass::reexecute, json_of(context.args));
    return;
  }
  std::string rules;
  for (const auto& each : redacted.redactions) {
    rules += fmt::format("{}argument {}: {}", rules.empty() ? "" : "; ", each.position, each.rule);
  }
  fields.redacted(fields::k_argv, FieldClass::reexecute, rules);
  fields.known(fields::k_argv_shown, FieldClass::diagnostic, json_of(redacted.shown));
}

std::string relative_directory(const CaptureContext& context) {
  const auto root = find_code_root(context.working_directory);
  const auto relative = context.working_directory.lexically_relative(root);
  const bool below = !relative.empty() && *relative.begin() != "..";
  return (below ? relative : context.working_directory).string();
}

struct Limit {
  std::string_view name;
  decltype(RLIMIT_AS) resource;
};

constexpr std::array k_limits = {
    Limit{"as", RLIMIT_AS},         Limit{"core", RLIMIT_CORE},   Limit{"cpu", RLIMIT_CPU},
    Limit{"data", RLIMIT_DATA},     Limit{"fsize", RLIMIT_FSIZE}, Limit{"memlock", RLIMIT_MEMLOCK},
    Limit{"nofile", RLIMIT_NOFILE}, Limit{"nproc", RLIMIT_NPROC}, Limit{"stack", RLIMIT_STACK},
};

Json limit_value(rlim_t value) {
  return value == RLIM_INFINITY ? Json("unlimited") : Json(static_cast<std::uint64_t>(value));
}

/// The soft limits: what a program meets.
JsonText limits() {
  auto all = Json::object();
  for (const auto& limit : k_limits) {
    rlimit value{};
    if (::getrlimit(limit.resource, &value) == 0) {
      all.set(std::string(limit.name), limit_value(value.rlim_cur));
    }
  }
  return {all.dump()};
}

std::optional<std::string> time_zone(const CaptureContext& context) {
  if (auto given = find_variable(context.environment, "TZ")) return given;
  std::error_code none;
  const auto link = std::filesystem::read_symlink("/etc/localtime", none).string();
  constexpr std::string_view k_folder = "/zoneinfo/";
  const auto folder = link.find(k_folder);
  if (folder != std::string::npos) return link.substr(folder + k_folder.size());
  return read_system_text("/etc/timezone");
}

/// What the program itself has set; for a command, what its environment asks for.
std::optional<std::string> locale_of(const CaptureContext& context) {
  if (context.own_process) {
    const char* all = std::setlocale(LC_ALL, nullptr);
    if (all != nullptr) return std::string(all);
  }
  for (const auto* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (auto value = find_variable(context.environment, name); value && !value->empty()) {
      return value;
    }
  }
  return std::nullopt;
}

/// Allow-listed variables whose value is no longer what it was as the process began.
std::vector<std::string> changed_variables(const CaptureContext& context) {
  std::map<std::string, std::string, std::less<>> then;
  for (const auto& line : context.environment) {
    const auto equals = line.find('=');
    if (equals != std::string::npos) then.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  std::vector<std::string> changed;
  for (char** each = ::environ; each != nullptr && *each != nullptr; ++each) {
    const std::string_view line(*each);
    const auto name = line.substr(0, line.find('='));
    if (name.size() == line.size() || !environment_allowed(name, context.config)) continue;
    const auto found = then.find(name);
    if (found == then.end() || found->second != line.substr(name.size() + 1)) {
      changed.emplace_back(name);
    }
    if (found != then.end()) then.erase(found);
  }
  // What is left is allow-listed and was unset since, or another variable's business.
  for (const auto& [name, value] : then) {
    const bool gone =
        environment_allowed(name, context.config) && ::getenv(name.c_str()) == nullptr;
    if (gone) changed.push_back(name);
  }
  std::sort(changed.begin(), changed.end());
  return changed;
}

CapturedField variable_field(std::string_view name, std::string_view value) {
  const auto section = environment_section(name);
  const auto field_class = environment_class(name);
  auto field_name = std::string(fields::k_environment_prefix) + std::string(name);
  const auto rule = secret_pair_rule(name, value);
  if (rule.empty()) {
    return known_field(section, std::move(field_name), field_class, Value(std::string(value)));
  }
  return unknown_field(section, std::move(field_name), field_class, FieldState::redacted,
                       std::string(rule));
}

}  // namespace

Fields collect_environment(const CaptureContext& context) {
  FieldList fields(Section::invocation);
  std::vector<std::string> others;
  std::vector<std::string_view> seen;
  for (const auto& line : context.environment) {
    const auto equals = line.find('=');
    const auto name = std::string_view(line).substr(0, equals);
    if (name.empty() || equals == std::string::npos) continue;
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) continue;  // getenv's: the first
    seen.push_back(name);
    if (environment_allowed(name, context.config)) {
      fields.add(variable_field(name, std::string_view(line).substr(equals + 1)));
    } else if (!name.starts_with("TRACK_")) {
      others.emplace_back(name);
    }
  }
  std::sort(others.begin(), others.end());
  fields.known(fields::k_environment_names, FieldClass::diagnostic, json_of(others));
  return fields.take();
}

Fields collect_invocation(const CaptureContext& context) {
  FieldList fields(Section::invocation);
  add_arguments(context, fields);
  fields.collect(fields::k_working_directory, FieldClass::reexecute,
                 [&] { return std::optional(relative_directory(context)); });
  if (const auto mask = find_line(read_system_text("/proc/self/status").value_or(""), "Umask")) {
    fields.known(fields::k_umask, FieldClass::reexecute, *mask);
  } else {
    fields.unavailable(fields::k_umask, FieldClass::reexecute, "not in /proc/self/status");
  }
  fields.known(fields::k_limits, FieldClass::reexecute, limits());
  fields.collect(fields::k_time_zone, FieldClass::reexecute, [&] { return time_zone(context); });
  fields.collect(fields::k_locale, FieldClass::reexecute, [&] { return locale_of(context); });
  if (context.own_process) {
    fields.known(fields::k_environment_changed, FieldClass::diagnostic,
                 json_of(changed_variables(context)));
  }
  for (auto& field : collect_environment(context)) fields.add(std::move(field));
  return fields.take();
}

}  // namespace track::detail
