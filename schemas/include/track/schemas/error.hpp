#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "track/schemas/api.hpp"

namespace track {

/// What went wrong, as far as a caller would act differently on it.
enum class ErrorCode : std::uint8_t {
  usage = 1,     ///< the caller's input is wrong; repeating it cannot help
  not_found,     ///< what was named does not exist
  ambiguous,     ///< what was named exists more than once
  io,            ///< the operating system refused; the text says what
  no_space,      ///< the disk, quota or free-space floor is reached
  permission,    ///< not allowed by file permissions or by ownership
  corrupt,       ///< stored bytes are not what was stored
  unsupported,   ///< a newer format, or something that this machine lacks
  busy,          ///< locked by someone else for longer than we wait
  conflict,      ///< someone else moved it first
  refused,       ///< a policy, level or privacy rule says no
  inconclusive,  ///< no answer can be given from what is known
};

/// The code's name as it stands in JSON, such as "not_found".
[[nodiscard]] TRACK_API std::string_view to_string(ErrorCode code) noexcept;

/// The one exception type that leaves the library.
///
/// what() reads `cannot <action> '<object>': <cause>`.
class TRACK_API Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message, std::string hint = {});
  Error(const Error&);
  Error& operator=(const Error&);
  ~Error() override;

  [[nodiscard]] ErrorCode code() const noexcept { return code_; }
  /// What the user can do about it; empty when there is nothing to say.
  [[nodiscard]] const std::string& hint() const noexcept { return hint_; }

 private:
  ErrorCode code_;
  std::string hint_;
};

}  // namespace track
