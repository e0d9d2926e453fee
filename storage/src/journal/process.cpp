#include <cerrno>
#include <charconv>
#include <string>
#include <string_view>

#include "track/schemas/error.hpp"
#include "track/storage/file.hpp"
#include "track/storage/journal/live.hpp"

namespace track::storage {

std::string boot_id() {
  try {
    auto text = read_text("/proc/sys/kernel/random/boot_id");
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return text;
  } catch (const Error&) {
    return {};
  }
}

std::uint64_t process_start_ticks(pid_t pid) {
  try {
    const auto text = read_text("/proc/" + std::to_string(pid) + "/stat");
    // The program's name, in parentheses, may hold anything; 19 fields follow it before the start.
    auto rest = std::string_view(text);
    const auto name_end = rest.rfind(')');
    if (name_end == std::string_view::npos) return 0;
    rest.remove_prefix(name_end + 1);
    for (int field = 0; field < 20; ++field) {
      const auto space = rest.find(' ');
      if (space == std::string_view::npos) return 0;
      rest.remove_prefix(space + 1);
    }
    std::uint64_t ticks = 0;
    std::from_chars(rest.data(), rest.data() + rest.size(), ticks);
    return ticks;
  } catch (const Error&) {
    return 0;
  }
}

}  // namespace track::storage
