#include "capture_fixture.hpp"

#include <sys/stat.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>

#include "capture/code/listing.hpp"
#include "capture/collectors.hpp"
#include "capture/field_names.hpp"
#include "track/storage/file.hpp"

namespace track_test {

namespace fs = std::filesystem;
using track::CapturedField;
using track::detail::CaptureContext;

void write(const fs::path& path, std::string_view text, unsigned mode) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary | std::ios::trunc).write(text.data(), std::ssize(text));
  REQUIRE(::chmod(path.c_str(), mode) == 0);
}

std::string git(const fs::path& directory, const std::string& arguments) {
  const auto command = "cd '" + directory.string() +
                       "' && env -i PATH=\"$PATH\" HOME=/nonexistent GIT_CONFIG_NOSYSTEM=1 "
                       "GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.com GIT_COMMITTER_NAME=A "
                       "GIT_COMMITTER_EMAIL=a@example.com git -c init.defaultBranch=main "
                       "-c protocol.file.allow=always " +
                       arguments + " 2>&1";
  std::FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string output;
  std::array<char, 4096> block{};
  while (const auto length = std::fread(block.data(), 1, block.size(), pipe)) {
    output.append(block.data(), length);
  }
  const int status = ::pclose(pipe);
  INFO("git " << arguments << ": " << output);
  REQUIRE(status == 0);
  while (output.ends_with('\n')) output.pop_back();
  return output;
}

void commit_all(const fs::path& directory, const std::string& message) {
  if (!fs::exists(directory / ".git")) git(directory, "init -q");
  git(directory, "add -A");
  git(directory, "commit -q --allow-empty -m " + message);
}

std::map<std::string, std::string> tree_of(const fs::path& directory) {
  std::map<std::string, std::string> tree;
  track::storage::walk(directory, [&](const track::storage::WalkEntry& entry) {
    if (entry.relative.filename() == ".git") return false;
    const auto path = entry.relative.string();
    if (path.empty() || path == ".") return true;
    if (S_ISLNK(entry.mode)) {
      tree[path] = "link to " + fs::read_symlink(entry.path).string();
      return false;
    }
    std::array<char, 16> mode{};
    std::snprintf(mode.data(), mode.size(), "%06o ", entry.mode);
    tree[path] = mode.data();
    if (S_ISREG(entry.mode)) tree[path] += track::storage::read_text(entry.path);
    return S_ISDIR(entry.mode);
  });
  return tree;
}

CaptureContext context_of(const fs::path& directory) {
  CaptureContext context;
  context.working_directory = directory;
  context.start = {track::Clock::system().now().ms + 1000};
  context.environment = {"PATH=/usr/bin:/bin"};
  return context;
}

CodeCapture::CodeCapture()
    : context(context_of({})), store_(track::storage::make_memory_object_store()) {}
CodeCapture::~CodeCapture() = default;

void CodeCapture::take(const fs::path& directory) {
  context.working_directory = directory;
  context.start = {track::Clock::system().now().ms + 1000};
  const auto writer = store_->begin();
  fields = track::detail::collect_code(context, *writer);
  writer->commit();
}

const CapturedField& CodeCapture::field(std::string_view name) const {
  for (const auto& each : fields) {
    if (each.name == name) return each;
  }
  FAIL("no field " << name);
  return fields.front();
}

std::string CodeCapture::class_of(const std::string& path) const {
  const auto& listing = field(track::detail::fields::k_code_listing);
  REQUIRE(listing.object);
  const auto bytes = store_->read_all(*listing.object);
  const auto paths =
      track::detail::decode_listing({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  for (const auto& listed : paths) {
    if (listed.path == path)
      return listed.file_class + (listed.why.empty() ? "" : ": " + listed.why);
  }
  return "not listed";
}

fs::path CodeCapture::restore() {
  const auto directory = restored_ / "code";
  fs::remove_all(directory);
  restore_to(directory);
  return directory;
}

void CodeCapture::restore_to(const fs::path& directory, const std::set<std::string>& omitted) {
  left_out = track::detail::restore_snapshot(fields, *store_, directory, omitted);
}

void make_project(const fs::path& root) {
  write(root / "main.cpp", "int main() {}\n");
  write(root / "run.sh", "#!/bin/sh\n", 0755);
  write(root / "private.txt", "mine\n", 0600);
  write(root / "src/deep/er/file.txt", "deep\n");
  write(root / "binary", std::string("\0\xff\x00\x01", 4), 0640);
  write(root / "empty", "");
  write(root / "odd \"name\"\n\xc3\xa9 \xff.txt", "odd\n");
  fs::create_symlink("src/deep", root / "link");
  fs::create_symlink("/nonexistent/elsewhere", root / "dangling");
}

void check_restored(CodeCapture& capture, const fs::path& root) {
  const auto restored = tree_of(capture.restore());
  const auto original = tree_of(root);
  REQUIRE_FALSE(original.empty());
  for (const auto& [path, what] : original) {
    INFO(path);
    const auto found = restored.find(path);
    REQUIRE(found != restored.end());
    CHECK(found->second == what);
  }
  CHECK(restored.size() == original.size());
}

}  // namespace track_test
