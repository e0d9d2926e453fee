#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

namespace track::detail {

/// What the password database says of a user. It may ask the network.
struct Account {
  std::string name;
  std::filesystem::path home;
};
/// Nothing where it has no such user, or cannot be asked.
[[nodiscard]] std::optional<Account> find_account(uid_t user);
/// The account's name, else the number.
[[nodiscard]] std::string account_name(uid_t user);

}  // namespace track::detail
