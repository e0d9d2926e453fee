#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "capture/capture.hpp"
#include "track/storage/objects/object_store.hpp"
#include "track_test/temp_dir.hpp"

namespace track_test {

/// Writes a file with its parents, and sets its mode whatever the umask is.
void write(const std::filesystem::path& path, std::string_view text, unsigned mode = 0644);

/// Runs git without the user's settings; fails the test where git fails. Returns its output.
std::string git(const std::filesystem::path& directory, const std::string& arguments);

/// A new repository with one commit of what is in the directory.
void commit_all(const std::filesystem::path& directory, const std::string& message = "first");

/// Every path below a directory but .git, with its type, mode and content in one text each.
[[nodiscard]] std::map<std::string, std::string> tree_of(const std::filesystem::path& directory);

/// Files of all kinds that a project holds: modes, links, bytes, odd names.
void make_project(const std::filesystem::path& root);

/// Captures code into a store in memory and restores it.
class CodeCapture {
 public:
  CodeCapture();
  CodeCapture(const CodeCapture&) = delete;
  CodeCapture& operator=(const CodeCapture&) = delete;
  ~CodeCapture();

  /// Takes the code that a program in `directory` would run from.
  void take(const std::filesystem::path& directory);
  [[nodiscard]] const track::CapturedField& field(std::string_view name) const;
  [[nodiscard]] bool flag(std::string_view name) const { return field(name).value.as_bool(); }
  /// The listing's class of a path, with the reason where it was skipped.
  [[nodiscard]] std::string class_of(const std::string& path) const;
  /// Restores into a new directory, which it returns; what was left out is in left_out.
  [[nodiscard]] std::filesystem::path restore();
  void restore_to(const std::filesystem::path& directory,
                  const std::set<std::string>& omitted = {});

  track::detail::CaptureContext context;
  std::vector<track::CapturedField> fields;
  std::vector<std::string> left_out;

 private:
  TempDir restored_;
  std::unique_ptr<track::storage::ObjectStore> store_;
};

/// Restores what `capture` took, and compares it with `root` file by file, mode by mode.
void check_restored(CodeCapture& capture, const std::filesystem::path& root);

/// A context whose run starts a second from now, so that what a test has just made came before.
[[nodiscard]] track::detail::CaptureContext context_of(const std::filesystem::path& directory);

}  // namespace track_test
