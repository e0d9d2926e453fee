#pragma once

#include <filesystem>

#include "track/schemas/store_reports.hpp"

// What doctor() looks at, a function an area. Each adds its lines and never throws for what it
// finds wrong.

namespace track::detail {

void check_machine(DoctorReport& report);
/// Where `store` is empty, the one that commands run here would use.
void check_store(DoctorReport& report, const std::filesystem::path& store);
/// What waits in this user's spool, and for which store.
void check_spool(DoctorReport& report);
/// `floor`: the share of free space below which a store takes no bytes.
void check_file_system(DoctorReport& report, const std::filesystem::path& place, double floor);
void check_code(DoctorReport& report, const std::filesystem::path& directory);
void check_gpu(DoctorReport& report, const std::filesystem::path& devices = "/dev");

}  // namespace track::detail
