#include "scratch.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

#include "track/store.hpp"

extern char** environ;

namespace track_bench {

Scratch::Scratch() {
  std::string pattern = (std::filesystem::current_path() / "bench-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), "cannot create '" + pattern + "'");
  }
  path_ = pattern;
}

Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path Scratch::make_store() const {
  run_program({"git", "-C", path_.string(), "init", "-q"});
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(path_);
  auto store = track::Store::init();
  std::filesystem::current_path(before);
  return store;
}

namespace {

class Descriptor {
 public:
  Descriptor(int value, const char* what) : value_(value) {
    if (value < 0) throw std::system_error(errno, std::generic_category(), what);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { reset(); }

  void reset() {
    if (value_ >= 0) close(value_);
    value_ = -1;
  }
  [[nodiscard]] int get() const { return value_; }

 private:
  int value_;
};

pid_t spawn(const std::vector<std::string>& command, int output, int errors) {
  std::vector<char*> argv;
  for (const std::string& word : command) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
  pid_t child = 0;
  const int error = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    throw std::system_error(error, std::generic_category(), "cannot run '" + command[0] + "'");
  }
  return child;
}

void wait_for(pid_t child, const std::string& name) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw std::runtime_error("'" + name + "' failed");
  }
}

}  // namespace

double run_program(const std::vector<std::string>& command) {
  const Descriptor nowhere(open("/dev/null", O_WRONLY | O_CLOEXEC), "cannot open '/dev/null'");
  const Stopwatch watch;
  wait_for(spawn(command, nowhere.get(), STDERR_FILENO), command[0]);
  return watch.seconds();
}

double run_on_terminal(const std::vector<std::string>& command) {
  const Descriptor ours(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), "cannot make a terminal");
  if (grantpt(ours.get()) != 0 || unlockpt(ours.get()) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot unlock a terminal");
  }
  Descriptor theirs(open(ptsname(ours.get()), O_RDWR | O_NOCTTY | O_CLOEXEC),
                    "cannot open a terminal");
  const winsize size{.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
  ioctl(theirs.get(), TIOCSWINSZ, &size);
  const Stopwatch watch;
  const pid_t child = spawn(command, theirs.get(), theirs.get());
  theirs.reset();  // so that reading ends when the program does
  std::array<char, 4096> text{};
  while (read(ours.get(), text.data(), text.size()) > 0) {
  }
  wait_for(child, command[0]);
  return watch.seconds();
}

}  // namespace track_bench
