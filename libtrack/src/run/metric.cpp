#include "track/metric.hpp"

#include <utility>

#include "run/run_core.hpp"

namespace track {

Metric::Metric() noexcept = default;
Metric::Metric(std::shared_ptr<detail::RunCore> core, std::uint32_t series) noexcept
    : core_(std::move(core)), series_(series) {}
Metric::Metric(const Metric&) noexcept = default;
Metric::Metric(Metric&&) noexcept = default;
Metric& Metric::operator=(const Metric&) noexcept = default;
Metric& Metric::operator=(Metric&&) noexcept = default;
Metric::~Metric() = default;

bool Metric::append(std::int64_t step, double value) noexcept {
  return core_ && core_->append_point(series_, step, value);
}

}  // namespace track
