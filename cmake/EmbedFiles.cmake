# Run by track_embed(): writes ${DIR}/${NAME}.hpp and .cpp with the text of ${FILES}.

list(LENGTH FILES count)
file(WRITE "${DIR}/${NAME}.hpp" "#pragma once

#include <array>
#include <string_view>

namespace track::embedded::${NAME} {

struct File {
  std::string_view name;
  std::string_view text;
};

extern const std::array<File, ${count}> k_files;

}  // namespace track::embedded::${NAME}
")

set(entries "")
foreach(path IN LISTS FILES)
  cmake_path(GET path FILENAME name)
  file(READ "${path}" text)
  string(APPEND entries "    File{\"${name}\", R\"_embedded_(${text})_embedded_\"},\n")
endforeach()
file(WRITE "${DIR}/${NAME}.cpp" "#include \"${NAME}.hpp\"

namespace track::embedded::${NAME} {

const std::array<File, ${count}> k_files{{
${entries}}};

}  // namespace track::embedded::${NAME}
")
