#include "track/storage/catalog/catalog.hpp"

namespace track::storage {

Catalog::~Catalog() = default;

}  // namespace track::storage
