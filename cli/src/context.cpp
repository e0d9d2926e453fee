#include "context.hpp"

#include <ostream>

#include "render/text.hpp"

namespace track::cli {

Store& Context::store() {
  if (!store_) store_.emplace(Store::open({.path = store_path}));
  return *store_;
}

void Context::say_lag() {
  if (!store_ || store_->lag().empty()) return;
  err << "track: cannot read what runs wrote since the last ingest: "
      << make_visible(store_->lag(), err_terminal) << '\n';
}

void Context::print_json(const schemas::Json& document) { out << document.dump() << '\n'; }

void Context::say(const std::string& text) {
  if (!json) err << text << '\n';
}

std::string Context::visible(std::string_view text) const { return make_visible(text, terminal); }

void Context::say_redacted(const std::string& what, const std::vector<std::string>& rules) {
  if (rules.empty()) return;
  std::string names;
  for (const auto& rule : rules) names += (names.empty() ? "" : ", ") + rule;
  err << "track: " << make_visible(what, err_terminal)
      << " held what looks like a secret, kept as [redacted]: " << names << '\n';
}

}  // namespace track::cli
