#pragma once

#include <functional>
#include <memory>

#include "track/storage/objects/object_store.hpp"

namespace track_test {

using ObjectStoreFactory = std::function<std::unique_ptr<track::storage::ObjectStore>()>;

/// What every ObjectStore owes its callers; called from a TEST_CASE, once an implementation.
void check_object_store_conformance(const ObjectStoreFactory& make_store);

}  // namespace track_test
