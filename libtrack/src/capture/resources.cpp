#include <sys/resource.h>

#include <algorithm>

#include "capture/collectors.hpp"
#include "capture/field_list.hpp"
#include "capture/field_names.hpp"
#include "capture/system_text.hpp"

namespace track::detail {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// The kernel counts blocks of 512 bytes, whatever the file system's are.
constexpr std::int64_t k_block = 512;

}  // namespace

Fields collect_resources(const CaptureContext& context) {
  constexpr auto k_class = FieldClass::diagnostic;
  FieldList fields(Section::resources, Phase::finish);
  const auto elapsed = Clock::system().now().ms - context.start.ms;
  fields.known(fields::k_wall_seconds, k_class,
               static_cast<double>(std::max<std::int64_t>(elapsed, 0)) / 1e3);
  rusage usage{};
  if (::getrusage(context.own_process ? RUSAGE_SELF : RUSAGE_CHILDREN, &usage) != 0) {
    fields.unavailable(fields::k_peak_memory, k_class, "getrusage refused");
    return fields.take();
  }
  fields.known(fields::k_user_seconds, k_class, seconds(usage.ru_utime));
  fields.known(fields::k_system_seconds, k_class, seconds(usage.ru_stime));
  fields.known(fields::k_peak_memory, k_class, static_cast<std::int64_t>(usage.ru_maxrss) * 1024);
  fields.known(fields::k_read_bytes, k_class, usage.ru_inblock * k_block);
  fields.known(fields::k_written_bytes, k_class, usage.ru_oublock * k_block);
  return fields.take();
}

}  // namespace track::detail
