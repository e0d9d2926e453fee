#pragma once

#include <string_view>

// Names of captured fields that other parts of the library read. A name never
// changes its meaning: it is in every store. docs/formats.md lists all fields.

namespace track::detail::fields {

// Section code.
inline constexpr std::string_view k_code_kind = "kind";      ///< "git", "directory"
inline constexpr std::string_view k_code_head = "head";      ///< commit id; absent: unborn
inline constexpr std::string_view k_code_branch = "branch";  ///< diagnostic
inline constexpr std::string_view k_code_dirty = "dirty";  ///< bool: the tree is not what HEAD says
inline constexpr std::string_view k_code_root = "root";    ///< path of the code root; personal
inline constexpr std::string_view k_code_snapshot = "snapshot";  ///< tree digest; also the object
inline constexpr std::string_view k_code_listing =
    "listing";  ///< digest of the JSON listing; also the object
inline constexpr std::string_view k_code_complete = "complete";  ///< bool: nothing was left out
inline constexpr std::string_view k_code_torn = "torn";  ///< bool: changed while it was read
inline constexpr std::string_view k_code_object_format = "object_format";  ///< "sha1", "sha256"
inline constexpr std::string_view k_code_remotes =
    "remotes";  ///< JSON object: name → URL without user; personal
inline constexpr std::string_view k_code_unpushed =
    "unpushed";  ///< bool: no remote branch holds HEAD; absent: no remote branches; diagnostic
inline constexpr std::string_view k_code_operation =
    "operation";  ///< "merge", "rebase", … in progress; diagnostic
inline constexpr std::string_view k_code_checkout =
    "checkout";  ///< JSON array of "shallow", "partial", "sparse", "worktree"; diagnostic
inline constexpr std::string_view k_code_submodules =
    "submodules";  ///< JSON array of {"path", "head", "recorded", "dirty"}
inline constexpr std::string_view k_code_files = "files";  ///< files in the snapshot; diagnostic
inline constexpr std::string_view k_code_skipped = "skipped";  ///< files left out; diagnostic

// Section program.
inline constexpr std::string_view k_program_path = "path";
inline constexpr std::string_view k_program_digest =
    "digest";  ///< also the object, up to the limit
inline constexpr std::string_view k_program_build_id = "build_id";  ///< GNU build id, hex
inline constexpr std::string_view k_program_interpreter =
    "interpreter";  ///< digest of a script's interpreter; absent: none
inline constexpr std::string_view k_program_script =
    "script";  ///< digest of the script; absent: none

inline constexpr std::string_view k_program_interpreter_path = "interpreter_path";
inline constexpr std::string_view k_program_script_path = "script_path";

// Section invocation.
/// JSON array. Where an argument holds a secret: redacted, the detail naming positions and rules.
inline constexpr std::string_view k_argv = "argv";
/// JSON array for people, only where argv is redacted: secrets stand as "[redacted]"; diagnostic.
inline constexpr std::string_view k_argv_shown = "argv_shown";
inline constexpr std::string_view k_working_directory =
    "cwd";  ///< relative to the code root where below it
inline constexpr std::string_view k_environment_prefix =
    "env.";  ///< env.NAME for each allow-listed variable, in the section that it decides
inline constexpr std::string_view k_environment_names =
    "env_names";  ///< JSON array: names of all other variables; diagnostic
inline constexpr std::string_view k_environment_changed =
    "env_changed";  ///< JSON array: allow-listed variables set anew since process start; diagnostic
inline constexpr std::string_view k_umask = "umask";          ///< "0022"
inline constexpr std::string_view k_limits = "limits";        ///< JSON object: soft resource limits
inline constexpr std::string_view k_time_zone = "time_zone";  ///< TZ, else the system's
inline constexpr std::string_view k_locale = "locale";        ///< setlocale's answer

// Section software.
inline constexpr std::string_view k_libc = "libc";  ///< "glibc 2.36"
inline constexpr std::string_view k_objects =
    "objects";  ///< JSON object: soname → {"path", "digest", "build_id"}
inline constexpr std::string_view k_locks =
    "locks";  ///< JSON object: lock file → digest; absent: none found
inline constexpr std::string_view k_kernel = "kernel";  ///< "Linux 6.1.0-13-amd64"; diagnostic

// Section numerics.
inline constexpr std::string_view k_fp_control =
    "fp_control";  ///< MXCSR & 0xFFC0 or FPCR, "0x1f80"

// Section threads.
inline constexpr std::string_view k_affinity = "affinity";    ///< "0-3,8"
inline constexpr std::string_view k_cpu_count = "cpu_count";  ///< processors in the affinity mask
inline constexpr std::string_view k_cpu_quota =
    "cpu_quota";  ///< cgroup quota in processors; absent: none
inline constexpr std::string_view k_thread_count =
    "thread_count";  ///< at finish, the library's helper left out

// Section distributed.
inline constexpr std::string_view k_world_size = "world_size";
inline constexpr std::string_view k_rank = "rank";

// Section hardware.
inline constexpr std::string_view k_architecture = "architecture";
inline constexpr std::string_view k_endianness = "endianness";
inline constexpr std::string_view k_memory = "memory";  ///< bytes
inline constexpr std::string_view k_cpu_vendor = "cpu_vendor";
inline constexpr std::string_view k_cpu_isa = "cpu_isa";  ///< sorted flags of the effective ISA
inline constexpr std::string_view k_cpu_caches = "cpu_caches";
inline constexpr std::string_view k_cpu_dispatch = "cpu_dispatch";  ///< libc's hwcaps level
inline constexpr std::string_view k_cpu_model = "cpu_model";        ///< "family/model/stepping"
inline constexpr std::string_view k_microcode = "microcode";        ///< diagnostic
inline constexpr std::string_view k_cpu_name = "cpu_name";          ///< as sold; diagnostic
inline constexpr std::string_view k_hypervisor = "hypervisor";      ///< bool
inline constexpr std::string_view k_numa = "numa";                  ///< nodes with their processors
inline constexpr std::string_view k_machine_id =
    "machine_id";  ///< keyed hash; personal; unavailable in a container

// Section resources.
inline constexpr std::string_view k_peak_memory = "peak_rss";  ///< bytes
inline constexpr std::string_view k_wall_seconds = "wall_seconds";
inline constexpr std::string_view k_user_seconds = "user_seconds";      ///< CPU time in the program
inline constexpr std::string_view k_system_seconds = "system_seconds";  ///< CPU time in the kernel
inline constexpr std::string_view k_read_bytes = "read_bytes";          ///< from disk
inline constexpr std::string_view k_written_bytes = "written_bytes";    ///< to disk
inline constexpr std::string_view k_capture_prefix =
    "capture.";  ///< capture.NAME: milliseconds that a collector took

}  // namespace track::detail::fields
