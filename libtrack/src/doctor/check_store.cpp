#include <fmt/format.h>
#include <unistd.h>

#include <optional>

#include "doctor/checks.hpp"
#include "query/store_impl.hpp"
#include "store/locate.hpp"
#include "store/spool.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/catalog/ingest.hpp"
#include "track/storage/file.hpp"
#include "track/storage/journal/reader.hpp"
#include "track/store.hpp"

namespace track::detail {
namespace {

constexpr std::string_view k_area = "store";

void add(DoctorReport& report, std::string name, CheckState state, std::string finding,
         std::string advice = {}) {
  report.checks.push_back({.area = std::string(k_area),
                           .name = std::move(name),
                           .state = state,
                           .finding = std::move(finding),
                           .advice = std::move(advice)});
}

void check_place(DoctorReport& report, const std::filesystem::path& root) {
  const auto top = git_top_level(root.parent_path());
  if (top) {
    add(report, "place", CheckState::warning,
        fmt::format("it lies in the git work tree '{}': git clean -fdx would delete it",
                    top->string()),
        "track init --at DIR makes one elsewhere, with a pointer file here");
  } else {
    add(report, "place", CheckState::ok, "it lies outside of any git work tree");
  }
}

void check_catalog(DoctorReport& report, Store& store) {
  auto& catalog = store.impl().fresh();
  const auto findings = catalog.check();
  for (const auto& finding : findings)
    add(report, "catalog", CheckState::failure, finding, "track verify says which runs are hurt");
  if (findings.empty()) add(report, "catalog", CheckState::ok, "its structure and references hold");
  const auto problems = catalog.problems();
  for (const auto& [subject, detail] : problems)
    add(report, "ingest", CheckState::warning, fmt::format("{}: {}", subject, detail));
  if (problems.empty())
    add(report, "ingest", CheckState::ok, "every journal so far was understood");
}

/// How what is logged gets into the catalog, where that is not by itself.
void check_ingest(DoctorReport& report, const OpenedStore& store) {
  if (store.spool_of) {
    add(report, "spool", CheckState::warning,
        fmt::format("runs only wait here for store '{}'", store.spool_of->string()),
        "track ingest --store " + shell_word(*store.spool_of));
    return;
  }
  if (defers_ingest(store)) {
    const auto runs = storage::list_journal_runs(store.layout.journals()).size();
    add(report, "ingest mode", CheckState::ok,
        fmt::format("deferred: what only looks reads {} journals each time, and leaves the catalog "
                    "as it is",
                    runs),
        runs > 0 ? "track ingest moves them into the catalog" : "");
  }
  const auto left = storage::list_inbox(store.layout).size();
  if (left > 0)
    add(report, "inbox", CheckState::warning, fmt::format("{} entries are still there", left),
        "track ingest takes them, and says what it cannot");
}

void check_objects(DoctorReport& report, Store& store) {
  const auto usage = store.impl().objects().usage();
  add(report, "objects", CheckState::ok,
      fmt::format("{} chunks in {} packs, {} bytes on disk", usage.chunks, usage.packs,
                  usage.stored_bytes));
}

void check_rights(DoctorReport& report, const std::filesystem::path& root) {
  if (::access(root.c_str(), W_OK) == 0) {
    add(report, "rights", CheckState::ok, "it can be written");
  } else {
    add(report, "rights", CheckState::warning,
        "it can be read only: runs started here are not recorded in it",
        "ask its owner, or name another with TRACK_STORE");
  }
}

}  // namespace

void check_store(DoctorReport& report, const std::filesystem::path& given) {
  try {
    const auto root = locate_store(given);
    if (!root) {
      add(report, "found", CheckState::warning,
          "there is no store here or above; the first run makes one", "track init makes it now");
      return;
    }
    auto store = Store::open({.path = *root, .ingest = true});
    add(report, "found", CheckState::ok,
        fmt::format("'{}', format {}", root->string(), store.impl().config().format));
    check_place(report, *root);
    check_rights(report, *root);
    check_catalog(report, store);
    check_ingest(report, store.impl().opened());
    check_objects(report, store);
  } catch (const Error& error) {
    add(report, "opens", CheckState::failure, error.what(), error.hint());
  }
}

}  // namespace track::detail
