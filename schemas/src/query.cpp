#include "track/schemas/query.hpp"

namespace track {

SqlSink::~SqlSink() = default;

}  // namespace track
