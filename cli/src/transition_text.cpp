#include "transition_text.hpp"

#include <fmt/format.h>

#include <ostream>

#include "render/record_text.hpp"
#include "render/table.hpp"

namespace track::cli {
namespace {

std::string describe_version(const std::optional<ModelVersionRecord>& version) {
  if (!version) return "nothing";
  return fmt::format("version {} ({})", version->version, short_digest(version->digest));
}

Cell format_result(const GateResult& gate) {
  if (gate.passed) return {"pass", Style::good};
  return gate.waived ? Cell{"waived", Style::warning} : Cell{"fail", Style::bad};
}

}  // namespace

void print_gates(const PolicyReport& policy, Context& context) {
  if (policy.gates.empty()) return;
  Table table({{"gate"}, {"result"}, {"measured"}, {"required"}, {"detail"}});
  for (const GateResult& gate : policy.gates) {
    table.add_row({gate.gate, format_result(gate), gate.measured, gate.required, gate.detail});
  }
  table.print(context.out, context.terminal);
}

void print_promotion(const PromotionReport& report, Context& context) {
  const TransitionRecord& transition = report.transition;
  print_gates(report.policy, context);
  context.out << context.visible(fmt::format("{}@{} is {}, was {}", transition.model,
                                             transition.alias, describe_version(report.version),
                                             describe_version(report.previous)));
  if (report.repeated) context.out << " (done before under this idempotency key)";
  context.out << '\n';
  for (const auto& note : report.notes) context.say(context.visible(note));
}

void print_transition(const TransitionRecord& transition, Context& context) {
  std::string text = fmt::format("{} {}", to_string(transition.action), transition.model);
  if (!transition.alias.empty()) text += '@' + transition.alias;
  if (transition.to) text += fmt::format(" version {}", *transition.to);
  if (transition.digest) text += " (" + short_digest(*transition.digest) + ")";
  context.out << context.visible(
                     fmt::format("{} by {}: {}", text, transition.actor, transition.reason))
              << '\n';
}

}  // namespace track::cli
