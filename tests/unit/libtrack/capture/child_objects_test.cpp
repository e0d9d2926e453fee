#include "capture/child_objects.hpp"

#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>

#include <catch2/catch.hpp>

#include "capture_fixture.hpp"
#include "track/schemas/json.hpp"

using namespace track_test;  // NOLINT: a test file
using namespace track;       // NOLINT

namespace {

/// Of the C library, and loaded by nothing here.
constexpr const char* k_library = "libBrokenLocale.so.1";

/// A forked copy of this program that does a step for every byte it is sent: the first loads a
/// library, the second ends it.
class Child {
 public:
  Child() {
    REQUIRE(::pipe(orders_.data()) == 0);
    REQUIRE(::pipe(answers_.data()) == 0);
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) obey();
  }
  ~Child() {
    if (pid_ > 0) end();
    for (const int fd : {orders_[0], orders_[1], answers_[0], answers_[1]}) ::close(fd);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  void load() {
    char byte = 'x';
    REQUIRE(::write(orders_[1], &byte, 1) == 1);
    REQUIRE(::read(answers_[0], &byte, 1) == 1);
    REQUIRE(byte == 'y');
  }
  void end() {
    ::close(orders_[1]);
    orders_[1] = -1;
    CHECK(::waitpid(pid_, nullptr, 0) == pid_);
    pid_ = 0;
  }

 private:
  [[noreturn]] void obey() {
    ::close(orders_[1]);
    char byte = 0;
    if (::read(orders_[0], &byte, 1) == 1) {
      byte = ::dlopen(k_library, RTLD_NOW) != nullptr ? 'y' : 'n';
      if (::write(answers_[1], &byte, 1) == 1) static_cast<void>(::read(orders_[0], &byte, 1));
    }
    ::_exit(0);
  }

  std::array<int, 2> orders_{};
  std::array<int, 2> answers_{};
  pid_t pid_ = 0;
};

detail::CaptureContext context_of_this_program(const TempDir& directory) {
  auto context = context_of(directory.path());
  context.own_process = false;
  context.executable = std::filesystem::read_symlink("/proc/self/exe");
  context.args = {context.executable.string()};
  return context;
}

schemas::Json objects_of(const CapturedField& field) {
  REQUIRE(field.state == FieldState::known);
  CHECK(field.phase == Phase::finish);
  CHECK(field.detail == "as linked, and as observed while it ran");
  return schemas::Json::parse(field.value.as_json());
}

}  // namespace

TEST_CASE("What a running child loads is found in its maps, once", "[capture]") {
  TempDir directory;
  Child child;
  detail::ChildObjects objects(child.pid(), context_of_this_program(directory));
  CHECK_FALSE(objects.sample());  // all that is mapped is linked
  auto before = objects_of(objects.describe());
  CHECK(before.find("libc.so.6") != nullptr);
  CHECK(before.find(k_library) == nullptr);
  child.load();
  CHECK(objects.sample());
  CHECK_FALSE(objects.sample());
  child.end();
  CHECK_FALSE(objects.sample());
  const auto after = objects_of(objects.describe());
  REQUIRE(after.find(k_library) != nullptr);
  CHECK(after.find(k_library)->at("digest").as_string().starts_with("b3:"));
  CHECK(after.as_object().size() == before.as_object().size() + 1);
}

TEST_CASE("Of a child that was never seen what it is linked to is known", "[capture]") {
  TempDir directory;
  Child child;
  detail::ChildObjects objects(child.pid(), context_of_this_program(directory));
  child.end();
  CHECK_FALSE(objects.sample());
  CHECK(objects_of(objects.describe()).find("libc.so.6") != nullptr);
}

TEST_CASE("What cannot be looked at is unavailable, with the cause", "[capture]") {
  TempDir directory;
  Child child;
  auto context = context_of_this_program(directory);
  context.executable = directory.path() / "none";
  const auto field = detail::ChildObjects(child.pid(), context).describe();
  CHECK(field.state == FieldState::unavailable);
  CHECK(field.detail.find("none") != std::string::npos);
}
