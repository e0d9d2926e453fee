#include "completion.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "command_words.hpp"
#include "render/text.hpp"

namespace track::cli {
namespace {

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

std::string first_sentence(const std::string& text) {
  return text.substr(0, std::min(text.find('\n'), text.size()));
}

void add_flags(const CLI::App* app, std::vector<Candidate>& candidates) {
  for (; app != nullptr; app = app->get_parent()) {
    for (const CLI::Option* option : app->get_options()) {
      if (!option->nonpositional() || option->get_group().empty()) continue;
      for (const std::string& name : option->get_lnames()) {
        candidates.push_back({"--" + name, first_sentence(option->get_description())});
      }
    }
  }
}

void add_commands(const CLI::App& app, std::vector<Candidate>& candidates) {
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (is_hidden(*command)) continue;
    candidates.push_back({command->get_name(), first_sentence(command->get_description())});
  }
}

Completion complete_value(const CLI::Option& option, const CandidateSource& source) {
  const std::string type = option.get_type_name();
  if (type == "FILE" || type == "PATH") return {Completion::Kind::files, {}};
  if (type == "DIR") return {Completion::Kind::directories, {}};
  if (type.find('|') == std::string::npos) return {Completion::Kind::words, source(type)};
  Completion completion;
  for (const std::string& word : CLI::detail::split(type, '|')) {
    completion.candidates.push_back({word, {}});
  }
  return completion;
}

/// The positional that the next word would fill; the last one may repeat.
const CLI::Option* find_positional(const Position& position) {
  std::size_t passed = 0;
  for (const CLI::Option* option : position.command->get_options()) {
    if (!option->get_positional()) continue;
    passed += static_cast<std::size_t>(std::max(option->get_items_expected_max(), 1));
    if (position.positionals < passed) return option;
  }
  return nullptr;
}

void keep_matching(Completion& completion, const std::string& word) {
  auto& candidates = completion.candidates;
  const auto differs = [&](const Candidate& candidate) {
    return !starts_with(candidate.word, word);
  };
  candidates.erase(std::remove_if(candidates.begin(), candidates.end(), differs), candidates.end());
}

}  // namespace

Completion complete(const CLI::App& app, const std::vector<std::string>& words,
                    const CandidateSource& source) {
  const std::string word = words.empty() ? std::string{} : words.back();
  std::vector<std::string> before = words;
  if (!before.empty()) before.pop_back();
  const Position position = follow_words(app, before);
  if (position.after_separator) return {Completion::Kind::command, {}};
  Completion completion;
  const auto equals = word.find('=');
  if (position.pending != nullptr) {
    completion = complete_value(*position.pending, source);
  } else if (starts_with(word, "--") && equals != std::string::npos) {
    const CLI::Option* option = find_option(position.command, word.substr(0, equals));
    if (option == nullptr) return completion;
    completion = complete_value(*option, source);
    for (Candidate& candidate : completion.candidates) {
      candidate.word.insert(0, word.substr(0, equals + 1));
    }
  } else if (starts_with(word, "-")) {
    add_flags(position.command, completion.candidates);
  } else {
    const CLI::Option* positional = find_positional(position);
    if (positional != nullptr) completion = complete_value(*positional, source);
    if (position.positionals == 0) add_commands(*position.command, completion.candidates);
  }
  keep_matching(completion, word);
  return completion;
}

void print_completion(std::ostream& out, const Completion& completion) {
  switch (completion.kind) {
    case Completion::Kind::files:
      out << ":files\n";
      return;
    case Completion::Kind::directories:
      out << ":directories\n";
      return;
    case Completion::Kind::command:
      out << ":command\n";
      return;
    case Completion::Kind::words:
      break;
  }
  for (const Candidate& candidate : completion.candidates) {
    out << make_visible(candidate.word, true);
    if (!candidate.description.empty()) out << '\t' << make_visible(candidate.description, true);
    out << '\n';
  }
}

}  // namespace track::cli
