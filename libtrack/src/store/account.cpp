#include "store/account.hpp"

#include <pwd.h>

#include <cerrno>
#include <vector>

namespace track::detail {

std::optional<Account> find_account(uid_t user) {
  constexpr std::size_t k_most = 1UL << 20U;
  passwd entry{};
  passwd* found = nullptr;
  std::vector<char> text(1024);
  int result = 0;
  while ((result = ::getpwuid_r(user, &entry, text.data(), text.size(), &found)) == ERANGE &&
         text.size() < k_most) {
    text.resize(text.size() * 2);
  }
  if (result != 0 || found == nullptr || entry.pw_name == nullptr) return std::nullopt;
  return Account{entry.pw_name, entry.pw_dir == nullptr ? "" : entry.pw_dir};
}

std::string account_name(uid_t user) {
  const auto account = find_account(user);
  return account && !account->name.empty() ? account->name : std::to_string(user);
}

}  // namespace track::detail
