#include "capture/code/listing.hpp"

#include <fmt/format.h>

#include "capture/field_names.hpp"
#include "capture/system_text.hpp"
#include "track/schemas/error.hpp"
#include "track/schemas/json.hpp"

namespace track::detail {
namespace {

using schemas::Json;

std::string to_hex(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return hex;
}

[[noreturn]] void fail(const std::string& cause) {
  throw Error(ErrorCode::corrupt, "cannot read the 'listing' of a snapshot: " + cause);
}

std::string from_hex(std::string_view hex) {
  const auto digit = [](char c) -> int {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    fail("no hex digit");
  };
  if (hex.size() % 2 != 0) fail("an odd number of hex digits");
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  }
  return bytes;
}

/// JSON holds text only: a name of other bytes is shown escaped, and kept in hex beside it.
void set_bytes(Json& entry, const std::string& key, const std::string& bytes) {
  auto shown = escape_bytes(bytes);
  if (shown != bytes) entry.set(key + "_hex", to_hex(bytes));
  entry.set(key, std::move(shown));
}

std::string get_bytes(const Json& entry, const std::string& key) {
  if (const auto* hex = entry.find(key + "_hex")) return from_hex(hex->as_string());
  const auto* text = entry.find(key);
  return text == nullptr ? std::string() : text->as_string();
}

Json encode(const ListedPath& listed) {
  auto entry = Json::object();
  set_bytes(entry, "path", listed.path);
  entry.set("class", listed.file_class);
  if (listed.file_class == "skipped") {
    entry.set("size", listed.size);
    entry.set("why", listed.why);
    if (listed.by_choice) entry.set("by_choice", true);
    return entry;
  }
  if (listed.file_class == "symlink") {
    set_bytes(entry, "target", listed.target);
    return entry;
  }
  entry.set("mode", fmt::format("{:04o}", listed.mode));
  if (listed.digest) {
    entry.set("size", listed.size);
    entry.set("digest", listed.digest->to_string());
  }
  if (listed.torn) entry.set("torn", true);
  return entry;
}

std::uint32_t decode_mode(const std::string& text) {
  std::uint32_t mode = 0;
  if (text.empty() || text.size() > 4) fail("no mode: '" + text + "'");
  for (const char c : text) {
    if (c < '0' || c > '7') fail("no mode: '" + text + "'");
    mode = mode * 8 + static_cast<std::uint32_t>(c - '0');
  }
  return mode;
}

ListedPath decode(const Json& entry) {
  ListedPath listed;
  listed.path = get_bytes(entry, "path");
  listed.file_class = entry.at("class").as_string();
  listed.target = get_bytes(entry, "target");
  if (const auto* mode = entry.find("mode")) listed.mode = decode_mode(mode->as_string());
  if (const auto* size = entry.find("size")) {
    listed.size = static_cast<std::uint64_t>(size->as_integer());
  }
  if (const auto* digest = entry.find("digest")) listed.digest = Digest::parse(digest->as_string());
  if (const auto* why = entry.find("why")) listed.why = why->as_string();
  if (const auto* choice = entry.find("by_choice")) listed.by_choice = choice->as_bool();
  if (const auto* torn = entry.find("torn")) listed.torn = torn->as_bool();
  return listed;
}

}  // namespace

std::string encode_listing(const std::vector<ListedPath>& paths) {
  // Written entry by entry: one document of ten thousand files would cost more than their status.
  std::string text = "{\"version\":1,\"paths\":[";
  for (std::size_t i = 0; i < paths.size(); ++i) {
    text += i == 0 ? "\n" : ",\n";
    text += encode(paths[i]).dump();
  }
  text += "\n]}\n";
  return text;
}

std::vector<ListedPath> decode_listing(std::string_view text) try {
  const auto document = Json::parse(text);
  if (document.at("version").as_integer() != 1) {
    throw Error(ErrorCode::unsupported, "cannot read the 'listing' of a snapshot: a newer version");
  }
  std::vector<ListedPath> paths;
  for (const auto& entry : document.at("paths").as_array()) paths.push_back(decode(entry));
  return paths;
} catch (const Error& error) {
  if (error.code() != ErrorCode::usage) throw;
  fail(error.what());
}

std::vector<ListedPath> read_listing(const std::vector<CapturedField>& captured,
                                     const storage::ObjectStore& objects) {
  constexpr std::uint64_t k_largest = 256UL << 20;
  for (const auto& field : captured) {
    if (field.section != Section::code || field.name != fields::k_code_listing || !field.object)
      continue;
    const auto bytes = objects.read_all(*field.object, k_largest);
    return decode_listing({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  return {};
}

}  // namespace track::detail
