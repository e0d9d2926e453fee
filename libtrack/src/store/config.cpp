#include "track/config.hpp"

#include "store/locate.hpp"
#include "store/store_config.hpp"
#include "track/schemas/error.hpp"

namespace track {
namespace {

/// Permissions and format are checked before anything is read or written.
std::filesystem::path open_root(const std::filesystem::path& store) {
  const auto root = detail::locate_store(store);
  if (!root) {
    throw Error(ErrorCode::not_found, "cannot open the settings of a store: there is no store",
                "'track init' makes one");
  }
  (void)detail::open_store(*root);
  return *root;
}

}  // namespace

std::map<std::string, std::string> list_config(const std::filesystem::path& store) {
  return detail::list_config(open_root(store));
}

void set_config(const std::filesystem::path& store, const std::string& key,
                const std::string& value) {
  detail::set_config(open_root(store), key, value);
}

}  // namespace track
