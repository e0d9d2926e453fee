#include "track/store.hpp"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "query/grouping.hpp"
#include "query/selector.hpp"
#include "query/store_impl.hpp"
#include "store/locate.hpp"
#include "store/pointer.hpp"
#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"

namespace track {
namespace {

namespace fs = std::filesystem;

/// Deals out parts of runs that come in the order of the runs.
template <typename Record>
class Dealer final {
 public:
  explicit Dealer(std::vector<Record> records) : records_(std::move(records)) {}

  std::vector<Record> next(const RunId& run) {
    const auto begin = records_.begin() + static_cast<std::ptrdiff_t>(dealt_);
    const auto end = std::find_if(begin, records_.end(),
                                  [&](const Record& record) { return record.run != run; });
    dealt_ = static_cast<std::size_t>(end - records_.begin());
    return {std::make_move_iterator(begin), std::make_move_iterator(end)};
  }

 private:
  std::vector<Record> records_;
  std::size_t dealt_ = 0;
};

constexpr std::size_t k_runs_at_once = 256;  // what is dealt out then still lies in the cache

void require_run(const storage::Catalog& catalog, const RunId& id) {
  if (!catalog.find_run(id)) {
    throw Error(ErrorCode::not_found,
                fmt::format("cannot find run '{}': there is no such run", id.value));
  }
}

}  // namespace

Store::Store(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Store Store::open(const StoreOptions& options) {
  const auto root = detail::locate_store(options.path);
  if (!root) {
    throw Error(ErrorCode::not_found, "cannot open a store: there is no .track here or above",
                "make one with track init, or name one with --store or TRACK_STORE");
  }
  return Store(std::make_unique<Impl>(detail::open_store(*root), options.ingest));
}

fs::path Store::init(const InitOptions& options) {
  const auto at =
      options.at.empty() ? detail::store_of_environment().value_or(fs::path()) : options.at;
  const auto usual = [&]() -> std::optional<fs::path> {
    try {
      return detail::default_store_path();
    } catch (const Error&) {
      if (at.empty()) throw;
      return std::nullopt;
    }
  }();
  const auto asked = at.empty() ? *usual : fs::absolute(at).lexically_normal();
  const auto root = detail::follow_pointer(asked);
  const bool elsewhere = usual && !at.empty();
  if (elsewhere) detail::check_pointer(*usual, root);  // before anything is made
  const auto opened = detail::create_store(root, options.shared, options.group);
  if (elsewhere) detail::write_pointer(*usual, opened.layout.root);
  static_cast<void>(storage::open_sqlite_catalog(opened.layout));  // makes and migrates it
  return opened.layout.root;
}

std::optional<fs::path> Store::locate(const fs::path& given) { return detail::locate_store(given); }

const fs::path& Store::path() const noexcept { return impl_->layout().root; }
const std::string& Store::id() const noexcept { return impl_->config().id; }
const std::string& Store::lag() const noexcept { return impl_->lag(); }

RunId Store::resolve(std::string_view selector) {
  return detail::resolve_run(impl_->fresh(), selector);
}

RunId Store::resolve_removed(std::string_view selector) {
  return detail::resolve_word(impl_->fresh(), selector, true);
}

std::optional<RunRecord> Store::find_run(const RunId& id) { return impl_->fresh().find_run(id); }

RunDetails Store::details(const RunId& id) {
  auto& catalog = impl_->fresh();
  require_run(catalog, id);
  const std::vector<RunId> ids = {id};
  RunDetails details;
  details.run = *catalog.find_run(id);
  details.params = catalog.params(ids);
  details.tags = catalog.tags(ids);
  details.metrics = catalog.metrics(ids);
  details.artifacts = catalog.artifacts(ids);
  details.datasets = catalog.datasets(ids);
  details.seeds = catalog.seeds(id);
  details.fields = catalog.fields(id);
  details.attempts = catalog.attempts(id);
  details.members = catalog.members(id);
  details.conflicts = catalog.conflicts(id);
  RunQuery children;
  children.parent = id;
  children.sort = "start";
  for (const auto& child : catalog.list_runs(children)) details.children.push_back(child.id);
  return details;
}

std::vector<RunRecord> Store::list(const RunQuery& query) {
  return impl_->fresh().list_runs(query);
}

std::vector<RunRow> Store::list_rows(const RunQuery& query) {
  auto& catalog = impl_->fresh();
  auto runs = catalog.list_runs(query);
  std::vector<RunId> ids;
  ids.reserve(runs.size());
  for (const auto& run : runs) ids.push_back(run.id);
  std::vector<RunRow> rows;
  rows.reserve(runs.size());
  while (rows.size() < ids.size()) {
    const auto some = std::span(ids)
                          .subspan(rows.size())
                          .first(std::min(k_runs_at_once, ids.size() - rows.size()));
    Dealer params(catalog.params(some));
    Dealer metrics(catalog.metrics(some));
    Dealer tags(catalog.tags(some));
    for (const auto& id : some) {
      auto& run = runs[rows.size()];
      rows.push_back({.run = std::move(run),
                      .params = params.next(id),
                      .metrics = metrics.next(id),
                      .tags = tags.next(id)});
    }
  }
  return rows;
}

std::vector<std::string> Store::cautions(const RunQuery& query) {
  std::vector<std::string> sentences;
  for (const auto& name : impl_->catalog().mixed_params(query)) {
    sentences.push_back(
        fmt::format("param '{}' is text in some runs and a number in others: text counts as "
                    "greater than every number",
                    name));
  }
  return sentences;
}

std::vector<RunGroup> Store::group(const RunQuery& query, const std::vector<std::string>& params) {
  auto originals = query;
  originals.replays = false;  // the same run again is no other sample
  return detail::group_rows(list_rows(originals), params);
}

std::vector<std::string> Store::experiments() { return impl_->fresh().experiments(); }

void Store::query(std::string_view sql, SqlSink& sink) { impl_->fresh().query(sql, sink); }

}  // namespace track
