#include <fmt/format.h>

#include "query/store_impl.hpp"
#include "registry/audit_replay.hpp"
#include "registry/checkpoint.hpp"
#include "track/registry.hpp"

namespace track {
namespace {

detail::RegistryTables read_tables(const storage::Catalog& catalog) {
  detail::RegistryTables tables;
  for (const auto& model : catalog.models()) {
    for (auto& version : catalog.versions(model.name))
      tables.versions.push_back(std::move(version));
    for (auto& alias : catalog.aliases(model.name)) tables.aliases.push_back(std::move(alias));
  }
  tables.transitions = catalog.transitions({});
  return tables;
}

/// A checkpoint kept elsewhere finds what the log alone cannot: a cut tail, or a log made anew.
void compare_checkpoint(const AuditCheckpoint& checkpoint, const Store& store,
                        const std::vector<AuditRecord>& links,
                        std::vector<AuditFinding>& findings) {
  const auto add = [&](std::string problem) {
    findings.push_back({.sequence = checkpoint.length, .problem = std::move(problem)});
  };
  if (const auto problem = detail::check_signature(checkpoint); !problem.empty()) add(problem);
  if (checkpoint.store != store.id())
    add(fmt::format("the checkpoint is of another store, {}", checkpoint.store));
  const auto length = static_cast<std::int64_t>(links.size());
  if (length < checkpoint.length) {
    add(fmt::format("the log has {} links, the checkpoint {}: its tail was cut", length,
                    checkpoint.length));
  } else if (checkpoint.length > 0 &&
             links[static_cast<std::size_t>(checkpoint.length - 1)].hash != checkpoint.head) {
    add("the log is not the one that the checkpoint was made of");
  }
}

}  // namespace

AuditReport Registry::verify_audit(const std::optional<AuditCheckpoint>& checkpoint) {
  auto& catalog = store_->impl().fresh();
  const auto links = catalog.audit();
  AuditReport report;
  report.length = static_cast<std::int64_t>(links.size());
  if (!links.empty()) report.head = links.back().hash;
  report.findings = detail::replay_audit(links, read_tables(catalog));
  if (checkpoint) compare_checkpoint(*checkpoint, *store_, links, report.findings);
  return report;
}

}  // namespace track
