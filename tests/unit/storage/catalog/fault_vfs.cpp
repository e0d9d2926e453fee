#include "fault_vfs.hpp"

#include <sqlite3.h>

#include <atomic>
#include <cstddef>
#include <cstring>

namespace track_test {
namespace {

// SQLite calls through C tables, so what they look at is reachable from anywhere.
std::atomic<std::int64_t> g_left{-1};
std::atomic<bool> g_failed{false};
sqlite3_vfs* g_real = nullptr;

struct File {
  sqlite3_file base;
  sqlite3_file* real;
};

sqlite3_file* real_of(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real; }

bool may_go_on() {
  if (g_left < 0) return true;
  if (g_left == 0) {
    g_failed = true;
    return false;
  }
  --g_left;
  return true;
}

int close(sqlite3_file* file) { return real_of(file)->pMethods->xClose(real_of(file)); }
int read(sqlite3_file* file, void* data, int size, sqlite3_int64 at) {
  return real_of(file)->pMethods->xRead(real_of(file), data, size, at);
}
int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
  if (!may_go_on()) return SQLITE_FULL;
  return real_of(file)->pMethods->xWrite(real_of(file), data, size, at);
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (!may_go_on()) return SQLITE_IOERR_TRUNCATE;
  return real_of(file)->pMethods->xTruncate(real_of(file), size);
}
int sync(sqlite3_file* file, int flags) {
  if (!may_go_on()) return SQLITE_IOERR_FSYNC;
  return real_of(file)->pMethods->xSync(real_of(file), flags);
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return real_of(file)->pMethods->xFileSize(real_of(file), size);
}
int lock(sqlite3_file* file, int level) {
  return real_of(file)->pMethods->xLock(real_of(file), level);
}
int unlock(sqlite3_file* file, int level) {
  return real_of(file)->pMethods->xUnlock(real_of(file), level);
}
int check_lock(sqlite3_file* file, int* out) {
  return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}
int file_control(sqlite3_file* file, int op, void* argument) {
  return real_of(file)->pMethods->xFileControl(real_of(file), op, argument);
}
int sector_size(sqlite3_file* file) { return real_of(file)->pMethods->xSectorSize(real_of(file)); }
int characteristics(sqlite3_file* file) {
  return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}
int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  if (extend != 0 && !may_go_on()) return SQLITE_IOERR_SHMSIZE;
  return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, out);
}
int shm_lock(sqlite3_file* file, int offset, int n, int flags) {
  return real_of(file)->pMethods->xShmLock(real_of(file), offset, n, flags);
}
void shm_barrier(sqlite3_file* file) { real_of(file)->pMethods->xShmBarrier(real_of(file)); }
int shm_unmap(sqlite3_file* file, int remove) {
  return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

const sqlite3_io_methods k_methods = {2,
                                      &close,
                                      &read,
                                      &write,
                                      &truncate,
                                      &sync,
                                      &file_size,
                                      &lock,
                                      &unlock,
                                      &check_lock,
                                      &file_control,
                                      &sector_size,
                                      &characteristics,
                                      &shm_map,
                                      &shm_lock,
                                      &shm_barrier,
                                      &shm_unmap,
                                      nullptr,
                                      nullptr};

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto* made = reinterpret_cast<File*>(file);
  std::memset(made, 0, sizeof *made);
  made->real = reinterpret_cast<sqlite3_file*>(reinterpret_cast<std::byte*>(file) + sizeof(File));
  const int result = g_real->xOpen(g_real, name, made->real, flags, out_flags);
  if (made->real->pMethods != nullptr) made->base.pMethods = &k_methods;
  return result;
}

sqlite3_vfs make_vfs() {
  sqlite3_vfs vfs = *g_real;
  vfs.zName = "track-fault";
  vfs.szOsFile = static_cast<int>(sizeof(File)) + g_real->szOsFile;
  vfs.pNext = nullptr;
  vfs.xOpen = &open;
  return vfs;
}

sqlite3_vfs g_vfs;

}  // namespace

FaultVfs::FaultVfs() {
  g_real = sqlite3_vfs_find(nullptr);
  g_vfs = make_vfs();
  g_left = -1;
  g_failed = false;
  sqlite3_vfs_register(&g_vfs, 1);
}

FaultVfs::~FaultVfs() {
  sqlite3_vfs_register(g_real, 1);
  sqlite3_vfs_unregister(&g_vfs);
}

void FaultVfs::fail_after(std::int64_t n) noexcept {
  g_failed = false;
  g_left = n;
}

bool FaultVfs::has_failed() const noexcept { return g_failed; }

}  // namespace track_test
