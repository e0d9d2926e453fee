#include "registry/checkpoint.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "query/store_impl.hpp"
#include "registry/key_ring.hpp"
#include "registry/signing_key.hpp"
#include "track/registry.hpp"
#include "track/schemas/error.hpp"
#include "track/schemas/json.hpp"
#include "track/storage/file.hpp"

namespace track::detail {
namespace {

std::optional<Ed25519Signature> parse_signature(std::string_view text) {
  try {
    const auto bytes = from_base64(text);
    Ed25519Signature signature{};
    if (bytes.size() != signature.size()) return std::nullopt;
    std::copy(bytes.begin(), bytes.end(), signature.begin());
    return signature;
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

std::string checkpoint_message(const AuditCheckpoint& checkpoint) {
  schemas::Json document;
  document.set("store", checkpoint.store);
  document.set("length", checkpoint.length);
  document.set("head", checkpoint.head.to_string());
  document.set("time", checkpoint.time);
  document.set("key_id", checkpoint.key_id);
  return document.canonical();
}

std::string check_signature(const AuditCheckpoint& checkpoint) {
  const auto key = find_public_key(checkpoint.key_id);
  if (!key)
    return fmt::format("the checkpoint is signed by key {}, which is not in this ring",
                       checkpoint.key_id);
  const auto signature = parse_signature(checkpoint.signature);
  if (!signature) return "the checkpoint's signature is malformed";
  return verify_signature(*key, checkpoint_message(checkpoint), *signature)
             ? ""
             : "the checkpoint's signature does not fit it";
}

}  // namespace track::detail

namespace track {

AuditCheckpoint Registry::checkpoint(std::string_view name) {
  const auto key = detail::find_signing_key(name);
  const auto links = store_->impl().fresh().audit();
  AuditCheckpoint checkpoint;
  checkpoint.store = store_->id();
  checkpoint.length = static_cast<std::int64_t>(links.size());
  if (!links.empty()) checkpoint.head = links.back().hash;
  checkpoint.time = Clock::system().now().to_string();
  checkpoint.key_id = detail::key_id(key.public_key());
  const auto signature = key.sign(detail::checkpoint_message(checkpoint));
  checkpoint.signature =
      detail::to_base64({reinterpret_cast<const char*>(signature.data()), signature.size()});
  return checkpoint;
}

AuditCheckpoint read_checkpoint(const std::filesystem::path& path) {
  const auto wrong = [&](std::string_view cause) {
    return Error(ErrorCode::corrupt,
                 fmt::format("cannot read checkpoint '{}': {}", path.string(), cause));
  };
  try {
    const auto document = schemas::Json::parse(storage::read_text(path));
    const auto head = Digest::parse(document.at("head").as_string());
    if (!head) throw wrong("'head' is no digest");
    return {.store = document.at("store").as_string(),
            .length = document.at("length").as_integer(),
            .head = *head,
            .time = document.at("time").as_string(),
            .key_id = document.at("key_id").as_string(),
            .signature = document.at("signature").as_string()};
  } catch (const Error& error) {
    if (error.code() == ErrorCode::usage || error.code() == ErrorCode::corrupt)
      throw wrong(error.what());
    throw;
  }
}

}  // namespace track
