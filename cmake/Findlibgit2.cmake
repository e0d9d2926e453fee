# Finds libgit2 with the help of pkg-config: the target libgit2::libgit2.

find_package(PkgConfig QUIET)
if(PKG_CONFIG_FOUND)
  pkg_check_modules(PC_libgit2 QUIET libgit2)
endif()
find_path(libgit2_INCLUDE_DIR git2.h HINTS ${PC_libgit2_INCLUDE_DIRS})
find_library(libgit2_LIBRARY git2 HINTS ${PC_libgit2_LIBRARY_DIRS})
mark_as_advanced(libgit2_INCLUDE_DIR libgit2_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(libgit2
  REQUIRED_VARS libgit2_LIBRARY libgit2_INCLUDE_DIR
  VERSION_VAR PC_libgit2_VERSION)

if(libgit2_FOUND AND NOT TARGET libgit2::libgit2)
  add_library(libgit2::libgit2 UNKNOWN IMPORTED)
  set_target_properties(libgit2::libgit2 PROPERTIES
    IMPORTED_LOCATION "${libgit2_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${libgit2_INCLUDE_DIR}")
endif()
