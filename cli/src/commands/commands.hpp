#pragma once

#include "context.hpp"

namespace CLI {
class App;
}

namespace track::cli {

// One function a command, each in the file of its name.
void add_approve(CLI::App& app, Context& context);
void add_audit(CLI::App& app, Context& context);
void add_complete(CLI::App& app, Context& context);
void add_completion(CLI::App& app, Context& context);
void add_config(CLI::App& app, Context& context);
void add_diff(CLI::App& app, Context& context);
void add_doctor(CLI::App& app, Context& context);
void add_du(CLI::App& app, Context& context);
void add_files(CLI::App& app, Context& context);
void add_gc(CLI::App& app, Context& context);
void add_get(CLI::App& app, Context& context);
void add_ingest(CLI::App& app, Context& context);
void add_init(CLI::App& app, Context& context);
void add_key(CLI::App& app, Context& context);
void add_log(CLI::App& app, Context& context);
void add_log_artifact(CLI::App& app, Context& context);
void add_logs(CLI::App& app, Context& context);
void add_ls(CLI::App& app, Context& context);
void add_models(CLI::App& app, Context& context);
void add_note(CLI::App& app, Context& context);
void add_plot(CLI::App& app, Context& context);
void add_policy(CLI::App& app, Context& context);
void add_promote(CLI::App& app, Context& context);
void add_rename(CLI::App& app, Context& context);
void add_replay(CLI::App& app, Context& context);
void add_resolve(CLI::App& app, Context& context);
void add_restore(CLI::App& app, Context& context);
void add_restore_code(CLI::App& app, Context& context);
void add_revoke(CLI::App& app, Context& context);
void add_rm(CLI::App& app, Context& context);
void add_rollback(CLI::App& app, Context& context);
void add_run(CLI::App& app, Context& context);
void add_show(CLI::App& app, Context& context);
void add_sql(CLI::App& app, Context& context);
void add_tag(CLI::App& app, Context& context);
void add_verify(CLI::App& app, Context& context);
void add_waive(CLI::App& app, Context& context);
void add_watch(CLI::App& app, Context& context);

/// All of them, in the order in which help lists them.
void add_commands(CLI::App& app, Context& context);

/// Whether what follows `--` is for the command to take whole.
[[nodiscard]] bool takes_command(const CLI::App& command);

}  // namespace track::cli
