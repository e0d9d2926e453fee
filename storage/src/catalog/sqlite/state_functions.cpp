#include "catalog/sqlite/state_functions.hpp"

#include <memory>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "catalog/sqlite/run_reader.hpp"
#include "catalog/sqlite/sqlite_error.hpp"
#include "catalog/sqlite/statement.hpp"
#include "catalog/sqlite/tail_reader.hpp"
#include "track/schemas/error.hpp"

namespace track::storage {
namespace {

struct Context {
  std::filesystem::path journals;
  InternalReads* internal;
};

std::optional<DerivedState> state_of(sqlite3* db, const Context& context, std::string_view run) {
  const InternalScope scope(*context.internal);
  Statement facts(db, k_select_state_facts);
  facts.bind(run);
  if (!facts.step()) return std::nullopt;
  const auto known = read_state_facts(facts, 0);
  Statement members(db, k_select_members);
  members.bind(run);
  return derive_state(db, RunId{std::string(run)}, known, read_members(members), context.journals);
}

template <typename Give>
void answer(sqlite3_context* call, sqlite3_value** arguments, Give give) {
  try {
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(arguments[0]));
    const auto& context = *static_cast<Context*>(sqlite3_user_data(call));
    const auto state =
        state_of(sqlite3_context_db_handle(call), context, text != nullptr ? text : "");
    if (!state) return sqlite3_result_null(call);
    const std::string_view result = give(*state);
    sqlite3_result_text(call, result.data(), static_cast<int>(result.size()), SQLITE_TRANSIENT);
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(call);
  } catch (const std::exception& e) {
    sqlite3_result_error(call, e.what(), -1);
  }
}

void track_state(sqlite3_context* call, int, sqlite3_value** arguments) {
  answer(call, arguments, [](const DerivedState& state) { return to_string(state.state); });
}

void track_end_reason(sqlite3_context* call, int, sqlite3_value** arguments) {
  answer(call, arguments,
         [](const DerivedState& state) -> std::string_view { return state.reason; });
}

void destroy(void* context) { delete static_cast<Context*>(context); }

}  // namespace

DerivedState derive_state(sqlite3* db, const RunId& run, const StateFacts& facts,
                          std::span<const MemberRecord> members,
                          const std::filesystem::path& journals) {
  auto state = derive_state(facts, members, journals);
  if (state.state == RunState::killed && has_unread(db, journals, run, members))
    return unknown_state(facts);
  return state;
}

void register_state_functions(sqlite3* db, const std::filesystem::path& journals,
                              InternalReads& internal) {
  const auto add = [&](const char* name, auto function) {
    auto context = std::make_unique<Context>(Context{journals, &internal});
    // SQLite calls `destroy` also where it refuses.
    const int result =
        sqlite3_create_function_v2(db, name, 1, SQLITE_UTF8 | SQLITE_INNOCUOUS, context.release(),
                                   function, nullptr, nullptr, &destroy);
    if (result != SQLITE_OK) throw_sqlite(db, result, "extend catalog");
  };
  add("track_state", &track_state);
  add("track_end_reason", &track_end_reason);
}

}  // namespace track::storage
