#include "journal/name_cache.hpp"

#include <catch2/catch.hpp>
#include <deque>
#include <string>

using track::storage::journal::NameCache;

TEST_CASE("a cache of names finds what was put in, and nothing else", "[journal]") {
  NameCache cache;
  CHECK(cache.find("loss") == NameCache::k_unknown);
  cache.insert("loss", 3);
  cache.insert("los", 4);
  CHECK(cache.find("loss") == 3);
  CHECK(cache.find("los") == 4);
  CHECK(cache.find("losses") == NameCache::k_unknown);
  CHECK(cache.find("") == NameCache::k_unknown);
  cache.insert("loss", 5);  // a name keeps its series
  CHECK(cache.find("loss") == 3);
}

TEST_CASE("a cache of names that grows keeps every name, up to its most", "[journal]") {
  std::deque<std::string> names;
  NameCache cache;
  for (std::uint32_t i = 0; i < 5000; ++i)
    cache.insert(names.emplace_back("layer_" + std::to_string(i) + "/grad_norm"), i);
  for (std::uint32_t i = 0; i < 4096; ++i) CHECK(cache.find(names[i]) == i);
  for (std::uint32_t i = 4096; i < 5000; ++i) CHECK(cache.find(names[i]) == NameCache::k_unknown);
}
