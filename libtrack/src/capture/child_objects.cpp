#include "capture/child_objects.hpp"

#include <fcntl.h>

#include <utility>

#include <fmt/format.h>

#include "capture/collectors.hpp"
#include "capture/field_list.hpp"
#include "capture/field_names.hpp"
#include "track/schemas/error.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;

fs::path file_behind(const fs::path& path) {
  std::error_code none;
  auto file = fs::canonical(path, none);
  return none ? path : file;
}

}  // namespace

ChildObjects::ChildObjects(std::int64_t pid, CaptureContext context)
    : context_(std::move(context)) {
  try {
    process_ = storage::open_file(fmt::format("/proc/{}", pid), O_RDONLY | O_DIRECTORY);
    objects_ = linked_objects_of(context_);
    for (const auto& object : objects_) known_.insert(file_behind(object.path));
  } catch (const std::exception& error) {
    trouble_ = error.what();
  }
}

bool ChildObjects::sample() {
  if (!process_) return false;
  bool any_new = false;
  try {
    for (auto& object : mapped_objects(fmt::format("/proc/self/fd/{}", process_.get()))) {
      if (!known_.insert(object.path).second) continue;
      objects_.push_back(std::move(object));
      any_new = true;
    }
  } catch (const Error& error) {
    // That it has ended is no trouble: then all samples are taken.
    if (error.code() != ErrorCode::not_found) trouble_ = error.what();
  }
  return any_new;
}

CapturedField ChildObjects::describe() const {
  FieldList fields(Section::software, Phase::finish);
  if (!trouble_.empty()) {
    fields.unavailable(fields::k_objects, FieldClass::numeric, trouble_);
  } else {
    auto hasher = make_hasher(context_);
    fields.known(fields::k_objects, FieldClass::numeric, describe_objects(objects_, hasher))
        .detail = "as linked, and as observed while it ran";
  }
  return std::move(fields.take().front());
}

}  // namespace track::detail
