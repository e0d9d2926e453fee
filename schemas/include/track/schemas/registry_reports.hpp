#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "track/schemas/digest.hpp"
#include "track/schemas/records.hpp"

// What the registry reports.

namespace track {

/// What one gate of a policy said. Unknown is a fail.
struct GateResult {
  std::string gate;  ///< as the policy names it
  bool passed = false;
  bool waived = false;
  std::string measured;  ///< for people, "val/acc best = 0.973"
  std::string required;  ///< ">= 0.95"
  std::string detail;    ///< why it failed where the two do not say it
};

struct PolicyReport {
  std::string path;
  std::optional<Digest> digest;  ///< of the policy file; absent: no policy
  bool passed = true;
  std::vector<GateResult> gates;
};

struct PromotionReport {
  TransitionRecord transition;
  std::optional<ModelVersionRecord> version;   ///< that the alias now names
  std::optional<ModelVersionRecord> previous;  ///< that it named before
  PolicyReport policy;
  bool repeated = false;
  std::vector<std::string> notes;  ///< what is wise to know, such as a store inside a work tree
};

struct AuditFinding {
  std::int64_t sequence = 0;
  std::string problem;
};

struct AuditReport {
  std::int64_t length = 0;
  std::optional<Digest> head;
  std::vector<AuditFinding> findings;
};

/// A signed head of the audit log, to be kept outside the store.
struct AuditCheckpoint {
  std::string store;  ///< id of the store
  std::int64_t length = 0;
  Digest head;
  std::string time;       ///< RFC 3339
  std::string key_id;     ///< SHA-256 of the public key's SPKI DER, hex
  std::string signature;  ///< Ed25519 over the canonical JSON of the members above, base64
};

/// A signing key, without its secret.
struct KeyRecord {
  std::string key_id;
  std::string name;
  std::string path;        ///< of the secret, 0600
  std::string public_key;  ///< PEM (SPKI)
};

}  // namespace track
