#include "commands/commands.hpp"

#include <CLI/CLI.hpp>

namespace track::cli {

void add_commands(CLI::App& app, Context& context) {
  add_init(app, context);
  add_run(app, context);
  add_log(app, context);
  add_log_artifact(app, context);
  add_ls(app, context);
  add_show(app, context);
  add_diff(app, context);
  add_plot(app, context);
  add_watch(app, context);
  add_logs(app, context);
  add_files(app, context);
  add_get(app, context);
  add_note(app, context);
  add_tag(app, context);
  add_rename(app, context);
  add_replay(app, context);
  add_promote(app, context);
  add_rollback(app, context);
  add_models(app, context);
  add_resolve(app, context);
  add_approve(app, context);
  add_waive(app, context);
  add_revoke(app, context);
  add_policy(app, context);
  add_key(app, context);
  add_audit(app, context);
  add_sql(app, context);
  add_ingest(app, context);
  add_verify(app, context);
  add_gc(app, context);
  add_du(app, context);
  add_rm(app, context);
  add_restore(app, context);
  add_restore_code(app, context);
  add_config(app, context);
  add_doctor(app, context);
  add_completion(app, context);
  add_complete(app, context);
}

bool takes_command(const CLI::App& command) {
  const std::string& name = command.get_name();
  return name == "run" || name == "__complete";
}

}  // namespace track::cli
