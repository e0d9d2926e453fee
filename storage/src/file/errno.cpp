#include "file/errno.hpp"

#include <cerrno>
#include <string>
#include <system_error>

namespace track::storage {

ErrorCode errno_code(int error) noexcept {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::not_found;
    case ENOSPC:
    case EDQUOT:
      return ErrorCode::no_space;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorCode::permission;
    case EEXIST:
    case ENOTEMPTY:
      return ErrorCode::conflict;
    default:
      return ErrorCode::io;
  }
}

void throw_errno(std::string_view action, const std::filesystem::path& path, int error) {
  throw Error(errno_code(error), "cannot " + std::string(action) + " '" + path.string() +
                                     "': " + std::generic_category().message(error));
}

}  // namespace track::storage
