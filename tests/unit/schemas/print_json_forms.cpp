#include <cstdio>

#include "json_form_samples.hpp"

// Prints "<schema> <document>", a line a sample, for check_json_schemas.py.
int main() {
  for (const auto& [schema, document] : track_test::json_form_samples()) {
    std::printf("%s %s\n", schema.c_str(), document.dump().c_str());
  }
}
