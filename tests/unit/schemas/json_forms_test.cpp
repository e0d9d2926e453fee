#include "track/schemas/json_forms.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "json_form_samples.hpp"

namespace {

/// The first sample of each schema: the one with all members.
std::map<std::string, std::string> full_forms() {
  std::map<std::string, std::string> forms;
  for (const auto& [schema, document] : track_test::json_form_samples())
    forms.emplace(schema, document.dump());
  return forms;
}

}  // namespace

TEST_CASE("records stand in JSON as their schemas describe them", "[schemas]") {
  const auto forms = full_forms();
  CHECK(forms.at("run") ==
        R"({"id":"0123456789abcdef","name":"digits-0123","experiment":"digits",)"
        R"("parent":"ghjkmnpqrstvwxyz","replay_of":"0123456789abcdef","group":"grid",)"
        R"("kind":"replay","state":"failed","end_reason":"signal SIGTERM",)"
        R"("exit_code":143,"end_signal":15,"attempt":2,"note":"a note","user":"ann",)"
        R"("host":"box","source":"api","start":"2026-01-31T08:15:00.123Z",)"
        R"("end":"2026-01-31T08:15:00.123Z","dropped":7,"losses":["a file: disk full"]})");
  CHECK(forms.at("param") ==
        R"({"run":"0123456789abcdef","name":"lr","type":"real","value":"Infinity"})");
  CHECK(forms.at("metric") ==
        R"({"run":"0123456789abcdef","metric":"loss","labels":{"split":"val"},)"
        R"("count":3,"first":{"step":0,"value":1.5},"last":{"step":2,"value":"NaN"},)"
        R"("min":{"step":1,"value":0.5},"max":{"step":0,"value":1.5},"best":{"step":1,)"
        R"("value":0.5},"mean":1.0,"n_nan":1,"n_inf":2,"last_is_nan":true,)"
        R"("goal":"minimize","unit":"nats","axis":"epoch","summary":"best",)"
        R"("deterministic":false,"first_time":"2026-01-31T08:15:00.123Z",)"
        R"("last_time":"2026-01-31T08:15:00.123Z"})");
  CHECK(forms.at("artifact") ==
        R"({"run":"0123456789abcdef","name":"model","kind":"model","state":"lost",)"
        R"("detail":"disk full",)"
        R"("digest":"b3:0000000000000000000000000000000000000000000000000000000000000000",)"
        R"("sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",)"
        R"("size":18446744073709551615,"is_tree":false,"step":-1,"path":"model.bin",)"
        R"("deterministic":true,"rank":0,"attempt":1,"time":"2026-01-31T08:15:00.123Z"})");
  CHECK(forms.at("dataset") ==
        R"({"run":"0123456789abcdef","name":"train","uri":"data/train.csv",)"
        R"("digest":"b3:0000000000000000000000000000000000000000000000000000000000000000",)"
        R"("sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",)"
        R"("size":0,"count":1,"method":"full","is_tree":false,"stored":false,)"
        R"("changed":true,"detail":"grew","time":"2026-01-31T08:15:00.123Z"})");
  CHECK(forms.at("field") ==
        R"({"section":"code","name":"patch","phase":"start","class":"key",)"
        R"("state":"known","type":"real","value":-0.0,"detail":null,)"
        R"("object":"b3:0000000000000000000000000000000000000000000000000000000000000000"})");
  CHECK(forms.at("transition") ==
        R"({"sequence":7,"alias_sequence":2,"model":"digits","alias":"production",)"
        R"("from":1,"to":3,)"
        R"("digest":"b3:0000000000000000000000000000000000000000000000000000000000000000",)"
        R"("action":"waive","actor":"ann","reason":"why",)"
        R"("policy":"b3:0000000000000000000000000000000000000000000000000000000000000000",)"
        R"("evidence":"b3:0000000000000000000000000000000000000000000000000000000000000000",)"
        R"("idempotency_key":"key","detail":{"gate":"accuracy"},)"
        R"("time":"2026-01-31T08:15:00.123Z"})");
  CHECK(forms.at("audit-record") ==
        R"({"sequence":2,"time":"2026-01-31T08:15:00.123Z","event":"version",)"
        R"("payload":{"a":1},)"
        R"("previous":"b3:0000000000000000000000000000000000000000000000000000000000000000",)"
        R"("hash":"b3:0000000000000000000000000000000000000000000000000000000000000000"})");
  CHECK(forms.at("error") ==
        R"({"error":{"code":"not_found","message":"cannot show run 'x': no such run",)"
        R"("hint":"try track ls"}})");
  CHECK(forms.at("divergence") ==
        R"({"metric":"loss","labels":{"split":"val"},"equal_through":119,"step":120,)"
        R"("original":0.5,"other":"NaN","original_bits":"0x3fe0000000000000",)"
        R"("other_bits":"0x7ff8000000000000","ulp":18446744073709551615})");
  CHECK(forms.at("diff") ==
        R"({"left":"0123456789abcdef","right":"ghjkmnpqrstvwxyz","equal":false,)"
        R"("sections":[{"name":"params","equal":3,"entries":[{"name":"lr",)"
        R"("kind":"changed","left":1,"right":1.0,"left_type":"integer",)"
        R"("right_type":"real","detail":"type"},{"name":"x","kind":"added","left":null,)"
        R"("right":"y","left_type":null,"right_type":"text","detail":null}]}]})");
}

TEST_CASE("members that are absent stand as null", "[schemas]") {
  track::RunRecord run;
  run.id = track::RunId{"0123456789abcdef"};
  const auto form = track::schemas::to_json(run);
  for (const char* name : {"parent", "replay_of", "group", "end_reason", "exit_code", "end_signal",
                           "note", "user", "host", "end"}) {
    INFO(name);
    CHECK(form.at(name).is_null());
  }
  CHECK(form.at("start").as_string() == "1970-01-01T00:00:00.000Z");
  CHECK(form.at("losses").as_array().empty());
}

TEST_CASE("an error without a hint has null in its place", "[schemas]") {
  const auto form = track::schemas::to_json(
      track::Error(track::ErrorCode::no_space, "cannot write 'x': disk full"));
  CHECK(form.dump() ==
        R"({"error":{"code":"no_space","message":"cannot write 'x': disk full","hint":null}})");
}
