# track_room(<name>
#   [PUBLIC_HEADERS <file>...]    headers that users of the library get
#   [HEADERS <file>...]           headers for the rooms above, not installed
#   [SOURCES <file>...]
#   [PROGRAM <name> <file>]       a program of this room, and the source of its main
#   [PUBLIC_DEPENDS <room>...]    arrows that show in this room's headers
#   [PRIVATE_DEPENDS <room or library>...])
#
# One room: an object library track_<name>, also called track::<name>, whose include root is
# <name>/include. It sees the headers of the rooms it names and of those they name publicly,
# and no others. A room without sources is an interface library.
function(track_room name)
  cmake_parse_arguments(PARSE_ARGV 1 ROOM "" "" "PUBLIC_HEADERS;HEADERS;SOURCES;PROGRAM;PUBLIC_DEPENDS;PRIVATE_DEPENDS")
  if(ROOM_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "track_room(${name}): unknown arguments: ${ROOM_UNPARSED_ARGUMENTS}")
  endif()
  set(target track_${name})
  set(headers ${ROOM_PUBLIC_HEADERS} ${ROOM_HEADERS})

  if(ROOM_SOURCES)
    add_library(${target} OBJECT ${ROOM_SOURCES})
    set(scope PUBLIC)
    track_compile_options(${target})
    target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}/src")
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    _track_room_depend(${target} PRIVATE ${ROOM_PRIVATE_DEPENDS})
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(track::${name} ALIAS ${target})
  target_include_directories(${target} ${scope} "${CMAKE_CURRENT_SOURCE_DIR}/include")
  if(headers)
    target_sources(${target} ${scope} FILE_SET HEADERS BASE_DIRS include FILES ${headers})
  endif()
  _track_room_depend(${target} ${scope} ${ROOM_PUBLIC_DEPENDS})

  list(TRANSFORM headers PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")
  list(TRANSFORM ROOM_PUBLIC_HEADERS PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")
  set_target_properties(${target} PROPERTIES
    TRACK_ROOM_DEPENDS "${ROOM_PUBLIC_DEPENDS};${ROOM_PRIVATE_DEPENDS}"
    TRACK_HEADERS "${headers}"
    TRACK_PUBLIC_HEADERS "${ROOM_PUBLIC_HEADERS}"
    TRACK_INCLUDE_ROOT "${CMAKE_CURRENT_SOURCE_DIR}/include")
  if(ROOM_PROGRAM)
    _track_room_program(${name} ${ROOM_PROGRAM})
  endif()
endfunction()

# The program links the library that users get, so that it can do nothing that they cannot.
function(_track_room_program room program main)
  add_executable(track_${program}_program ${main})
  track_compile_options(track_${program}_program)
  target_link_libraries(track_${program}_program PRIVATE track::${room} track_static)
  set_target_properties(track_${program}_program PROPERTIES OUTPUT_NAME ${program})
endfunction()

# A room is linked by its alias; anything else is a library from outside.
function(_track_room_depend target scope)
  foreach(depend IN LISTS ARGN)
    if(TARGET track::${depend})
      target_link_libraries(${target} ${scope} track::${depend})
    elseif(TARGET ${depend})
      target_link_libraries(${target} ${scope} ${depend})
    else()
      message(FATAL_ERROR "${target} depends on '${depend}', which is neither a room nor a target")
    endif()
  endforeach()
endfunction()

# track_room_closure(<room>... ROOMS <var> LIBRARIES <var>): the rooms and everything below
# them, and the libraries from outside that they use. Whoever makes a binary needs it,
# because the objects of a room reach only those that link it directly.
function(track_room_closure)
  cmake_parse_arguments(PARSE_ARGV 0 CLOSURE "" "ROOMS;LIBRARIES" "")
  set(pending ${CLOSURE_UNPARSED_ARGUMENTS})
  set(rooms "")
  set(libraries "")
  while(pending)
    list(POP_FRONT pending next)
    if(NOT TARGET track::${next})
      list(APPEND libraries ${next})
    elseif(NOT next IN_LIST rooms)
      list(APPEND rooms ${next})
      get_target_property(depends track_${next} TRACK_ROOM_DEPENDS)
      list(APPEND pending ${depends})
    endif()
  endwhile()
  list(REMOVE_DUPLICATES libraries)
  set(${CLOSURE_ROOMS} "${rooms}" PARENT_SCOPE)
  set(${CLOSURE_LIBRARIES} "${libraries}" PARENT_SCOPE)
endfunction()
