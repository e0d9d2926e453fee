#include "capture/program.hpp"

#include <sys/stat.h>

#include <fmt/format.h>

#include "capture/collectors.hpp"
#include "capture/elf_file.hpp"
#include "capture/field_list.hpp"
#include "capture/field_names.hpp"
#include "capture/redaction.hpp"
#include "capture/system_text.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"

namespace track::detail {
namespace {

class ProgramReader {
 public:
  ProgramReader(const CaptureContext& context, storage::Hasher& hasher,
                storage::ObjectWriter* objects)
      : limit_(context.config.program_limit), hasher_(hasher), objects_(objects) {}

  /// Stores up to the limit; above it, or where the store refuses, digests alone.
  void add(std::string_view name, const std::filesystem::path& path, FieldList& fields) {
    if (path.empty()) {
      fields.absent(name, FieldClass::key);
      return;
    }
    try {
      if (const auto rule = find_secret_in_text(path); !rule.empty()) {
        fields.redacted(name, FieldClass::key, rule);
      } else if (const auto digest = store(path)) {
        fields.known(name, FieldClass::key, digest->to_string(), *digest);
      } else {
        fields.known(name, FieldClass::key, hasher_.file(path).digest.to_string());
      }
    } catch (const std::exception& error) {
      fields.unavailable(name, FieldClass::key, error.what());
    }
  }

 private:
  /// The rule by which a script holds a secret; empty where it holds none. A binary is stored as it
  /// is, unread.
  [[nodiscard]] std::string find_secret_in_text(const std::filesystem::path& path) const {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
    if (static_cast<std::uint64_t>(status.st_size) > limit_ || read_elf(path)) return {};
    const auto bytes = storage::read_file(path);
    const auto match = find_secret({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    return match ? std::string(match->rule) : std::string();
  }

  std::optional<Digest> store(const std::filesystem::path& path) {
    struct stat status {};
    if (objects_ == nullptr || ::stat(path.c_str(), &status) != 0) return std::nullopt;
    if (!S_ISREG(status.st_mode)) return std::nullopt;
    if (static_cast<std::uint64_t>(status.st_size) > limit_) return std::nullopt;
    try {
      return objects_->add_file(path).digest;
    } catch (const Error&) {
      return std::nullopt;
    }
  }

  std::uint64_t limit_;
  storage::Hasher& hasher_;
  storage::ObjectWriter* objects_;
};

void add_path(std::string_view name, const std::filesystem::path& path, FieldList& fields) {
  if (path.empty()) {
    fields.absent(name, FieldClass::reexecute);
  } else {
    fields.known(name, FieldClass::reexecute, escape_bytes(path.native()));
  }
}

}  // namespace

Fields collect_program(const CaptureContext& context, storage::Hasher& hasher,
                       storage::ObjectWriter* objects) {
  FieldList fields(Section::program);
  const auto files = find_program(context);
  if (files.path.empty()) {
    for (const auto name : {fields::k_program_path, fields::k_program_digest}) {
      fields.unavailable(name, FieldClass::key, "the program's file cannot be told");
    }
    return fields.take();
  }
  ProgramReader reader(context, hasher, objects);
  add_path(fields::k_program_path, files.path, fields);
  reader.add(fields::k_program_digest, files.read, fields);
  fields.collect(fields::k_program_build_id, FieldClass::key, [&] {
    const auto elf = read_elf(files.read);
    return elf ? elf->build_id : std::nullopt;
  });
  add_path(fields::k_program_interpreter_path, files.interpreter, fields);
  reader.add(fields::k_program_interpreter, files.interpreter, fields);
  add_path(fields::k_program_script_path, files.script, fields);
  reader.add(fields::k_program_script, files.script, fields);
  return fields.take();
}

}  // namespace track::detail
