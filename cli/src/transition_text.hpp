#pragma once

#include "context.hpp"
#include "track/schemas/registry_reports.hpp"

namespace track::cli {

/// What each gate said.
void print_gates(const PolicyReport& policy, Context& context);

/// What was moved, from where, by whom and why.
void print_promotion(const PromotionReport& report, Context& context);

/// One line for an approval, a waiver or a revocation.
void print_transition(const TransitionRecord& transition, Context& context);

}  // namespace track::cli
