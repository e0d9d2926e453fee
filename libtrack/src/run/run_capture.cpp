#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "run/run_core.hpp"
#include "track/schemas/error.hpp"

namespace track::detail {

void RunCore::capture() {
  if (!journal_ || !plan_.captures) return;
  attempt([&] { record_captured(capture_quick(plan_.capture)); });
  capturing_ = true;
  // Without a thread the start waits for it: a record without its code is worth less.
  const auto task = [this] {
    mark_helper_thread();
    capture_slowly();
  };
  if (!helper_->post(task)) capture_slowly();
}

void RunCore::capture_slowly() noexcept {
  try {
    storage::ObjectStoreOptions options;
    options.free_space_floor = plan_.store->config.free_space_floor;
    options.self_contained = plan_.store->spool_of.has_value();
    const auto objects = storage::open_object_store(plan_.store->layout, options);
    const auto writer = objects->begin();
    auto fields = capture_slow(plan_.capture, *writer);
    writer->commit();
    record_captured(std::move(fields));
    journal_->sync();  // before the lease goes, so that gc finds what names the objects
  } catch (const std::exception& error) {
    lose(fmt::format("cannot keep code and program of run '{}': {}", id().value, error.what()));
    capture_without_objects();
  }
  capturing_ = false;
}

void RunCore::capture_without_objects() noexcept {
  try {
    auto context = plan_.capture;
    context.code = false;
    context.program = false;
    const auto nowhere = storage::make_memory_object_store();
    const auto writer = nowhere->begin();
    record_captured(capture_slow(context, *writer));
  } catch (const std::exception& error) {
    lose(fmt::format("cannot capture the surroundings of run '{}': {}", id().value, error.what()));
  }
}

void RunCore::record_captured(std::vector<CapturedField> fields) {
  if (plan_.identity.joins == JoinReason::started) {
    // `track run` recorded these of the same program, before it started.
    std::erase_if(fields, [](const CapturedField& field) {
      return field.section == Section::code || field.section == Section::program;
    });
  }
  if (!fields.empty()) keep(schemas::FieldsEntry{std::move(fields)}, "what was captured");
}

}  // namespace track::detail
