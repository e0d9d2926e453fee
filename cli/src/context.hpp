#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "exit_code.hpp"
#include "render/progress_bar.hpp"
#include "render/terminal.hpp"
#include "track/schemas/json.hpp"
#include "track/store.hpp"

namespace track::cli {

/// What a command works with: where it prints, and what was asked of all of them.
class Context {
 public:
  Context(std::ostream& out_stream, std::ostream& err_stream) : out(out_stream), err(err_stream) {}

  std::ostream& out;      ///< results
  std::ostream& err;      ///< everything else
  Terminal terminal;      ///< behind `out`
  Terminal err_terminal;  ///< behind `err`

  bool json = false;
  std::string store_path;            ///< --store; empty: find one
  std::vector<std::string> command;  ///< what followed `--`, where a command takes that
  bool command_given = false;        ///< there was a `--`

  int exit_code = k_exit_ok;  ///< what the command found, where it did not fail

  /// The store, opened when first asked for.
  [[nodiscard]] Store& store();

  /// Says, if so, that what was shown may lack what runs wrote lately.
  void say_lag();

  /// One document, or one line of a listing.
  void print_json(const schemas::Json& document);

  /// A line on stderr for people, kept from whoever asked for JSON.
  void say(const std::string& text);
  /// Says, if there were any, by which rules of redaction `what` was not kept as it was given; to
  /// whoever asked for JSON, too.
  void say_redacted(const std::string& what, const std::vector<std::string>& rules);

  /// `text` of a user, safe to print to `out`.
  [[nodiscard]] std::string visible(std::string_view text) const;

  /// Calls `work` with a track::Progress that shows how far it is.
  template <typename Work>
  decltype(auto) with_progress(ProgressUnit unit, Work&& work) {
    ProgressBar bar(err, err_terminal, unit, read_steady_clock);
    const Progress progress = [&bar](std::string_view what, std::uint64_t done,
                                     std::uint64_t total) {
      bar.update(what, done, total);
      return true;
    };
    return std::forward<Work>(work)(progress);
  }

 private:
  std::optional<Store> store_;
};

}  // namespace track::cli
