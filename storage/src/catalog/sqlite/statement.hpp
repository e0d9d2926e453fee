#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "catalog/sqlite/sqlite_api.hpp"

namespace track::storage {

/// Bytes to bind as a BLOB; borrowed for the call.
struct Blob {
  std::span<const std::byte> bytes;
};

/// One prepared statement. Failures throw Error naming the file.
///
/// Thread safety: that of its connection.
class Statement final {
 public:
  Statement(sqlite3* db, std::string_view sql);
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  /// For reading the columns of a statement that someone else owns and steps.
  [[nodiscard]] static Statement borrow(sqlite3_stmt* handle) noexcept { return Statement(handle); }

  /// Binds all parameters in order; text and bytes are copied.
  template <typename... Values>
  void bind(const Values&... values) {
    int index = 0;
    (bind_one(++index, values), ...);
  }

  /// False when there are no more rows.
  bool step();
  /// For statements without rows: steps to the end and resets.
  void run();
  void reset() noexcept;

  [[nodiscard]] int columns() const noexcept;
  [[nodiscard]] bool is_null(int column) const noexcept;
  [[nodiscard]] std::int64_t integer(int column) const noexcept;
  [[nodiscard]] double real(int column) const noexcept;
  [[nodiscard]] bool boolean(int column) const noexcept { return integer(column) != 0; }
  [[nodiscard]] std::string text(int column) const;
  /// Borrowed until the next step.
  [[nodiscard]] std::string_view view(int column) const noexcept;
  [[nodiscard]] std::span<const std::byte> blob(int column) const noexcept;
  [[nodiscard]] std::optional<std::int64_t> find_integer(int column) const noexcept;
  [[nodiscard]] std::optional<double> find_real(int column) const noexcept;
  [[nodiscard]] std::optional<std::string> find_text(int column) const;
  [[nodiscard]] sqlite3_stmt* handle() const noexcept { return handle_; }

  void bind_one(int index, std::nullptr_t);
  void bind_one(int index, bool value) { bind_one(index, std::int64_t{value}); }
  void bind_one(int index, int value) { bind_one(index, std::int64_t{value}); }
  void bind_one(int index, std::int64_t value);
  void bind_one(int index, std::uint64_t value) {
    bind_one(index, static_cast<std::int64_t>(value));
  }
  void bind_one(int index, double value);
  void bind_one(int index, std::string_view value);
  void bind_one(int index, const std::string& value) { bind_one(index, std::string_view(value)); }
  void bind_one(int index, const char* value) { bind_one(index, std::string_view(value)); }
  void bind_one(int index, const Blob& value);
  template <typename T>
  void bind_one(int index, const std::optional<T>& value) {
    if (value) {
      bind_one(index, *value);
    } else {
      bind_one(index, nullptr);
    }
  }

 private:
  explicit Statement(sqlite3_stmt* handle) noexcept : handle_(handle), owns_(false) {}
  void check(int result) const;

  sqlite3_stmt* handle_ = nullptr;
  bool owns_ = true;
};

}  // namespace track::storage
