# Finds libsodium with the help of pkg-config: the target libsodium::libsodium.

find_package(PkgConfig QUIET)
if(PKG_CONFIG_FOUND)
  pkg_check_modules(PC_libsodium QUIET libsodium)
endif()
find_path(libsodium_INCLUDE_DIR sodium.h HINTS ${PC_libsodium_INCLUDE_DIRS})
find_library(libsodium_LIBRARY sodium HINTS ${PC_libsodium_LIBRARY_DIRS})
mark_as_advanced(libsodium_INCLUDE_DIR libsodium_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(libsodium
  REQUIRED_VARS libsodium_LIBRARY libsodium_INCLUDE_DIR
  VERSION_VAR PC_libsodium_VERSION)

if(libsodium_FOUND AND NOT TARGET libsodium::libsodium)
  add_library(libsodium::libsodium UNKNOWN IMPORTED)
  set_target_properties(libsodium::libsodium PROPERTIES
    IMPORTED_LOCATION "${libsodium_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${libsodium_INCLUDE_DIR}")
endif()
