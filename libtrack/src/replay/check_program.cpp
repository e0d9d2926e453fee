#include <optional>
#include <string>

#include <fmt/format.h>

#include "capture/field_names.hpp"
#include "judge/field_compare.hpp"
#include "query/store_impl.hpp"
#include "replay/checks.hpp"
#include "replay/field_access.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/objects/hasher.hpp"

namespace track::detail {
namespace {

namespace fs = std::filesystem;

std::optional<Digest> digest_of(const storage::StoreLayout& layout, const fs::path& path) {
  try {
    return storage::Hasher(layout).file(path).digest;
  } catch (const Error&) {
    return std::nullopt;
  }
}

bool below(const fs::path& path, const fs::path& root) {
  const auto relative = path.lexically_relative(root);
  return !root.empty() && !relative.empty() && *relative.begin() != "..";
}

}  // namespace

void check_program(ReplayPlan& plan, Store& store) {
  const auto path = known_text(plan.original, Section::program, fields::k_program_path);
  const auto text = known_text(plan.original, Section::program, fields::k_program_digest);
  const auto digest = text ? Digest::parse(*text) : std::nullopt;
  if (!path || !digest) {
    plan.refusals.push_back(fmt::format(
        "program.digest is {}",
        describe(find_field(plan.original.fields, Section::program, fields::k_program_digest))));
    return;
  }
  plan.program = *digest;
  if (digest_of(store.impl().layout(), *path) == digest) {
    plan.executable = *path;
    return;
  }
  if (!store.impl().objects().find(*digest)) {
    plan.refusals.push_back(fmt::format(
        "program.digest: '{}' is no longer the program that was run, and its bytes were not kept",
        *path));
    return;
  }
  // $ORIGIN and paths relative to the program hold where it lies as it did.
  plan.program_relative = below(*path, plan.code_root)
                              ? fs::path(*path).lexically_relative(plan.code_root)
                              : fs::path(".track-program") / fs::path(*path).filename();
}

}  // namespace track::detail
