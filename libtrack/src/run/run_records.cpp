#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "capture/redaction.hpp"
#include "run/name_rules.hpp"
#include "run/run_core.hpp"
#include "track/schemas/error.hpp"

namespace track::detail {
namespace {

/// The value, or what stands in the place of a secret. Numbers are none, whatever their name.
Value without_secret(std::string_view name, const Value& value) {
  if (value.type() == Value::Type::json) {
    const auto redacted = redact_text(value.as_json());
    if (redacted.rules.empty() && secret_pair_rule(name, value.as_json()).empty()) return value;
    return std::string(k_redacted);  // what is left of it need not be JSON
  }
  if (value.type() != Value::Type::text) return value;
  if (!secret_pair_rule(name, value.as_text()).empty()) return std::string(k_redacted);
  return value;
}

}  // namespace

bool RunCore::set_param(std::string_view name, const Value& given) {
  return attempt([&] {
    check_name("set param", name);
    check_value("set param", name, given);
    const auto value = without_secret(name, given);
    std::optional<Value> before;
    {
      const std::lock_guard lock(mutex_);
      const auto [param, fresh] = params_.try_emplace(std::string(name), value);
      if (!fresh) before = param->second;
    }
    if (before && *before == value) return;
    // A second value goes to the journal too: whoever reads it records the conflict.
    keep(schemas::ParamEntry{std::string(name), value}, fmt::format("param '{}'", printable(name)));
    if (before) {
      throw Error(ErrorCode::conflict,
                  fmt::format("cannot set param '{}' to {}: it is {} already", printable(name),
                              printable(value.to_string()), printable(before->to_string())));
    }
  });
}

bool RunCore::set_tag(std::string_view name, const std::optional<std::string_view>& value) {
  return attempt([&] {
    check_name("set tag", name);
    if (value) check_text("set tag", name, *value);
    keep(schemas::TagEntry{std::string(name),
                           value ? std::optional(redact_pair(name, *value).text) : std::nullopt,
                           Clock::system().now()},
         fmt::format("tag '{}'", printable(name)));
  });
}

bool RunCore::set_note(std::string_view text) {
  return attempt([&] {
    check_text("set note", "note", text);
    keep(schemas::NoteEntry{redact_text(text).text, Clock::system().now()}, "the note");
  });
}

bool RunCore::record_seed(std::string_view stream, const Value& seed, std::string_view source) {
  return attempt([&] {
    check_name("record seed", stream);
    check_value("record seed", stream, seed);
    if (source != "given" && source != "derived" && source != "entropy") {
      throw Error(
          ErrorCode::usage,
          fmt::format("cannot record seed '{}': its source is given, derived or entropy, not '{}'",
                      printable(stream), printable(source)));
    }
    keep(schemas::SeedEntry{std::string(stream), seed, std::string(source)},
         fmt::format("seed '{}'", printable(stream)));
  });
}

bool RunCore::define_metric(std::string_view pattern, const MetricOptions& options) {
  return attempt([&] {
    check_name("define metric", pattern);
    if (!options.axis.empty()) check_name("define metric's axis", options.axis);
    check_text("define metric", pattern, options.unit);
    keep(schemas::MetricDefinitionEntry{std::string(pattern), options.goal, options.unit,
                                        options.axis, options.summary, options.deterministic},
         fmt::format("metric '{}'", printable(pattern)));
  });
}

void RunCore::keep_rewind(const schemas::RewindEntry& entry) {
  auto* const writer = this->writer();
  if (writer == nullptr || !writer->append_between(entry)) refuse(writer, "a rewind");
}

bool RunCore::rewind(std::int64_t step) {
  return attempt([&] { keep_rewind({{}, step, 0, Clock::system().now()}); });
}

bool RunCore::rewind(std::string_view axis, double value) {
  return attempt([&] {
    check_name("rewind by axis", axis);
    if (std::isnan(value)) {
      throw Error(ErrorCode::usage,
                  fmt::format("cannot rewind by axis '{}': nothing reaches a NaN", axis));
    }
    keep_rewind({std::string(axis), 0, value, Clock::system().now()});
  });
}

bool RunCore::record_fields(std::vector<CapturedField> fields) {
  return attempt([&] { keep(schemas::FieldsEntry{std::move(fields)}, "what was captured"); });
}

bool RunCore::sync() {
  return attempt([&] {
    if (auto* const writer = this->writer()) writer->sync();
  });
}

}  // namespace track::detail
