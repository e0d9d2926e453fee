# track_embed(<room> NAME <name> FILES <file>...)
#
# Compiles text files into a room. Its sources include "<name>.hpp", which gives, in namespace
# track::embedded::<name>, the array `k_files` of {name, text} in the order listed.
# Call it after track_room().
function(track_embed room)
  cmake_parse_arguments(PARSE_ARGV 1 EMBED "" "NAME" "FILES")
  set(dir "${CMAKE_CURRENT_BINARY_DIR}/embedded")
  set(files "")
  foreach(file IN LISTS EMBED_FILES)
    cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
    list(APPEND files "${file}")
  endforeach()
  set(script "${PROJECT_SOURCE_DIR}/cmake/EmbedFiles.cmake")
  add_custom_command(
    OUTPUT "${dir}/${EMBED_NAME}.cpp" "${dir}/${EMBED_NAME}.hpp"
    COMMAND "${CMAKE_COMMAND}" -DNAME=${EMBED_NAME} -DDIR=${dir} "-DFILES=${files}" -P "${script}"
    DEPENDS ${files} "${script}"
    COMMENT "Embedding ${EMBED_NAME}"
    VERBATIM)
  target_sources(track_${room} PRIVATE "${dir}/${EMBED_NAME}.cpp" "${dir}/${EMBED_NAME}.hpp")
  target_include_directories(track_${room} PRIVATE "${dir}")
endfunction()
