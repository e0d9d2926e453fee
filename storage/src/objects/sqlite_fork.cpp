#include "objects/sqlite_fork.hpp"

#include <pthread.h>
#include <sqlite3.h>

#include <array>
#include <mutex>

namespace track::storage {
namespace {

// In the order in which SQLite takes them: whoever holds one may go on to one further down, as
// from the name of a temporary file to a random number to the list of file systems.
constexpr std::array k_order = {SQLITE_MUTEX_STATIC_VFS1, SQLITE_MUTEX_STATIC_OPEN,
                                SQLITE_MUTEX_STATIC_PRNG, SQLITE_MUTEX_STATIC_MAIN,
                                SQLITE_MUTEX_STATIC_LRU,  SQLITE_MUTEX_STATIC_PMEM,
                                SQLITE_MUTEX_STATIC_MEM};

void enter_all() {
  for (const int id : k_order) sqlite3_mutex_enter(sqlite3_mutex_alloc(id));
}

void leave_all() {
  for (auto id = k_order.rbegin(); id != k_order.rend(); ++id) {
    sqlite3_mutex_leave(sqlite3_mutex_alloc(*id));
  }
}

}  // namespace

void keep_sqlite_usable_over_fork() {
  static std::once_flag once;
  std::call_once(once, [] {
    sqlite3_initialize();  // allocating a mutex must not be what initialises it, in a handler
    pthread_atfork(&enter_all, &leave_all, &leave_all);
  });
}

}  // namespace track::storage
