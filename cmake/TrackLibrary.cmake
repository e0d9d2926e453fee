# track_library(<room>...): the library that users link, made of the objects of the rooms.
#
# Both forms are targets, track_static and track_shared, made from the same objects;
# track::track is the one that BUILD_SHARED_LIBS chooses, and only it is in the default build
# of a project that embeds this one.
function(track_library)
  set(ready TRUE)
  foreach(room IN LISTS ARGN)
    get_target_property(type track_${room} TYPE)
    if(type STREQUAL "OBJECT_LIBRARY")
      list(APPEND objects "$<TARGET_OBJECTS:track_${room}>")
    endif()
  endforeach()
  if(NOT objects)
    return()
  endif()

  _track_library_form(track_static STATIC "${objects}" ${ARGN})
  _track_library_form(track_shared SHARED "${objects}" ${ARGN})
  set(version_script "${PROJECT_SOURCE_DIR}/cmake/track.map")
  target_link_options(track_shared PRIVATE "LINKER:--version-script=${version_script}")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")  # clang leaves the sanitizers' symbols to the program
    target_link_options(track_shared PRIVATE LINKER:--no-undefined)
  endif()
  set_target_properties(track_shared PROPERTIES
    LINK_DEPENDS "${version_script}"
    VERSION "${PROJECT_VERSION}"
    SOVERSION "${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}")

  if(BUILD_SHARED_LIBS)
    add_library(track::track ALIAS track_shared)
    set(other track_static)
  else()
    add_library(track::track ALIAS track_static)
    set(other track_shared)
  endif()
  if(NOT PROJECT_IS_TOP_LEVEL)
    set_target_properties(${other} PROPERTIES EXCLUDE_FROM_ALL ON)
  endif()
endfunction()

function(_track_library_form target type objects)
  add_library(${target} ${type} ${objects})
  set_target_properties(${target} PROPERTIES OUTPUT_NAME track LINKER_LANGUAGE CXX)
  target_compile_features(${target} INTERFACE cxx_std_17)
  foreach(room IN LISTS ARGN)
    get_target_property(headers track_${room} TRACK_PUBLIC_HEADERS)
    get_target_property(root track_${room} TRACK_INCLUDE_ROOT)
    if(headers)
      target_include_directories(${target} INTERFACE "$<BUILD_INTERFACE:${root}>")
    endif()
  endforeach()
  target_include_directories(${target} INTERFACE "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")

  track_room_closure(${ARGN} ROOMS rooms LIBRARIES libraries)
  target_link_libraries(${target} PRIVATE Threads::Threads ${CMAKE_DL_LIBS})
  foreach(library IN LISTS libraries)
    get_target_property(library_type ${library} TYPE)
    if(library_type STREQUAL "OBJECT_LIBRARY")
      target_sources(${target} PRIVATE "$<TARGET_OBJECTS:${library}>")
    elseif(NOT library_type STREQUAL "INTERFACE_LIBRARY")  # headers only: nothing to link
      target_link_libraries(${target} PRIVATE ${library})
    endif()
  endforeach()
endfunction()
