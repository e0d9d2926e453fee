#include <gnu/libc-version.h>
#include <sys/utsname.h>

#include <array>
#include <filesystem>
#include <iterator>

#include <fmt/format.h>

#include "capture/code/code_root.hpp"
#include "capture/collectors.hpp"
#include "capture/field_list.hpp"
#include "capture/field_names.hpp"
#include "capture/loaded_objects.hpp"
#include "capture/program.hpp"
#include "capture/system_text.hpp"
#include "track/schemas/error.hpp"
#include "track/schemas/json.hpp"

namespace track::detail {
namespace {

using schemas::Json;

constexpr std::array k_lock_files = {
    "requirements.txt", "poetry.lock",    "uv.lock",         "pdm.lock",          "Pipfile.lock",
    "pylock.toml",      "conda-lock.yml", "environment.yml", "package-lock.json", "yarn.lock",
    "pnpm-lock.yaml",   "Cargo.lock",     "go.sum",          "renv.lock",         "Manifest.toml",
    "pixi.lock",        "flake.lock",     "conan.lock",      "vcpkg.json"};

std::optional<JsonText> lock_digests(const CaptureContext& context, storage::Hasher& hasher) {
  const auto root = find_code_root(context.working_directory);
  auto found = Json::object();
  bool any = false;
  for (const auto* name : k_lock_files) {
    std::error_code none;
    if (!std::filesystem::is_regular_file(root / name, none)) continue;
    found.set(name, hasher.file(root / name).digest.to_string());
    any = true;
  }
  if (!any) return std::nullopt;
  return JsonText{found.canonical()};
}

std::optional<std::string> digest_of(const std::filesystem::path& path, storage::Hasher& hasher) {
  if (path.empty()) return std::nullopt;
  try {
    return hasher.file(path).digest.to_string();
  } catch (const Error&) {
    return std::nullopt;  // gone or not readable: null, which equals nothing
  }
}

/// What is loaded to run a script is what its interpreter is linked to.
std::filesystem::path native_program(const CaptureContext& context) {
  const auto parts = find_program(context);
  return parts.interpreter.empty() ? parts.path : parts.interpreter;
}

}  // namespace

JsonText describe_objects(const std::vector<LoadedObject>& objects, storage::Hasher& hasher) {
  auto all = Json::object();
  for (const auto& object : objects) {
    auto description = Json::object();
    description.set("path", escape_bytes(object.path.native()));
    description.set("digest", digest_of(object.path, hasher));
    description.set("build_id", object.build_id);
    all.set(escape_bytes(object.name), std::move(description));
  }
  return {all.canonical()};
}

std::vector<LoadedObject> linked_objects_of(const CaptureContext& context) {
  return linked_objects(native_program(context), context.environment);
}

CapturedField collect_objects(const CaptureContext& context, storage::Hasher& hasher, Phase phase) {
  FieldList fields(Section::software, phase);
  try {
    const auto objects = context.own_process ? loaded_objects() : linked_objects_of(context);
    auto& field =
        fields.known(fields::k_objects, FieldClass::numeric, describe_objects(objects, hasher));
    if (!context.own_process) field.detail = "as linked; what it loads while it runs is not in it";
  } catch (const std::exception& error) {
    fields.unavailable(fields::k_objects, FieldClass::numeric, error.what());
  }
  return std::move(fields.take().front());
}

CapturedField present_objects(const CapturedField& recorded, const CaptureContext& context) {
  FieldList fields(Section::software, recorded.phase);
  try {
    if (recorded.state != FieldState::known || recorded.value.type() != Value::Type::json) {
      throw Error(ErrorCode::inconclusive, "the objects were not recorded");
    }
    auto hasher = make_hasher(context);
    auto all = Json::object();
    const auto document = Json::parse(recorded.value.as_json());
    for (const auto& [name, description] : document.as_object()) {
      const auto* path = description.find("path");
      if (path == nullptr || !path->is_string()) continue;
      const auto digest = digest_of(path->as_string(), hasher);
      if (!digest) continue;
      auto present = description;
      present.set("digest", *digest);
      all.set(name, std::move(present));
    }
    fields.known(fields::k_objects, FieldClass::numeric, JsonText{all.canonical()});
  } catch (const std::exception& error) {
    fields.unavailable(fields::k_objects, FieldClass::numeric, error.what());
  }
  return std::move(fields.take().front());
}

Fields collect_software(const CaptureContext& context, storage::Hasher& hasher) {
  FieldList fields(Section::software);
  fields.known(fields::k_libc, FieldClass::numeric,
               fmt::format("glibc {}", ::gnu_get_libc_version()));
  fields.collect(fields::k_kernel, FieldClass::diagnostic, [] {
    utsname name{};
    if (::uname(&name) != 0) throw Error(ErrorCode::io, "cannot read the name of 'this system'");
    return std::optional(fmt::format("{} {}", name.sysname, name.release));
  });
  fields.collect(fields::k_locks, FieldClass::numeric,
                 [&] { return lock_digests(context, hasher); });
  fields.add(collect_objects(context, hasher, Phase::start));
  return fields.take();
}

}  // namespace track::detail
