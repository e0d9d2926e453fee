#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "child.hpp"
#include "store_fixture.hpp"

using namespace track_test;

namespace fs = std::filesystem;

namespace {

constexpr const char* k_group = "users";
constexpr const char* k_setpriv = "/usr/bin/setpriv";

/// A place where two users of one group find the programs and a store.
class SharedPlace {
 public:
  SharedPlace() {
    const auto* group = ::getgrnam(k_group);
    if (::geteuid() != 0 || group == nullptr || !fs::exists(k_setpriv)) {
      WARN("skipped: becoming other users needs root, setpriv and the group " << k_group);
      return;
    }
    group_ = std::to_string(group->gr_gid);
    fs::permissions(directory_.path(), fs::perms(0755));
    fs::copy_file(HARM_TRAINER, directory_ / "trainer");
    fs::copy_file(HARM_PROGRAM, directory_ / "track");
    for (const char* user : {"1201", "1202"}) {
      fs::create_directory(directory_ / user);
      REQUIRE(::chown((directory_ / user).c_str(), std::stoul(user), group->gr_gid) == 0);
    }
    fs::create_directory(directory_ / "data");
    REQUIRE(::chown((directory_ / "data").c_str(), 1201, group->gr_gid) == 0);
    usable_ = true;
  }

  [[nodiscard]] bool usable() const noexcept { return usable_; }
  [[nodiscard]] std::string store() const { return (directory_ / "data" / "store").string(); }

  /// A program run as a user of the group whose umask gives nobody else anything.
  [[nodiscard]] Child as(const std::string& user, const std::string& program,
                         const std::vector<std::string>& arguments) const {
    return in_group(group_, user, program, arguments);
  }
  [[nodiscard]] Child in_group(const std::string& group, const std::string& user,
                               const std::string& program,
                               const std::vector<std::string>& arguments) const {
    const auto home = (directory_ / user).string();
    std::vector<std::string> command{
        k_setpriv,
        "--reuid=" + user,
        "--regid=" + group,
        "--clear-groups",
        "/bin/sh",
        "-c",
        "umask 077; cd \"$HOME\" 2> /dev/null || cd /; exec \"$0\" \"$@\"",
        (directory_ / program).string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return Child(command, {{"HOME", home}, {"XDG_STATE_HOME", home + "/state"}});
  }

  std::string output_as(const std::string& user, const std::vector<std::string>& arguments) const {
    Child child = as(user, "track", arguments);
    auto output = child.read_rest();
    INFO(child.errors());
    CHECK(child.wait().exit_code == 0);
    CHECK(child.errors().empty());
    return output;
  }

 private:
  TempDir directory_;
  std::string group_;
  bool usable_ = false;
};

}  // namespace

TEST_CASE("two users of a group share a store, whatever their umask", "[harm]") {
  const SharedPlace place;
  if (!place.usable()) return;
  const auto store = place.store();
  place.output_as("1201", {"init", "--at", store, std::string("--shared=") + k_group});

  std::vector<Child> trainers;
  for (const char* user : {"1201", "1202", "1201", "1202"})
    trainers.push_back(place.as(user, "trainer", {"points", store, "3000"}));
  for (auto& trainer : trainers) {
    CHECK(trainer.read_line().size() == 16);
    CHECK(trainer.read_rest() == "points 3000 dropped 0 losses 0\n");
    INFO(trainer.errors());
    CHECK(trainer.wait().exit_code == 0);
    CHECK(trainer.errors().empty());
  }
  const std::vector<std::string> count{
      "--store", store, "sql", "SELECT count(*) n, count(DISTINCT run) r FROM metric_points"};
  // Each reads, and so ingests and clears away, what the other wrote.
  CHECK(place.output_as("1202", count).find("12000") != std::string::npos);
  Child late = place.as("1202", "trainer", {"points", store, "1000"});
  late.read_rest();
  CHECK(late.wait().exit_code == 0);
  CHECK(place.output_as("1201", count).find("13000") != std::string::npos);
  place.output_as("1201", {"--store", store, "verify", "--data"});
  place.output_as("1202", {"--store", store, "tag", "@latest", "by=1202"});
  Child left = place.as("1202", "trainer", {"points", store + "/inbox/job", "500"});
  left.read_rest();
  CHECK(left.wait().exit_code == 0);
  CHECK(place.output_as("1201", count).find("13500") != std::string::npos);

  for (const auto& entry : fs::recursive_directory_iterator(store)) {
    struct stat status {};
    REQUIRE(::lstat(entry.path().c_str(), &status) == 0);
    INFO(entry.path());
    CHECK((status.st_mode & S_IRWXO) == 0);
    CHECK((status.st_mode & S_IRGRP) != 0);
    if (S_ISDIR(status.st_mode)) CHECK((status.st_mode & 02070) == 02070);
  }
  Child stranger = place.in_group("1203", "1203", "track", {"--store", store, "ls"});
  stranger.read_rest();
  CHECK(stranger.wait().exit_code != 0);
}
