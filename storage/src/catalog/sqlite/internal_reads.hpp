#pragma once

namespace track::storage {

/// Whether statements of our own are being prepared inside a user's query: they may read tables
/// that the query itself may not.
struct InternalReads {
  int depth = 0;
};

class InternalScope final {
 public:
  explicit InternalScope(InternalReads& reads) noexcept : reads_(reads) { ++reads_.depth; }
  InternalScope(const InternalScope&) = delete;
  InternalScope& operator=(const InternalScope&) = delete;
  ~InternalScope() { --reads_.depth; }

 private:
  InternalReads& reads_;
};

}  // namespace track::storage
