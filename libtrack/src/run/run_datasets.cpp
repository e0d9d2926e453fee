#include <utility>

#include <fmt/format.h>

#include "capture/redaction.hpp"
#include "run/artifact_source.hpp"
#include "run/name_rules.hpp"
#include "run/run_core.hpp"
#include "track/schemas/error.hpp"

namespace track::detail {
namespace {

/// Data up to here is read again where it looks touched; beyond, that it looks so is the answer.
constexpr std::uint64_t k_max_reread = 256UL << 20U;

void take_info(DatasetRecord& record, const storage::ObjectInfo& info) {
  record.digest = info.digest;
  record.sha256 = info.sha256;
  record.size = info.size;
  record.count = info.files;
  record.is_tree = info.is_tree;
  record.method = info.is_tree ? DigestMethod::manifest : DigestMethod::full;
}

}  // namespace

bool RunCore::use_dataset(std::string_view name, const std::filesystem::path& path,
                          const DatasetOptions& options) {
  return attempt([&] {
    check_name("use dataset", name);
    DatasetRecord record;
    record.run = id();
    record.name = name;
    record.uri =
        options.uri.empty() ? path.string() : redact_text(without_userinfo(options.uri)).text;
    check_text("use dataset", name, record.uri);
    record.time = Clock::system().now();
    keep_dataset(path, options.store, std::move(record));
  });
}

void RunCore::keep_dataset(const std::filesystem::path& path, bool store, DatasetRecord record) {
  const auto what = fmt::format("dataset '{}'", record.name);
  if (!journal_) {
    keep(schemas::DatasetEntry{std::move(record)}, what);  // says why there is none
    return;
  }
  StoredPath stored;  // holds its lease until the record is durable
  std::optional<Error> trouble;
  const DatasetWatch watch(path);
  if (store) {
    try {
      storage::AddOptions add;
      add.sha256 = true;
      stored = store_path(*plan_.store, path, add);
      take_info(record, stored.info);
      record.stored = true;
    } catch (const Error& error) {
      trouble = error;
    }
  }
  if (!record.stored) {
    try {
      take_info(record, digest_path(*plan_.store, path, true));
    } catch (const Error& error) {
      record.detail = error.what();
      trouble = error;
    }
  }
  keep(schemas::DatasetEntry{record}, what);
  if (record.stored) {
    if (auto* const writer = this->writer()) writer->sync();
  }
  if (record.digest) {
    const std::lock_guard lock(mutex_);
    datasets_.emplace_back(std::move(record), watch);
  }
  if (trouble)
    throw Error(trouble->code(), fmt::format("cannot keep {}: {}", what, trouble->what()),
                trouble->hint());
}

bool RunCore::record_dataset(DatasetRecord record, DatasetWatch watch) {
  return attempt([&] {
    record.run = id();
    record.time = Clock::system().now();
    record.changed.reset();
    keep(schemas::DatasetEntry{record}, fmt::format("dataset '{}'", record.name));
    const std::lock_guard lock(mutex_);
    datasets_.emplace_back(std::move(record), std::move(watch));
  });
}

bool RunCore::declare_dataset(std::string_view name, std::string_view uri, const Digest& digest) {
  return attempt([&] {
    check_name("declare dataset", name);
    check_text("declare dataset", name, uri);
    DatasetRecord record;
    record.run = id();
    record.name = name;
    record.uri = redact_text(without_userinfo(uri)).text;
    record.digest = digest;
    record.method = DigestMethod::declared;
    record.time = Clock::system().now();
    keep(schemas::DatasetEntry{std::move(record)}, fmt::format("dataset '{}'", name));
  });
}

void RunCore::recheck_datasets() {
  std::vector<std::pair<DatasetRecord, DatasetWatch>> datasets;
  {
    const std::lock_guard lock(mutex_);
    datasets.swap(datasets_);
  }
  for (auto& [record, watch] : datasets) {
    record.changed = watch.changed();
    if (record.changed == true && record.size <= k_max_reread) {
      // Touched is not changed: a link made to it, or the same bytes written again.
      try {
        record.changed =
            digest_path(*plan_.store, watch.path(), false, true).digest != record.digest;
      } catch (const Error&) {
        record.changed = true;  // gone, or unreadable now
      }
    }
    keep(schemas::DatasetEntry{record}, fmt::format("dataset '{}'", record.name));
  }
}

}  // namespace track::detail
