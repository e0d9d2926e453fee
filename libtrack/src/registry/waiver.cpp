#include "registry/waiver.hpp"

#include "track/schemas/error.hpp"
#include "track/schemas/json.hpp"

namespace track::detail {

std::string write_waiver(const Waiver& waiver) {
  schemas::Json document;
  document.set("gate", waiver.gate);
  document.set("expires", waiver.expires.to_string());
  return document.canonical();
}

std::optional<Waiver> read_waiver(std::string_view detail) {
  try {
    const auto document = schemas::Json::parse(detail);
    const auto expires = Timestamp::parse(document.at("expires").as_string());
    if (!expires) return std::nullopt;
    return Waiver{.gate = document.at("gate").as_string(), .expires = *expires};
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace track::detail
