#include <utility>

#include "capture/redaction.hpp"
#include "query/store_impl.hpp"
#include "run/name_rules.hpp"
#include "track/store.hpp"

namespace track {

std::vector<std::string> Store::set_note(const RunId& run, std::string_view text) {
  detail::check_text("set note", "note", text);
  auto redacted = detail::redact_text(text);
  impl_->for_change().set_note(run, redacted.text);
  return std::move(redacted.rules);
}

std::vector<std::string> Store::set_tag(const RunId& run, std::string_view name,
                                        const std::optional<std::string>& value) {
  if (!value) {  // under any name, so that it can be got rid of
    impl_->for_change().set_tag(run, name, value);
    return {};
  }
  detail::check_name("set tag", name);
  detail::check_text("set tag", name, *value);
  auto redacted = detail::redact_pair(name, *value);
  impl_->for_change().set_tag(run, name, redacted.text);
  return std::move(redacted.rules);
}

std::vector<std::string> Store::rename(const RunId& run, std::string_view name) {
  detail::check_name("rename run to", name);
  auto redacted = detail::redact_text(name);
  impl_->for_change().rename(run, redacted.text);
  return std::move(redacted.rules);
}

}  // namespace track
