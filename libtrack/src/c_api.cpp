#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "run/run_core.hpp"
#include "run/run_start.hpp"
#include "track/schemas/error.hpp"
#include "track/track.h"
#include "track/version.hpp"

struct track_run {
  std::shared_ptr<track::detail::RunCore> core;  // shared with its metrics, which may live longer
};

struct track_metric {
  std::shared_ptr<track::detail::RunCore> core;
  std::uint32_t series;
};

namespace track {
namespace {

static_assert(static_cast<int>(ErrorCode::inconclusive) == TRACK_INCONCLUSIVE);
static_assert(static_cast<int>(Goal::minimize) == TRACK_GOAL_MINIMIZE &&
              static_cast<int>(Goal::maximize) == TRACK_GOAL_MAXIMIZE);

std::string& last_error() {
  thread_local std::string text;
  return text;
}

track_status fail(track_status status, std::string_view message) noexcept {
  try {
    last_error() = message;
  } catch (...) {  // NOLINT(bugprone-empty-catch): the status says enough
  }
  return status;
}

/// Runs `body`, which answers a status; what it throws becomes one.
template <typename Body>
track_status guarded(Body&& body) noexcept {
  try {
    last_error().clear();
    return std::forward<Body>(body)();
  } catch (const Error& error) {
    return fail(static_cast<track_status>(error.code()), error.what());
  } catch (const std::exception& error) {
    return fail(TRACK_IO, error.what());
  } catch (...) {
    return fail(TRACK_IO, "cannot go on: an unknown exception");
  }
}

void require(bool given, const char* what) {
  if (!given) throw Error(ErrorCode::usage, fmt::format("cannot use '{}': it is NULL", what));
}

std::string text_or_empty(const char* text) {
  return text != nullptr ? std::string(text) : std::string();
}

/// `operation` answers whether it was kept.
template <typename Operation>
track_status record(track_run* run, const char* name, Operation&& operation) noexcept {
  return guarded([&]() -> track_status {
    require(run != nullptr, "run");
    require(name != nullptr, "name");
    if (operation(*run->core)) return TRACK_OK;
    return fail(TRACK_LOST, run->core->last_loss());
  });
}

track_status set_param(track_run* run, const char* name, const Value& value) noexcept {
  return record(run, name, [&](detail::RunCore& core) { return core.set_param(name, value); });
}

/// What a caller compiled against an older header gave, the rest zero.
template <typename Struct>
Struct taken(const Struct* given) {
  Struct result{};
  if (given != nullptr) std::memcpy(&result, given, std::min(given->size, sizeof result));
  return result;
}

detail::StartRequest make_request(const track_run_options& options) {
  detail::StartRequest request;
  request.options.experiment = text_or_empty(options.experiment);
  request.options.name = text_or_empty(options.name);
  request.options.group = text_or_empty(options.group);
  request.options.note = text_or_empty(options.note);
  request.options.store = text_or_empty(options.store);
  request.options.strict = options.strict != 0;
  request.options.journal_cap = options.journal_cap;
  if (options.when_full < TRACK_WHEN_FULL_DROP || options.when_full > TRACK_WHEN_FULL_BLOCK)
    throw Error(ErrorCode::usage, fmt::format("cannot start a run: when_full is {}",
                                              static_cast<int>(options.when_full)));
  request.options.when_full = static_cast<WhenFull>(options.when_full);
  if (options.block_s != 0) request.options.block_s = options.block_s;
  request.options.key = text_or_empty(options.key);
  if (options.no_periodic_sync != 0) request.options.sync = Sync::none;
  if (options.argv != nullptr) {
    for (int i = 0; i < options.argc && options.argv[i] != nullptr; ++i)
      request.options.args.emplace_back(options.argv[i]);
  }
  return request;
}

ArtifactOptions make_artifact_options(const track_artifact_options& given) {
  ArtifactOptions options;
  options.name = text_or_empty(given.name);
  if (given.kind != nullptr) {
    const auto kind = parse_artifact_kind(given.kind);
    if (!kind)
      throw Error(ErrorCode::usage, fmt::format("cannot log artifact '{}': '{}' is no kind",
                                                options.name, given.kind));
    options.kind = *kind;
  }
  if (given.has_step != 0) options.step = given.step;
  options.store = given.digest_only == 0;
  return options;
}

}  // namespace
}  // namespace track

using track::guarded;
using track::record;
using track::require;

const char* track_version(void) { return track::version().data(); }
const char* track_last_error(void) { return track::last_error().c_str(); }

track_status track_run_start(const track_run_options* options, track_run** run) {
  return guarded([&] {
    require(run != nullptr, "run");
    *run = nullptr;
    auto core = track::detail::start(track::make_request(track::taken(options)));
    *run = new track_run{
        std::move(core)};  // NOLINT(cppcoreguidelines-owning-memory): track_run_free() takes it
    return TRACK_OK;
  });
}

const char* track_run_id(const track_run* run) {
  return run != nullptr ? run->core->id().value.c_str() : "";
}

track_status track_run_set_param_double(track_run* run, const char* name, double value) {
  return track::set_param(run, name, value);
}
track_status track_run_set_param_int(track_run* run, const char* name, int64_t value) {
  return track::set_param(run, name, value);
}
track_status track_run_set_param_bool(track_run* run, const char* name, int value) {
  return track::set_param(run, name, value != 0);
}

track_status track_run_set_param_text(track_run* run, const char* name, const char* value) {
  return record(run, name, [&](track::detail::RunCore& core) {
    require(value != nullptr, "value");
    return core.set_param(name, track::Value(value));
  });
}

track_status track_run_set_param_json(track_run* run, const char* name, const char* json) {
  return record(run, name, [&](track::detail::RunCore& core) {
    require(json != nullptr, "json");
    return core.set_param(name, track::JsonText{json});
  });
}

track_status track_run_set_tag(track_run* run, const char* name, const char* value) {
  return record(run, name, [&](track::detail::RunCore& core) {
    return core.set_tag(name,
                        value != nullptr ? std::optional<std::string_view>(value) : std::nullopt);
  });
}

track_status track_run_record_seed(track_run* run, const char* stream, int64_t seed) {
  return record(run, stream, [&](track::detail::RunCore& core) {
    return core.record_seed(stream, seed, "given");
  });
}

track_status track_run_use_dataset(track_run* run, const char* name, const char* path) {
  return record(run, name, [&](track::detail::RunCore& core) {
    require(path != nullptr, "path");
    return core.use_dataset(name, path, {});
  });
}

track_status track_run_define_metric(track_run* run, const char* pattern, track_goal goal,
                                     const char* unit, const char* axis) {
  return record(run, pattern, [&](track::detail::RunCore& core) {
    if (goal < TRACK_GOAL_NONE || goal > TRACK_GOAL_MAXIMIZE) {
      throw track::Error(track::ErrorCode::usage,
                         fmt::format("cannot define metric '{}': goal {} is unknown", pattern,
                                     static_cast<int>(goal)));
    }
    track::MetricOptions options;
    options.goal = static_cast<track::Goal>(goal);
    options.unit = track::text_or_empty(unit);
    options.axis = track::text_or_empty(axis);
    return core.define_metric(pattern, options);
  });
}

track_status track_run_metric(track_run* run, const char* name, const track_label* labels,
                              size_t label_count, track_metric** metric) {
  return record(run, name, [&](track::detail::RunCore& core) {
    require(metric != nullptr, "metric");
    require(labels != nullptr || label_count == 0, "labels");
    *metric = nullptr;
    track::Labels map;
    for (size_t i = 0; i < label_count; ++i) {
      require(labels[i].name != nullptr && labels[i].value != nullptr, "label");
      map.insert_or_assign(labels[i].name, labels[i].value);
    }
    // Also where it leads nowhere: its points are counted.
    *metric = new track_metric{
        run->core, core.find_series(name, map)};  // NOLINT(cppcoreguidelines-owning-memory)
    return (*metric)->series != track::detail::RunCore::k_no_series;
  });
}

track_status track_metric_log(track_metric* metric, int64_t step, double value) {
  if (metric != nullptr && metric->core->append_point(metric->series, step, value)) return TRACK_OK;
  return track::fail(metric != nullptr ? TRACK_LOST : TRACK_USAGE,
                     metric != nullptr ? "cannot log a point: it was dropped, and counted"
                                       : "cannot use 'metric': it is NULL");
}

void track_metric_free(track_metric* metric) {
  delete metric;  // NOLINT(cppcoreguidelines-owning-memory)
}

track_status track_run_log(track_run* run, const char* name, int64_t step, double value) {
  if (run != nullptr && name != nullptr) {
    if (run->core->append_named(name, step, value)) return TRACK_OK;
    return track::fail(TRACK_LOST, "cannot log a point: it was dropped, and counted");
  }
  return track::fail(TRACK_USAGE, "cannot log a point: 'run' or 'name' is NULL");
}

track_status track_run_log_artifact(track_run* run, const char* path,
                                    const track_artifact_options* options) {
  return record(run, path, [&](track::detail::RunCore& core) {
    return core.log_artifact(path, track::make_artifact_options(track::taken(options)));
  });
}

track_status track_run_rewind(track_run* run, int64_t step) {
  return record(run, "", [&](track::detail::RunCore& core) { return core.rewind(step); });
}

track_status track_run_rewind_axis(track_run* run, const char* axis, double value) {
  return record(run, axis, [&](track::detail::RunCore& core) { return core.rewind(axis, value); });
}

track_status track_run_sync(track_run* run) {
  return record(run, "", [](track::detail::RunCore& core) { return core.sync(); });
}

track_status track_run_finish(track_run* run, const char* failure, track_finish_report* report) {
  return guarded([&]() -> track_status {
    require(run != nullptr, "run");
    const auto ending =
        failure != nullptr ? track::detail::failed_because(failure) : track::detail::Ending{};
    const auto result = run->core->end_or_throw(ending);
    if (report != nullptr) {
      const track_finish_report full{report->size, result.points, result.dropped,
                                     result.losses.size()};
      std::memcpy(report, &full, std::min(report->size, sizeof full));
    }
    if (result.complete()) return TRACK_OK;
    return track::fail(
        TRACK_LOST,
        fmt::format("cannot keep all of run '{}': {} points and {} other things were lost",
                    run->core->id().value, result.dropped, result.losses.size()));
  });
}

void track_run_free(track_run* run) {
  if (run == nullptr) return;
  run->core->end({});
  delete run;  // NOLINT(cppcoreguidelines-owning-memory)
}
