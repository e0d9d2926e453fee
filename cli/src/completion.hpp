#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace track::cli {

/// One word that could stand at the cursor.
struct Candidate {
  std::string word;
  std::string description;
};

/// What a completion amounts to: words, or a job that the shell does better.
struct Completion {
  enum class Kind : std::uint8_t { words, files, directories, command };
  Kind kind = Kind::words;
  std::vector<Candidate> candidates;
};

/// Names the words that stand for a value of type `type` ("RUN", "MODEL", …) as
/// the store has them; none if there is no store. Must not throw.
using CandidateSource = std::function<std::vector<Candidate>(std::string_view type)>;

/// Completes the last of `words`, which follow the program's name; the last may
/// be empty. What an argument takes is read off its type name in `app`: "a|b"
/// lists the words themselves, FILE, PATH and DIR are the shell's, all others
/// are asked of `source`.
[[nodiscard]] Completion complete(const CLI::App& app, const std::vector<std::string>& words,
                                  const CandidateSource& source);

/// Prints one candidate a line, its description after a tab; `:files`,
/// `:directories` or `:command` where the shell is to do it.
void print_completion(std::ostream& out, const Completion& completion);

}  // namespace track::cli
