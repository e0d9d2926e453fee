#include "doctor/checks.hpp"
#include "store/locate.hpp"
#include "store/store_config.hpp"
#include "track/schemas/error.hpp"
#include "track/store.hpp"

namespace track {
namespace {

/// Where runs started here would be recorded, and the share of space below which bytes are refused;
/// the working directory and the default where that cannot be told.
struct PlaceOfRecords {
  std::filesystem::path path = ".";
  double free_space_floor = detail::StoreConfig().free_space_floor;
};

PlaceOfRecords find_place(const std::filesystem::path& store) {
  PlaceOfRecords place;
  try {
    if (const auto found = detail::locate_store(store)) {
      place.path = *found;
      place.free_space_floor = detail::read_store_config(*found).free_space_floor;
    }
  } catch (const Error&) {
    // check_store() names what is wrong with it.
  }
  return place;
}

}  // namespace

DoctorReport doctor(const std::filesystem::path& store) {
  DoctorReport report;
  detail::check_machine(report);
  detail::check_store(report, store);
  detail::check_spool(report);
  const auto place = find_place(store);
  detail::check_file_system(report, place.path, place.free_space_floor);
  detail::check_code(report, ".");
  detail::check_gpu(report);
  return report;
}

}  // namespace track
