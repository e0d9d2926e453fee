#include "capture/capture.hpp"

#include <chrono>
#include <iterator>
#include <string>
#include <utility>

#include "capture/collectors.hpp"
#include "capture/field_list.hpp"
#include "capture/field_names.hpp"

namespace track::detail {
namespace {

void append(Fields& all, Fields more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

/// Runs one collector. That it failed as a whole is recorded, too.
template <typename Collect>
void collect_timed(Fields& all, std::string_view name, Collect&& collect) {
  FieldList report(Section::resources);
  const auto field = std::string(fields::k_capture_prefix) + std::string(name);
  const auto start = std::chrono::steady_clock::now();
  try {
    append(all, collect());
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    report.known(field, FieldClass::diagnostic, took.count());
  } catch (const std::exception& error) {
    report.unavailable(field, FieldClass::diagnostic, error.what());
  }
  append(all, report.take());
}

}  // namespace

storage::Hasher make_hasher(const CaptureContext& context) {
  if (context.store_root.empty()) return storage::Hasher();
  return storage::Hasher(storage::StoreLayout{context.store_root, context.config.shared});
}

std::vector<CapturedField> capture_quick(const CaptureContext& context) {
  Fields all;
  collect_timed(all, "invocation", [&] { return collect_invocation(context); });
  // A command starts with a floating-point state of its own, which nobody outside it can read.
  if (context.own_process) {
    collect_timed(all, "numerics", [] { return collect_numerics(Phase::start); });
  }
  collect_timed(all, "threads", [] { return collect_threads(); });
  collect_timed(all, "distributed", [&] { return collect_distributed(context); });
  return all;
}

std::vector<CapturedField> capture_slow(const CaptureContext& context,
                                        storage::ObjectWriter& objects) {
  Fields all;
  if (context.code) collect_timed(all, "code", [&] { return collect_code(context, objects); });
  auto hasher = make_hasher(context);
  if (context.program) {
    collect_timed(all, "program", [&] { return collect_program(context, hasher, &objects); });
  }
  collect_timed(all, "software", [&] { return collect_software(context, hasher); });
  collect_timed(all, "hardware", [&] { return collect_hardware(context); });
  return all;
}

std::vector<CapturedField> capture_finish(const CaptureContext& context) {
  Fields all;
  if (context.own_process) {
    append(all, collect_numerics(Phase::finish));
    append(all, collect_thread_count());
    collect_timed(all, "software", [&] {
      auto hasher = make_hasher(context);
      return Fields{collect_objects(context, hasher, Phase::finish)};
    });
    all.back().phase = Phase::finish;
  }
  append(all, collect_resources(context));
  return all;
}

std::vector<CapturedField> capture_present(const CaptureContext& context) {
  Fields all;
  auto hasher = make_hasher(context);
  append(all, collect_environment(context));
  append(all, collect_threads());
  append(all, collect_distributed(context));
  append(all, collect_hardware(context));
  append(all, collect_software(context, hasher));
  append(all, collect_program(context, hasher, nullptr));
  if (context.own_process) append(all, collect_numerics(Phase::start));
  return all;
}

}  // namespace track::detail
