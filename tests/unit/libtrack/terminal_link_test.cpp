#include "command/terminal_link.hpp"

#include <pty.h>
#include <sys/ioctl.h>
#include <termios.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdio>
#include <string>

#include "command/execute.hpp"
#include "run_fixture.hpp"

using namespace track::schemas;
using track_test::RunStore;

namespace {

int run_script(const track::RunOptions& run, const std::string& script) {
  track::CommandOptions options;
  options.run = run;
  options.argv = {"/bin/sh", "-c", script};
  return track::detail::execute_command(options, {}).exit_code;
}

bool is_raw() {
  termios now{};
  return ::tcgetattr(0, &now) != 0 || (now.c_lflag & ICANON) == 0U;
}

/// Runs the command in a process group of its own, as a shell with job control does: says when it
/// stopped, and takes it to the foreground again once told to.
int run_job(const track::RunOptions& run, const std::string& script, bool foreground) {
  ::signal(SIGTTOU, SIG_IGN);
  const pid_t job = ::fork();
  if (job == 0) {
    ::setpgid(0, 0);
    if (foreground) ::tcsetpgrp(0, ::getpid());
    ::signal(SIGTTOU, SIG_DFL);
    ::_exit(run_script(run, script));
  }
  int status = 0;
  while (::waitpid(job, &status, WUNTRACED) == job && WIFSTOPPED(status)) {
    ::tcsetpgrp(0, ::getpgrp());
    std::printf("%s after %d\n", is_raw() ? "raw" : "cooked", WSTOPSIG(status));
    std::fflush(stdout);
    std::array<char, 16> word{};
    if (::read(0, word.data(), word.size()) <= 0) return 98;
    ::tcsetpgrp(0, job);
    ::kill(-job, SIGCONT);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 97;
}

enum class How { directly, in_foreground, in_background };

/// Somebody at a terminal who runs a command.
class Person {
 public:
  Person(RunStore& store, const std::string& script, How how = How::directly) {
    winsize size{};
    size.ws_row = 33;
    size.ws_col = 77;
    pid_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
    if (pid_ != 0) return;
    const int code = how == How::directly
                         ? run_script(store.options(), script)
                         : run_job(store.options(), script, how == How::in_foreground);
    ::_exit(is_raw() ? 99 : code);
  }
  Person(const Person&) = delete;
  Person& operator=(const Person&) = delete;
  ~Person() {
    ::kill(pid_, SIGKILL);
    ::close(terminal_);
  }

  void type(const std::string& text) {
    if (::write(terminal_, text.data(), text.size()) < 0) std::abort();
  }
  /// Reads on until `text` was shown.
  bool see(const std::string& text) {
    char c = 0;
    while (shown_.find(text) == std::string::npos) {
      if (::read(terminal_, &c, 1) != 1) return false;
      shown_ += c;
    }
    shown_.erase(0, shown_.find(text) + text.size());
    return true;
  }
  int exit_code() {
    int status = 0;
    for (char c = 0; ::read(terminal_, &c, 1) == 1;) {
    }
    ::waitpid(pid_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] int terminal() const { return terminal_; }

 private:
  pid_t pid_ = 0;
  int terminal_ = -1;
  std::string shown_;
};

}  // namespace

TEST_CASE("a program at our terminal has a terminal of the same size", "[command]") {
  RunStore store;
  Person person(store, "test -t 0 && test -t 1 && test -t 2 && stty size");
  CHECK(person.see("33 77"));
  CHECK(person.exit_code() == 0);
}

TEST_CASE("what is typed reaches the program, and an interrupt the program alone", "[command]") {
  RunStore store;
  Person person(store,
                "trap 'echo interrupted; exit 9' INT; echo ask; read word; echo got $word; while "
                ":; do sleep 0.01; done");
  REQUIRE(person.see("ask"));
  person.type("hello\r");
  REQUIRE(person.see("got hello"));
  person.type("\x03");
  CHECK(person.see("interrupted"));
  CHECK(person.exit_code() == 9);
  const auto runs = track::storage::list_journal_runs(store.journals());
  REQUIRE(runs.size() == 1);
  const auto journal = store.read(runs[0]);
  CHECK(journal.all<RunEndEntry>().at(0).reason == "exit code 9");
  CHECK(journal.all<ArtifactEntry>().at(0).record.name == "output.log");
}

TEST_CASE("a program's terminal follows the size of ours", "[command]") {
  RunStore store;
  Person person(store, "trap 'stty size; exit 0' WINCH; echo ready; while :; do sleep 0.01; done");
  REQUIRE(person.see("ready"));
  winsize size{};
  size.ws_row = 44;
  size.ws_col = 88;
  REQUIRE(::ioctl(person.terminal(), TIOCSWINSZ, &size) == 0);
  CHECK(person.see("44 88"));
  CHECK(person.exit_code() == 0);
}

TEST_CASE("our terminal is raw while the program runs, and as before after", "[command]") {
  RunStore store;
  Person person(store, "echo ready; read word");
  REQUIRE(person.see("ready"));
  termios during{};
  REQUIRE(::tcgetattr(person.terminal(), &during) == 0);
  CHECK((during.c_lflag & ICANON) == 0U);
  person.type("x\r");
  CHECK(person.exit_code() == 0);
}

TEST_CASE("Ctrl-Z stops the program and us, and both go on together", "[command]") {
  RunStore store;
  Person person(store, "echo ready; read word; echo got $word", How::in_foreground);
  REQUIRE(person.see("ready"));
  person.type("\x1a");
  REQUIRE(person.see("cooked after " + std::to_string(SIGTSTP)));
  person.type("fg\r");
  person.type("hello\r");
  CHECK(person.see("got hello"));
  CHECK(person.exit_code() == 0);
}

TEST_CASE("Ctrl-Z is the program's own where it handles it", "[command]") {
  RunStore store;
  Person person(store, "trap 'echo mine; exit 4' TSTP; echo ready; while :; do sleep 0.01; done",
                How::in_foreground);
  REQUIRE(person.see("ready"));
  person.type("\x1a");
  CHECK(person.see("mine"));
  CHECK(person.exit_code() == 4);
}

TEST_CASE("in the background a run leaves the terminal alone", "[command]") {
  RunStore store;
  Person person(store, "echo done", How::in_background);
  CHECK(person.see("done"));
  CHECK(person.exit_code() == 0);
}
