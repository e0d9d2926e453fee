#include "catalog/sqlite/check.hpp"

#include "catalog/points/series_summary.hpp"
#include "catalog/sqlite/registry_reader.hpp"
#include "catalog/sqlite/rewind_reader.hpp"
#include "catalog/sqlite/series_reader.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/catalog/audit.hpp"

namespace track::storage {
namespace {

using Findings = std::vector<std::string>;

void check_pages(const Connection& connection, Findings& findings) {
  const auto rows = connection.prepare("PRAGMA integrity_check");
  while (rows->step()) {
    if (rows->view(0) != "ok") findings.push_back("catalog.db: " + rows->text(0));
  }
}

void check_keys(const Connection& connection, Findings& findings) {
  const auto rows = connection.prepare("PRAGMA foreign_key_check");
  while (rows->step()) {
    findings.push_back("catalog.db: a row of '" + rows->text(0) + "' names a row of '" +
                       rows->text(2) + "' that is not there");
  }
}

void check_series(const Connection& connection, Findings& findings) {
  const auto rows =
      connection.prepare("SELECT id, run, name, labels, count FROM series_rows ORDER BY id");
  SeriesReader reader(connection.handle());
  RewindReader rewind_reader(connection.handle());
  while (rows->step()) {
    const std::string who =
        "run '" + rows->text(1) + "', metric '" + rows->text(2) + "' " + rows->text(3);
    try {
      const auto rewinds = rewind_reader.read(RunId{rows->text(1)}, {}, reader);
      const auto points =
          reader.read(rows->integer(0), rows->view(2), {}, rewinds, {}, PointView::latest);
      if (points.steps.size() != static_cast<std::size_t>(rows->integer(4))) {
        findings.push_back(who + ": its summary counts " + rows->text(4) +
                           " points, its chunks hold " + std::to_string(points.steps.size()));
      }
    } catch (const Error& error) {
      findings.push_back(who + ": " + error.what());
    }
  }
}

void check_audit(const Connection& connection, Findings& findings) {
  Digest previous;
  std::int64_t sequence = 0;
  for (const auto& link : RegistryReader(connection).audit(0)) {
    ++sequence;
    if (link.sequence != sequence || link.previous != previous || audit_hash(link) != link.hash) {
      findings.push_back("audit log: link " + std::to_string(link.sequence) +
                         " does not follow the one before");
      return;
    }
    previous = link.hash;
  }
}

}  // namespace

std::vector<std::string> check_catalog(const Connection& connection) {
  Findings findings;
  check_pages(connection, findings);
  if (!findings.empty()) return findings;  // nothing below could be trusted
  check_keys(connection, findings);
  check_series(connection, findings);
  check_audit(connection, findings);
  return findings;
}

}  // namespace track::storage
