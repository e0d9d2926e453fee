#include "track/storage/catalog/catalog.hpp"

namespace track::storage {

Catalog::~Catalog() = default;
PointSink::~PointSink() = default;

}  // namespace track::storage
