#include "query/selector.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <string>

#include "query_fixture.hpp"

using namespace track;       // NOLINT: a test file
using namespace track_test;  // NOLINT: a test file

namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_inf = std::numeric_limits<double>::infinity();

std::string find(const QueryStore& store, std::string_view selector) {
  return detail::resolve_run(store.catalog(), selector).value;
}

Error failure(const QueryStore& store, std::string_view selector) {
  CAPTURE(selector);
  return failure_of([&] { return detail::resolve_run(store.catalog(), selector); });
}

ErrorCode code(const QueryStore& store, std::string_view selector) {
  return failure(store, selector).code();
}

void add_metric(const QueryStore& store, const std::string& id, std::vector<double> values,
                Goal goal = Goal::none, const SeriesKey& series = {"acc", {}}) {
  auto segment = begin(id_of(id));
  if (goal != Goal::none) segment.add(goal_of(series.name, goal));
  store.add(segment.points(series, 0, std::move(values)));
}

void promote(const QueryStore& store, const std::string& id, std::uint8_t content) {
  storage::RegistryChange change;
  change.action = Action::promote;
  change.model = "digits";
  change.alias = "production";
  ModelVersionRecord candidate;
  candidate.digest = Digest{{content}};
  candidate.run = id_of(id);
  candidate.artifact = "model";
  change.candidate = candidate;
  change.actor = "ann";
  change.reason = "better";
  change.detail = "{}";
  store.catalog().apply(change);
}

}  // namespace

TEST_CASE("An id's prefix of four and more finds its run, in either case", "[query]") {
  const QueryStore store;
  store.add(begin(id_of("abcd1")));
  store.add(begin(id_of("abce1")));
  CHECK(find(store, "abcd") == id_of("abcd1").value);
  CHECK(find(store, "ABCE1") == id_of("abce1").value);
  CHECK(find(store, id_of("abce1").value) == id_of("abce1").value);

  const auto short_one = failure(store, "abc");
  CHECK(short_one.code() == ErrorCode::not_found);
  CHECK(says(short_one, "4 characters or more"));
  CHECK(code(store, "abcf") == ErrorCode::not_found);
  CHECK(code(store, id_of("abce1").value + "0") == ErrorCode::not_found);
}

TEST_CASE("A prefix or a name that fits several runs is refused, naming them", "[query]") {
  const QueryStore store;
  store.add(begin(id_of("aaaa1"), {.name = "one"}));
  store.add(begin(id_of("aaaa2"), {.name = "two"}));
  const auto error = failure(store, "aaaa");
  CHECK(error.code() == ErrorCode::ambiguous);
  CHECK(says(error, id_of("aaaa1").value + " (one)"));
  CHECK(says(error, id_of("aaaa2").value + " (two)"));
  CHECK(error.hint() == "use more of the id");

  for (char last = '0'; last < '8'; ++last)
    store.add(begin(id_of(std::string("bbbb") + last), {.name = "many"}));
  const auto many = failure(store, "many");
  CHECK(many.code() == ErrorCode::ambiguous);
  CHECK(says(many, "bbbb2"));
  CHECK_FALSE(says(many, "bbbb1"));  // the newest six, and a sign that there are more
  CHECK(says(many, "…"));
}

TEST_CASE("A name finds its run, also where it looks like an id", "[query]") {
  const QueryStore store;
  store.add(begin(id_of("aaaa1"), {.name = "first try"}));
  store.add(begin(id_of("cccc1"), {.name = "aaaa"}));
  store.add(begin(id_of("dddd1"), {.name = "dddd"}));
  store.add(begin(id_of("eeee1"), {.name = id_of("aaaa1").value}));
  CHECK(find(store, "first try") == id_of("aaaa1").value);
  CHECK(find(store, "dddd") == id_of("dddd1").value);                // name and prefix of one run
  CHECK(code(store, "aaaa") == ErrorCode::ambiguous);                // one's prefix, another's name
  CHECK(find(store, id_of("aaaa1").value) == id_of("aaaa1").value);  // a whole id is an id
  CHECK(code(store, "First try") == ErrorCode::not_found);
  CHECK(code(store, "first") == ErrorCode::not_found);
  CHECK(code(store, "first%") == ErrorCode::not_found);
  CHECK(code(store, "x' OR '1'='1") == ErrorCode::not_found);
}

TEST_CASE("A removed run is found among the removed ones only", "[query]") {
  const QueryStore store;
  store.add(begin(id_of("aaaa1"), {.name = "gone"}));
  store.add(begin(id_of("aaaa2"), {.name = "kept"}));
  const std::vector<RunId> gone = {id_of("aaaa1")};
  store.catalog().remove(gone, {5000});
  CHECK(find(store, "aaaa") == id_of("aaaa2").value);
  CHECK(find(store, "@latest") == id_of("aaaa2").value);
  CHECK(code(store, "gone") == ErrorCode::not_found);
  CHECK(detail::resolve_word(store.catalog(), "gone", true) == id_of("aaaa1"));
  CHECK(detail::resolve_word(store.catalog(), "aaaa", true) == id_of("aaaa1"));
  CHECK_THROWS_AS(detail::resolve_word(store.catalog(), "kept", true), Error);
}

TEST_CASE("@latest counts back over runs that are no replays", "[query]") {
  const QueryStore store;
  CHECK(says(failure(store, "@latest"), "there are no runs"));
  store.add(begin(id_of("aaaa1"), {.time = 1000}));
  store.add(begin(id_of("aaaa3"), {.time = 3000}));
  store.add(begin(id_of("aaaa2"), {.time = 2000}));
  store.add(begin(id_of("aaaa4"), {.time = 4000, .kind = RunKind::replay}));
  CHECK(find(store, "@latest") == id_of("aaaa3").value);
  CHECK(find(store, "@latest~0") == id_of("aaaa3").value);
  CHECK(find(store, "@latest~1") == id_of("aaaa2").value);
  CHECK(find(store, "@latest~2") == id_of("aaaa1").value);

  const auto far = failure(store, "@latest~3");
  CHECK(far.code() == ErrorCode::not_found);
  CHECK(says(far, "there are not so many runs"));
  CHECK(code(store, "@latest~18446744073709551615") == ErrorCode::not_found);
  for (const auto* text : {"@latest~", "@latest~x", "@latest~-1", "@latest~1x", "@latest~ 1",
                           "@latest~18446744073709551616", "@latest1", "@nothing", "@", ""}) {
    CAPTURE(text);
    CHECK(code(store, text) == ErrorCode::usage);
  }
}

TEST_CASE("@best follows the declared goal, and a value that is not finite never wins", "[query]") {
  const QueryStore store;
  add_metric(store, "aaaa1", {0.5, 0.9, 0.7}, Goal::maximize);
  add_metric(store, "aaaa2", {0.8, k_nan, k_inf}, Goal::maximize);
  add_metric(store, "aaaa3", {k_nan}, Goal::maximize);
  add_metric(store, "aaaa4", {0.1, -k_inf});  // declares nothing, and agrees with the others
  CHECK(find(store, "@best:acc") == id_of("aaaa1").value);
  CHECK(find(store, "@best:acc:max") == id_of("aaaa1").value);
  CHECK(find(store, "@best:acc:min") == id_of("aaaa4").value);

  auto replay = begin(id_of("aaaa5"), {.kind = RunKind::replay});
  store.add(replay.points({"acc", {}}, 0, {1.0}));
  CHECK(find(store, "@best:acc") == id_of("aaaa1").value);
  const std::vector<RunId> winner = {id_of("aaaa1")};
  store.catalog().remove(winner, {5000});
  CHECK(find(store, "@best:acc") == id_of("aaaa2").value);
}

TEST_CASE("@best without one direction, or without a value, says what is missing", "[query]") {
  const QueryStore store;
  add_metric(store, "aaaa1", {0.5});
  const auto aimless = failure(store, "@best:acc");
  CHECK(aimless.code() == ErrorCode::usage);
  CHECK(says(aimless, "no declared goal; add :min or :max"));

  add_metric(store, "aaaa2", {0.5}, Goal::maximize);
  add_metric(store, "aaaa3", {0.5}, Goal::minimize);
  const auto torn = failure(store, "@best:acc");
  CHECK(torn.code() == ErrorCode::usage);
  CHECK(says(torn, "different goals"));

  const auto none = failure(store, "@best:los:min");
  CHECK(none.code() == ErrorCode::not_found);
  CHECK(says(none, "no run has the metric 'los'"));
  add_metric(store, "aaaa4", {k_nan, k_inf}, Goal::minimize, {"loss", {}});
  const auto nothing_finite = failure(store, "@best:loss");
  CHECK(nothing_finite.code() == ErrorCode::not_found);
  CHECK(says(nothing_finite, "finite"));
  for (const auto* text : {"@best:", "@best::max", "@best:acc{", "@best:acc{split}"}) {
    CAPTURE(text);
    CHECK(code(store, text) == ErrorCode::usage);
  }
}

TEST_CASE("@best of a bare name means the bare series, and labels pick another", "[query]") {
  const QueryStore store;
  const SeriesKey val{"acc", {{"split", "val"}}};
  add_metric(store, "aaaa1", {0.5}, Goal::maximize);
  add_metric(store, "aaaa2", {0.9}, Goal::maximize, val);
  add_metric(store, "aaaa3", {0.7}, Goal::maximize, val);
  CHECK(find(store, "@best:acc") == id_of("aaaa1").value);
  CHECK(find(store, "@best:acc{split=val}") == id_of("aaaa2").value);
  CHECK(find(store, "@best:acc{split=val}:min") == id_of("aaaa3").value);
  CHECK(code(store, "@best:acc{split=test}") == ErrorCode::not_found);
  add_metric(store, "aaaa4", {0.1}, Goal::maximize, {"f1", {{"split", "val"}}});
  CHECK(find(store, "@best:f1") == id_of("aaaa4").value);
}

TEST_CASE("@best of a bare name that a run has under several labels is ambiguous", "[query]") {
  const QueryStore store;
  const SeriesKey val{"acc", {{"split", "val"}}};
  auto both = begin(id_of("aaaa1"));
  both.points(val, 0, {0.5});
  store.add(both.points({"acc", {{"split", "train"}}}, 0, {0.9}));
  add_metric(store, "aaaa2", {0.7}, Goal::maximize, val);
  const auto error = failure(store, "@best:acc");
  CHECK(error.code() == ErrorCode::ambiguous);
  CHECK(says(error, "acc{split=val}"));
  CHECK(says(error, "acc{split=train}"));
  CHECK(error.hint() == "name one with its labels, as name{label=value}");
  CHECK(find(store, "@best:acc{split=val}") == id_of("aaaa2").value);
  CHECK(find(store, "@best:acc{split=train}:max") == id_of("aaaa1").value);

  auto ranks = begin(id_of("aaaa3"));
  ranks.points({"loss", {{"rank", "0"}}}, 0, {0.5});
  store.add(ranks.points({"loss", {{"rank", "1"}}}, 0, {0.7}));
  CHECK(find(store, "@best:loss:min") == id_of("aaaa3").value);
}

TEST_CASE("A model's alias or version finds the run that made it", "[query]") {
  const QueryStore store;
  store.add(begin(id_of("aaaa1")));
  store.add(begin(id_of("aaaa2")));
  promote(store, "aaaa1", 1);
  promote(store, "aaaa2", 2);
  CHECK(find(store, "model:digits@production") == id_of("aaaa2").value);
  CHECK(find(store, "model:digits/1") == id_of("aaaa1").value);
  CHECK(find(store, "model:digits/2") == id_of("aaaa2").value);

  CHECK(says(failure(store, "model:digits@staging"), "no such alias"));
  CHECK(says(failure(store, "model:digits/3"), "no such version"));
  for (const auto* text :
       {"model:digits@staging", "model:letters@production", "model:digits@", "model:digits/0",
        "model:digits/3", "model:letters/1", "model:digits/18446744073709551615"}) {
    CAPTURE(text);
    CHECK(code(store, text) == ErrorCode::not_found);
  }
  for (const auto* text : {"model:digits", "model:", "model:digits/", "model:digits/x",
                           "model:digits/-1", "model:digits/1x"}) {
    CAPTURE(text);
    CHECK(code(store, text) == ErrorCode::usage);
  }
}

TEST_CASE("A word that is an experiment's leads to the list of its runs", "[query]") {
  const QueryStore store;
  store.add(begin(id_of("abcd1")));
  const auto experiment = store.catalog().find_run(id_of("abcd1"))->experiment;
  const auto meant = failure(store, experiment);
  CHECK(meant.code() == ErrorCode::not_found);
  CHECK(meant.hint().find("track ls " + experiment) != std::string::npos);
  CHECK(failure(store, "neither").hint() == "list runs with track ls");
}
