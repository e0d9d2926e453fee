#pragma once

#include <string>

#include "track/schemas/registry_reports.hpp"

namespace track::detail {

/// The bytes that a checkpoint's signature covers: canonical JSON of all members but the signature.
[[nodiscard]] std::string checkpoint_message(const AuditCheckpoint& checkpoint);
/// A sentence on what is wrong with the signature; empty where it holds.
[[nodiscard]] std::string check_signature(const AuditCheckpoint& checkpoint);

}  // namespace track::detail
