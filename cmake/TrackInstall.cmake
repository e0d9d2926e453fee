# What `cmake --install` puts where. Components: track_devel (headers, CMake package, find
# modules, pkg-config), track_static, track_shared, track_program, track_sqlite.
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/track")

# The pkg-config file finds its prefix from where it lies, however deep the library folder is.
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX
  BASE_DIRECTORY "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" OUTPUT_VARIABLE TRACK_PC_UP)
# BLAKE3 that was compiled here is in the library; a distribution's is linked.
get_target_property(blake3_type BLAKE3::blake3 TYPE)
if(blake3_type STREQUAL "OBJECT_LIBRARY")
  set(TRACK_BLAKE3_IS_PACKAGE FALSE)
  set(TRACK_PC_BLAKE3 "")
else()
  set(TRACK_BLAKE3_IS_PACKAGE TRUE)
  set(TRACK_PC_BLAKE3 " -lblake3")
endif()

foreach(form IN ITEMS static shared)
  set_target_properties(track_${form} PROPERTIES EXPORT_NAME ${form})
  install(TARGETS track_${form} EXPORT track_${form}_targets
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT track_${form}
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT track_${form}
    INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
  install(EXPORT track_${form}_targets
    FILE track_${form}.cmake NAMESPACE track:: DESTINATION "${package_dir}"
    COMPONENT track_${form})
endforeach()

foreach(room IN ITEMS schemas libtrack)
  get_target_property(headers track_${room} TRACK_PUBLIC_HEADERS)
  get_target_property(root track_${room} TRACK_INCLUDE_ROOT)
  foreach(header IN LISTS headers)
    cmake_path(RELATIVE_PATH header BASE_DIRECTORY "${root}" OUTPUT_VARIABLE relative)
    cmake_path(GET relative PARENT_PATH subdir)
    install(FILES "${header}" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/${subdir}"
      COMPONENT track_devel)
  endforeach()
endforeach()

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/trackConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/package/trackConfig.cmake"
  INSTALL_DESTINATION "${package_dir}" NO_SET_AND_CHECK_MACRO)
# Before 1.0 a minor version may change the API.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/package/trackConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
configure_file("${PROJECT_SOURCE_DIR}/cmake/track.pc.in"
  "${PROJECT_BINARY_DIR}/package/track.pc" @ONLY)
install(FILES
  "${PROJECT_BINARY_DIR}/package/trackConfig.cmake"
  "${PROJECT_BINARY_DIR}/package/trackConfigVersion.cmake"
  "${PROJECT_SOURCE_DIR}/cmake/Findlibgit2.cmake"
  "${PROJECT_SOURCE_DIR}/cmake/Findlibsodium.cmake"
  DESTINATION "${package_dir}" COMPONENT track_devel)
install(FILES "${PROJECT_BINARY_DIR}/package/track.pc"
  DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT track_devel)

if(TRACK_BUILD_SQLITE_EXTENSION)
  install(TARGETS track_sqlite
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT track_sqlite)
endif()

if(TARGET track_track_program)
  install(TARGETS track_track_program
    RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT track_program)
endif()
