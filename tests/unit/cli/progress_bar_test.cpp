#include "render/progress_bar.hpp"

#include <catch2/catch.hpp>
#include <sstream>

using namespace track::cli;
using std::chrono::milliseconds;

namespace {

constexpr Terminal k_terminal{
    .is_terminal = true, .width = 100, .colour = false, .utf8 = false, .moves_cursor = true};

}  // namespace

TEST_CASE("progress is silent for work of up to a second", "[cli]") {
  std::ostringstream out;
  milliseconds now{0};
  {
    ProgressBar progress(out, k_terminal, ProgressUnit::items, [&] { return now; });
    now = milliseconds{1000};
    progress.update("ingest", 5, 10);
  }
  CHECK(out.str().empty());
}

TEST_CASE("progress appears after a second and is wiped at the end", "[cli]") {
  std::ostringstream out;
  milliseconds now{0};
  ProgressBar progress(out, k_terminal, ProgressUnit::items, [&] { return now; });
  now = milliseconds{2000};
  progress.update("ingest", 5, 10);
  CHECK(out.str() == "\ringest ############............  50%  5 of 10  2.5/s  2.0 s left\x1b[K");
  out.str("");
  now = milliseconds{2050};
  progress.update("ingest", 6, 10);
  CHECK(out.str().empty());
  progress.finish();
  CHECK(out.str() == "\r\x1b[K");
  progress.finish();
  CHECK(out.str() == "\r\x1b[K");
}

TEST_CASE("progress is silent where stderr is no terminal", "[cli]") {
  std::ostringstream out;
  milliseconds now{0};
  ProgressBar progress(out, Terminal{}, ProgressUnit::items, [&] { return now; });
  now = milliseconds{5000};
  progress.update("ingest", 5, 10);
  progress.finish();
  CHECK(out.str().empty());
}

TEST_CASE("progress of unknown length shows amount and rate", "[cli]") {
  CHECK(format_progress("copy", ProgressUnit::bytes, milliseconds{2000}, 4096, 0, k_terminal) ==
        "copy  4.0 KiB  2.0 KiB/s");
}

TEST_CASE("progress never exceeds the width of the terminal", "[cli]") {
  std::ostringstream out;
  milliseconds now{0};
  Terminal narrow = k_terminal;
  narrow.width = 20;
  ProgressBar progress(out, narrow, ProgressUnit::items, [&] { return now; });
  now = milliseconds{2000};
  progress.update("ingest", 5, 10);
  CHECK(out.str() == "\ringest ###########~\x1b[K");
}
