# What the rooms may name. Debian's packages are in ./dev, other systems' in docs/building.md.

set(THREADS_PREFER_PTHREAD_FLAG ON)
set(Boost_USE_STATIC_LIBS OFF)  # Debian's static archive is not position independent

find_package(Threads REQUIRED)
find_package(SQLite3 3.38 REQUIRED) # sqlite3_error_offset
find_package(SQLiteCpp CONFIG REQUIRED)
find_package(fmt CONFIG REQUIRED)
find_package(zstd CONFIG REQUIRED)
find_package(Boost REQUIRED COMPONENTS filesystem)
find_package(cereal CONFIG REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)
find_package(BLAKE3 REQUIRED)
find_package(libsodium REQUIRED)
find_package(libgit2 REQUIRED)
if(TRACK_BUILD_CLI)
  find_package(CLI11 CONFIG REQUIRED)
endif()

# toml++ from its headers alone: distributions' packages may force their shared library on users.
find_path(TOMLPLUSPLUS_INCLUDE_DIR NAMES toml++/toml.h REQUIRED)
mark_as_advanced(TOMLPLUSPLUS_INCLUDE_DIR)
add_library(track_toml INTERFACE)
add_library(toml::headers ALIAS track_toml)
target_include_directories(track_toml SYSTEM INTERFACE "${TOMLPLUSPLUS_INCLUDE_DIR}")
target_compile_definitions(track_toml INTERFACE TOML_HEADER_ONLY=1)
