#include "doctor/checks.hpp"
#include "store/locate.hpp"
#include "track/schemas/error.hpp"
#include "track/store.hpp"

namespace track {
namespace {

/// Where runs started here would be recorded; the working directory where that cannot be told.
std::filesystem::path place_of_records(const std::filesystem::path& store) {
  try {
    if (const auto found = detail::locate_store(store)) return *found;
  } catch (const Error&) {
    // check_store() names what is wrong with it.
  }
  return ".";
}

}  // namespace

DoctorReport doctor(const std::filesystem::path& store) {
  DoctorReport report;
  detail::check_machine(report);
  detail::check_store(report, store);
  detail::check_file_system(report, place_of_records(store));
  detail::check_code(report, ".");
  detail::check_gpu(report);
  return report;
}

}  // namespace track
