#include "track/storage/catalog/audit.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "track/schemas/json_forms.hpp"
#include "track/storage/hash.hpp"

namespace track::storage {
namespace {

constexpr std::string_view k_context = "libtrack 2026 audit log link";

void update_number(Blake3& hash, std::uint64_t number) {
  std::array<std::byte, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::byte>((number >> (8 * i)) & 0xffU);
  }
  hash.update(bytes);
}

/// Length first, so that no two different links give the same bytes.
void update_text(Blake3& hash, std::string_view text) {
  update_number(hash, text.size());
  hash.update(text);
}

}  // namespace

Digest audit_hash(const AuditRecord& record) {
  Blake3 hash(k_context);
  hash.update(std::as_bytes(std::span(record.previous.bytes)));
  update_number(hash, static_cast<std::uint64_t>(record.sequence));
  update_number(hash, static_cast<std::uint64_t>(record.time.ms));
  update_text(hash, record.event);
  update_text(hash, record.payload);
  return hash.finish();
}

AuditRecord next_audit_link(const std::optional<AuditRecord>& last, std::string_view event,
                            std::string payload, Timestamp time) {
  AuditRecord link;
  link.sequence = last ? last->sequence + 1 : 1;
  link.time = time;
  link.event = event;
  link.payload = std::move(payload);
  if (last) link.previous = last->hash;
  link.hash = audit_hash(link);
  return link;
}

std::string audit_payload(const ModelVersionRecord& version) {
  auto made = version;
  made.revoked.reset();
  made.revoke_reason.clear();
  return schemas::to_json(made).canonical();
}

std::string audit_payload(const TransitionRecord& transition) {
  return schemas::to_json(transition).canonical();
}

}  // namespace track::storage
